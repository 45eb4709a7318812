import { createServer, type Plugin } from 'vite';
import { pageConfig } from '../constructs/page-config.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parsePort, runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption, untilAborted } from '../interruption.ts';

const usage = `
npm run dev:page [-- --port N]
  Serves the page from its sources, with hot reload, against the running npm start. Ctrl-C ends it.

  --port N   the port to answer on (4600)
`;

const options = { port: { type: 'string', default: '4600' } } as const;

/** The page finds the API beside its own base, which the deployed function writes for each depth. */
const baseOf = (base: string): Plugin => ({
  name: 'page-base',
  transformIndexHtml: (html) => html.replace(/<base href="[^"]*"/, `<base href="${base}"`),
});

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({
      what: 'No tandem is running for the page to show.',
      next: 'npm start -- --detach',
    });
  const base = '/app/';
  const server = await createServer({
    ...pageConfig,
    base,
    plugins: [...pageConfig.plugins, baseOf(base)],
    server: {
      host: '127.0.0.1',
      port: parsePort(values.port),
      strictPort: true,
      // Everything that is not the page is the system.
      proxy: { '^/(?!app(/|$))': { target: run.apiUrl, changeOrigin: true } },
    },
  });
  await server.listen();
  console.log(`\n  page  http://127.0.0.1:${values.port}/app/   (API: ${run.apiUrl})\n`);
  await untilAborted(interruption());
  await server.close();
  return 0;
});
