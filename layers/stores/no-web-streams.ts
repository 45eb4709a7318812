/** Stands in bundles for the SDK's checksums of web streams: in Node its bodies are of the other kind. */
export function createChecksumStream(): never {
  throw new Error('Web streams are left out of bundles: layers/stores/no-web-streams.ts.');
}
