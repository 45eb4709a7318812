import { readFileSync } from 'node:fs';
import type { RouteRow } from '@layers/contract/route';

/** As far as it is looked into. */
interface Document {
  readonly paths: Readonly<Record<RouteRow['path'], Readonly<Record<string, unknown>>>>;
}

let document: Document | undefined;

/**
 * The contract as an OpenAPI document, laid beside the code when that is bundled: rows of every context, with their schemas,
 * would be loaded with this function else, and be chunks of their own that each function has to open.
 */
export function committedDocument(): Document {
  document ??= JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8')) as Document;
  return document;
}

/** Every operation, with its `documentedPath`. */
export function operations(): Pick<RouteRow, 'method' | 'path'>[] {
  const paths = Object.entries(committedDocument().paths) as [RouteRow['path'], object][];
  return paths.flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() as RouteRow['method'] })),
  );
}
