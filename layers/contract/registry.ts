import * as z from 'zod';
import { routes } from './route.ts';

export const registry = routes({
  getServer: {
    method: 'GET',
    path: '/getServer',
    summary: 'A server that is alive, to send the next requests to',
    request: {},
    responses: {
      200: {
        description: 'One of the live servers.',
        body: z.object({ server: z.url(), id: z.string() }),
      },
    },
    problems: ['unavailable'],
  },
});
