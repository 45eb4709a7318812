import { existsSync } from 'node:fs';
import { interruption } from '../../interruption.ts';
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

interface Wanted {
  readonly name: string | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

/** `shop` and `tandem-shop` both name the function tandem-shop. */
function matches(functionName: string, wanted: string | undefined): boolean {
  return wanted === undefined || functionName === wanted || functionName.endsWith(`-${wanted}`);
}

/** Prints what is wanted. @returns the names of the functions that were seen, and whether anything was printed */
async function show(
  path: string,
  { name, follow, json }: Wanted,
): Promise<{ seen: Set<string>; shown: boolean }> {
  const signal = interruption();
  const seen = new Set<string>();
  let shown = false;
  for await (const text of linesOf(path, { follow, signal })) {
    const entry = parseLogLine(text);
    if (!entry) continue;
    seen.add(entry.function);
    const line = json ? text : renderLogLine(entry);
    if (line === undefined || !matches(entry.function, name)) continue;
    console.log(line);
    shown = true;
  }
  return { seen, shown };
}

await runCommand(
  usage,
  { follow: { type: 'boolean', short: 'f', default: false }, json: { type: 'boolean', default: false } },
  async ({ values, positionals }) => {
    const path = functionsLogOf(stateFolderFrom(process.env));
    if (!existsSync(path) && !values.follow) {
      throw new CommandFailure({
        what: 'There are no logs yet.',
        why: 'No function has run in this clone.',
        next: 'npm start',
      });
    }
    const name = positionals[0];
    const { seen, shown } = await show(path, { ...values, name });
    if (shown || name === undefined || values.follow) return 0;
    throw new CommandFailure({
      what: `No function "${name}" has printed anything.`,
      why: `Those that have: ${[...seen].sort().join(', ') || 'none'}.`,
      next: 'npm run logs',
    });
  },
);
