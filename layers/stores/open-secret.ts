/**
 * Reads one secret and keeps it a while, as `secretReader`. The service's client is loaded with the first secret that is
 * asked for: most starts of a function need none.
 */
export function openSecret(name: string): () => Promise<string> {
  let opened: Promise<() => Promise<string>> | undefined;
  return async () => {
    opened ??= import('./secrets.ts').then(({ secretReader, secretsClient }) =>
      secretReader(secretsClient(), name),
    );
    return (await opened)();
  };
}
