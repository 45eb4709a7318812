import { digest, signature } from '@layers/domain/consensus/member';
import { modelName } from '@layers/domain/models/card';
import { predictionIdPattern } from '@layers/domain/predictions/prediction';
import * as z from 'zod/mini';
import { models } from './models.ts';
import { routes } from './route.ts';

const bySignature = z.object({
  'tandem-signature': z
    .optional(z.string().check(z.regex(/^t=\d{1,15},ed25519=[A-Za-z0-9_-]{86}$/)))
    .check(z.meta({ description: 'Of the consensus: its key is in GET /consensus of the deployment.' })),
});
const predictionId = z.string().check(z.regex(predictionIdPattern));

/** What a member elsewhere answers to the consensus; one that holds no stake needs GET /predict alone. */
export const member = routes({
  predict: models.predict,
  commit: {
    method: 'POST',
    path: '/commit',
    summary: 'Binds the member to an answer without showing it',
    request: () => ({
      headers: bySignature,
      body: z.strictObject({
        predictionId,
        dataset: modelName,
        model: z.optional(modelName),
        inputs: z.record(
          z.string().check(z.maxLength(80)),
          z.union([z.string().check(z.maxLength(200)), z.number()]),
        ),
      }),
    }),
    responses: () => ({ 200: { description: 'Bound.', body: z.object({ commitment: digest, signature }) } }),
    problems: ['forbidden', 'unavailable'],
  },
  reveal: {
    method: 'POST',
    path: '/reveal',
    summary: 'Shows the answer, after everybody has committed',
    request: () => ({ headers: bySignature, body: z.strictObject({ predictionId, dataset: modelName }) }),
    responses: () => ({
      200: { description: 'Shown.', body: z.object({ answer: z.unknown(), salt: z.string(), signature }) },
    }),
    problems: ['forbidden', 'unavailable'],
  },
});
