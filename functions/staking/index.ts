import { staking } from '@layers/contract/staking';
import { identifyBy } from '@layers/http/bearer-tokens';
import { serve } from '@layers/http/serve';
import { readEdgeSettings, readStakingSettings } from '@layers/stores/environment';
import { openSecret } from '@layers/stores/open-secret';
import { stakingHandlers } from './handlers.ts';
import { openParts } from './open-parts.ts';

const { tokens } = readEdgeSettings();

const identify = identifyBy(tokens, openSecret);

const handlers = stakingHandlers({ ...openParts(), operatorKey: readStakingSettings().operatorPublicKey });

export const handler = serve('staking', staking, handlers, undefined, identify);
