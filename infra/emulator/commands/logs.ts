import { existsSync } from 'node:fs';
import { CommandFailure } from '../before-install/command-failure.mjs';
import { runCommand } from '../command-line.ts';
import { linesOf } from '../follow-file.ts';
import { parseLogLine, renderLogLine } from '../function-log.ts';
import { functionsLogOf } from '../localstack/settings.ts';
import { stateFolderFrom } from '../paths.ts';

const usage = `
npm run logs -- [function] [--follow] [--json]
  What the functions printed, one line an event; --follow goes on until Ctrl-C, --json prints the lines as they are.
`;

await runCommand(
  usage,
  { follow: { type: 'boolean', short: 'f' }, json: { type: 'boolean' } },
  async ({ values, positionals }) => {
    const path = functionsLogOf(stateFolderFrom(process.env));
    if (!existsSync(path) && !values.follow) {
      throw new CommandFailure({
        what: 'There are no logs yet.',
        why: 'No function has run in this clone.',
        next: 'npm start',
      });
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const wanted = positionals[0];
    const seen = new Set<string>();
    let shown = 0;
    for await (const text of linesOf(path, { follow: values.follow ?? false, signal: stop.signal })) {
      const entry = parseLogLine(text);
      if (!entry) continue;
      seen.add(entry.function);
      if (wanted !== undefined && !matches(entry.function, wanted)) continue;
      const line = values.json ? text : renderLogLine(entry);
      if (line !== undefined) console.log(line);
      shown += 1;
    }
    if (shown > 0 || wanted === undefined || values.follow) return 0;
    throw new CommandFailure({
      what: `No function "${wanted}" has printed anything.`,
      why: `Those that have: ${[...seen].sort().join(', ') || 'none'}.`,
      next: 'npm run logs',
    });
  },
);

/** `shop` and `tandem-shop` both name the function tandem-shop. */
function matches(functionName: string, wanted: string): boolean {
  return functionName === wanted || functionName.endsWith(`-${wanted}`);
}
