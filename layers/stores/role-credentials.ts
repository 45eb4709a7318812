import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * In a function's bundle this stands for `@aws-sdk/credential-provider-node` (infra/constructs/bundle.ts): a function has
 * its role's credentials, which Lambda puts into its environment. The SDK's own chain would bring profiles, single
 * sign-on, web identities and an instance's metadata, which nobody may be taken for here.
 */
export const defaultProvider = () => fromEnv();
