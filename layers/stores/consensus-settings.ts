import * as z from 'zod/mini';
import { parsedOnce } from './parsed-once.ts';

const consensusVariables = () =>
  z.object({
    /** Name or ARN of the secret that the keys of the consensus and of its founders are derived from. */
    CONSENSUS_SEED_SECRET: z.string().check(z.minLength(1)),
    /** The function that answers for the deployment's own models. */
    FOUNDERS_FUNCTION: z.string().check(z.minLength(1)),
    /** Ed25519, 32 bytes in base64url. Absent: nobody may report outcomes. */
    ORACLE_PUBLIC_KEY: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))),
  });

/** What the consensus is told by infra. */
export interface ConsensusSettings {
  readonly seedSecret: string;
  readonly foundersFunction: string;
  readonly oraclePublicKey: string | undefined;
}

/** @throws ZodError naming every variable that is missing or wrong. */
export function parseConsensusSettings(source: NodeJS.ProcessEnv): ConsensusSettings {
  const values = consensusVariables().parse(source, parsedOnce);
  return {
    seedSecret: values.CONSENSUS_SEED_SECRET,
    foundersFunction: values.FOUNDERS_FUNCTION,
    oraclePublicKey: values.ORACLE_PUBLIC_KEY,
  };
}
