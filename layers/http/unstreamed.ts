/** Stands in bundles for what middy takes of node:stream/promises and node:stream/web: no answer here is streamed. */
export function pipeline(): never {
  throw new Error('Answers are not streamed: layers/http/unstreamed.ts.');
}

/** Nothing is an instance of it. */
export function ReadableStream(): never {
  return pipeline();
}
