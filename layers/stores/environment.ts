import * as z from 'zod';

const name = z.string().min(1).max(255);

/** Every name that infra gives to a function. The stacks set them from this very list. */
export const environmentSchema = z.object({
  SHOP_TABLE: name,
  SHOP_DOCUMENTS_BUCKET: name,
  PRODUCT_REPLICA_TABLE: name,
  REGISTRY_TABLE: name,
  REPLICATION_QUEUE_URL: z.url(),
});

export type Environment = z.output<typeof environmentSchema>;

/**
 * The only reader of `process.env` in functions and layers; called once, at cold start.
 * @throws ZodError naming every variable that is missing or wrong.
 */
export function readEnvironment(): Environment {
  return environmentSchema.parse(process.env);
}
