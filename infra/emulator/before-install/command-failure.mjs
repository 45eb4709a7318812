/**
 * A failure that the person at the terminal can act on: what happened, why, and the next command.
 * Commands print it without a stack trace and end with exit code 1.
 */
export class CommandFailure extends Error {
  /** @param {{what: string, why?: string, next?: string}} parts */
  constructor({ what, why, next }) {
    // A test's report shows the cause of an error; it knows no `why`.
    super(what, why === undefined ? undefined : { cause: why });
    this.name = 'CommandFailure';
    this.why = why;
    this.next = next;
  }
}

/** The text a terminal shows for a failure; anything unexpected keeps its stack, since it is a defect of ours. */
export function failureText(error) {
  if (!(error instanceof CommandFailure)) return `\nUnexpected: ${error?.stack ?? error}\n`;
  const lines = [`\nError: ${error.message}`];
  if (error.why) lines.push(`  why   ${error.why.trimEnd().replaceAll('\n', '\n        ')}`);
  if (error.next) lines.push(`  next  ${error.next.trimEnd().replaceAll('\n', '\n        ')}`);
  return `${lines.join('\n')}\n`;
}

const causes = [
  [
    /ENOSPC|[Nn]o space left/,
    'The disk is full.',
    'Free some space (this needs about 2 GB), then run the same command again.',
  ],
  [
    /hash(es)? (do not|mismatch)|HashMismatch|EINTEGRITY|sha(256|512) (differs|mismatch)|Hash mismatch/i,
    'What was downloaded is not what the lock file pins: a broken download, or something in between changed it.',
    'Run the same command again. If it stays, ask whoever runs your proxy or registry mirror.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Temporary failure in name resolution|Name or service not known|[Nn]etwork (is )?unreachable|dns error|error sending request|[Cc]onnection (refused|reset|timed out)|No matching distribution found|urlopen error/,
    'The network, or the package registry, was not reached.',
    'Check the connection (or proxy), then run the same command again: what is complete is kept.',
  ],
  [
    /EACCES|EPERM|[Pp]ermission denied/,
    'A folder could not be written.',
    'Check who owns the clone, and run the command as that user.',
  ],
];

/** A tool's own words, shortened. Some say the cause first (npm), some last (Python), some between (CDK). */
function mainLines(output) {
  const lines = output.trim().split('\n');
  if (lines.length <= 16) return lines;
  const between = lines.slice(7, -8).filter((line) => /_FAILED|❌|\b[Ee]rror\b/.test(line));
  return [...lines.slice(0, 7), '…', ...between.slice(0, 6), ...lines.slice(-8)];
}

/**
 * Turns what a failed tool printed into a failure with a cause.
 * @param {string} what what could not be done
 * @param {string} output the tool's own words; its first and last lines are shown, and errors between them
 */
export function failureOfTool(what, output, next) {
  const cause = causes.find(([pattern]) => pattern.test(output));
  const said = mainLines(output).join('\n');
  return new CommandFailure({
    what,
    why: cause ? `${cause[1]}\n${said}` : said,
    next: next ?? cause?.[2] ?? 'Read the lines above; `npm run doctor` tells what is missing here.',
  });
}
