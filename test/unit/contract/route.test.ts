import { expect, test } from '@jest/globals';
import { routes } from '@layers/contract/route';
import * as z from 'zod/mini';

test('builds the schemas of a row when they are first asked for, and once', () => {
  const built: string[] = [];
  const { place } = routes({
    place: {
      method: 'POST',
      path: '/orders',
      summary: 'An order',
      request: () => {
        built.push('request');
        return { body: z.object({ quantity: z.int() }) };
      },
      responses: () => {
        built.push('responses');
        return { 201: { description: 'Placed.' } };
      },
      problems: [],
    },
  });
  expect([place.method, place.path, built]).toEqual(['POST', '/orders', []]);
  expect(place.request.body).toBe(place.request.body);
  expect(place.responses[201].description).toBe('Placed.');
  expect(built).toEqual(['request', 'responses']);
});
