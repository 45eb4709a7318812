import { runCommand } from '../command-line.ts';
import { stateFolderFrom } from '../paths.ts';
import { type RunStatus, statusOf } from '../state-file.ts';

const usage = `
npm run status [-- --json]
  Whether this clone's emulator runs, and where. The exit code is 0 also when it is stopped.
`;

/** The status as a program reads it: flat, with the addresses and processes of the run if there is one. */
function report({ state, run, cause }: RunStatus): Record<string, unknown> {
  return {
    state,
    ...(cause !== undefined && { cause }),
    ...(run && {
      apiUrl: run.apiUrl,
      port: run.port,
      endpoint: run.endpoint,
      pid: run.supervisor.pid,
      startedAt: run.startedAt,
      phase: run.phase,
      external: run.external,
      listen: run.listen,
      emulatorPid: run.emulator?.pid,
    }),
  };
}

const sentences: Readonly<Record<RunStatus['state'], (status: RunStatus) => string>> = {
  running: ({ run }) => `running at ${run?.apiUrl} (process ${run?.supervisor.pid}, since ${run?.startedAt})`,
  starting: ({ run }) => `starting: ${run?.phase} (process ${run?.supervisor.pid})`,
  broken: ({ cause }) => `broken: ${cause}\nClean it up with: npm stop`,
  stopped: () => 'stopped. Start it with: npm start',
};

await runCommand(usage, { json: { type: 'boolean' } }, async ({ values }) => {
  const status = await statusOf(stateFolderFrom(process.env));
  console.log(values.json ? JSON.stringify(report(status)) : sentences[status.state](status));
  return 0;
});
