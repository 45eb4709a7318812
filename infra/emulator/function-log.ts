import * as z from 'zod/mini';

/** A line of functions.log, as the process executor writes it. */
const logLine = z.object({
  time: z.union([z.string(), z.number()]),
  function: z.string(),
  requestId: z.nullish(z.string()),
  stream: z.nullish(z.string()),
  line: z.string(),
});
export type FunctionLogLine = z.infer<typeof logLine>;

const structured = z.looseObject({ level: z.optional(z.string()), message: z.optional(z.string()) });
const notShown = ['level', 'message', 'timestamp', 'time', 'service', 'function', 'functionName', 'stack'];
const valueLengthMax = 400;
const lineLengthMax = 2000;

export function parseLogLine(text: string): FunctionLogLine | undefined {
  try {
    return logLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function shortened(text: string, lengthMax = valueLengthMax): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = shortened(text);
  return /^[^\s"=]+$/.test(short) ? short : JSON.stringify(short);
}

/** What Lambda's text format puts before each console line of Node: time, request id and level, parted by tabs. */
const textPrefix = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t([A-Z]+)\t/;

/** How the runtime reports an error that nobody caught: with its whole stack, as JSON. */
const uncaught = z.object({ errorType: z.string(), errorMessage: z.string() });

function uncaughtText(message: string): string | undefined {
  const json = /^(?:Uncaught Exception|Invoke Error|Unhandled \w+)\s+(\{.*)$/s.exec(message)?.[1];
  if (json === undefined) return undefined;
  try {
    const { errorType, errorMessage } = uncaught.parse(JSON.parse(json));
    return `error ${errorType}: ${shortened(errorMessage.replaceAll(/\s+/g, ' '))}`;
  } catch {
    return undefined;
  }
}

function consoleText(line: string): string {
  const level = textPrefix.exec(line)?.[1]?.toLowerCase().padEnd(5);
  const message = line.replace(textPrefix, '');
  const plain = level === undefined ? message : `${level} ${message}`;
  return structuredText(message) ?? uncaughtText(message) ?? shortened(plain, lineLengthMax);
}

/** A structured line as `level message key=value`, or undefined when it is not one. */
function structuredText(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const fields = structured.safeParse(JSON.parse(line)).data;
    if (!fields || (fields.level === undefined && fields.message === undefined)) return undefined;
    const rest = Object.entries(fields).filter(
      ([key, value]) => !notShown.includes(key) && value !== undefined,
    );
    const pairs = rest.map(([key, value]) => `${key}=${valueText(value)}`);
    return [(fields.level ?? 'info').toLowerCase().padEnd(5), fields.message ?? '', ...pairs]
      .join(' ')
      .trimEnd();
  } catch {
    return undefined;
  }
}

/** START, END and the like say nothing that the REPORT line does not. */
const repeated = /^((START|END) RequestId:|INIT_START|INIT_REPORT)/;

/** What Lambda's REPORT line says, as one event; undefined when it is another line. */
function reportText(line: string): string | undefined {
  if (!line.startsWith('REPORT RequestId:')) return undefined;
  const figure = (name: string): string | undefined =>
    new RegExp(`(?:^|\\t)${name}: ([^\\t]+)`).exec(line)?.[1]?.trim().replace(' ', '');
  const pairs = [
    ['memory', figure('Max Memory Used')],
    ['init', figure('Init Duration')],
    ['status', figure('Status')],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return ['done ', figure('Duration') ?? '', ...pairs].join(' ');
}

function clock(time: string | number): string {
  const at = new Date(typeof time === 'number' && time < 1e12 ? time * 1000 : time);
  return Number.isNaN(at.getTime()) ? String(time) : at.toISOString().slice(11, 23);
}

/** One readable line an event: `time function text`, or undefined for what only repeats another line. */
export function renderLogLine(entry: FunctionLogLine): string | undefined {
  const line = entry.line.trimEnd();
  if (line === '' || repeated.test(line)) return undefined;
  return `${clock(entry.time)} ${entry.function.padEnd(12)} ${reportText(line) ?? consoleText(line)}`;
}
