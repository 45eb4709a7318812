import * as z from 'zod/mini';
import { parsedOnce } from './parsed-once.ts';

const stakingVariables = () =>
  z.object({
    /** Ed25519, 32 bytes in base64url. Absent: nobody may credit deposits. */
    OPERATOR_PUBLIC_KEY: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))),
  });

/** What the stakes are told by infra. */
export interface StakingSettings {
  readonly operatorPublicKey: string | undefined;
}

/** @throws ZodError naming every variable that is wrong. */
export function parseStakingSettings(source: NodeJS.ProcessEnv): StakingSettings {
  return { operatorPublicKey: stakingVariables().parse(source, parsedOnce).OPERATOR_PUBLIC_KEY };
}
