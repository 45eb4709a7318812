import { readFile } from 'node:fs/promises';
import type { system } from '@layers/contract/system';
import { Problem } from '@layers/domain/problem';
import type { Handler } from '@layers/http/serve';

/** Addresses are relative, so that the page works below any stage. */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tandem API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/initializer.js"></script>
</body>
</html>
`;

const initializer = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Copied beside the function's code when it is bundled. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};

export const readDocs: Handler<typeof system.readDocs> = () => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  body: page,
});

export const readDocsAsset: Handler<typeof system.readDocsAsset> = async ({ path: { asset } }) => {
  const headers = (type: string) => ({
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'public, max-age=3600',
  });
  if (asset === 'initializer.js')
    return { status: 200, headers: headers('text/javascript'), body: initializer };
  const type = assets[asset];
  if (type === undefined) throw new Problem('not-found', `The docs have no file ${asset}.`);
  const body = await readFile(new URL(`./swagger-ui/${asset}`, import.meta.url), 'utf8');
  return { status: 200, headers: headers(type), body };
};
