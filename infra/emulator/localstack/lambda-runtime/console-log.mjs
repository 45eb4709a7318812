/** Writes console output as Lambda's Node.js runtime does: tab-separated text, or JSON where the function asks for it. */
const { writeSync } = process.getBuiltinModule('node:fs');
const { format } = process.getBuiltinModule('node:util');

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const lowest = Math.max(0, levels.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? '').toUpperCase()));

/** The invocation that output belongs to; undefined before the first one. */
export const currentRequest = { id: undefined };

function write(line) {
  // One event a line: Lambda's runtime, too, replaces the line ends inside a message.
  const bytes = Buffer.from(`${line.replaceAll('\n', '\r')}\n`);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (error?.code !== 'EAGAIN') throw error;
    }
  }
}

function errorFields(value) {
  if (!(value instanceof Error)) return {};
  return {
    errorType: value.name,
    errorMessage: value.message,
    stackTrace: String(value.stack ?? '').split('\n'),
  };
}

function jsonLine(level, values) {
  const [first] = values;
  const single =
    values.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Error);
  const record = {
    timestamp: new Date().toISOString(),
    level,
    requestId: currentRequest.id,
    ...errorFields(values.find((value) => value instanceof Error)),
  };
  try {
    return JSON.stringify({ ...record, message: single ? first : format(...values) });
  } catch {
    return JSON.stringify({ ...record, message: format(...values) });
  }
}

function log(level, values) {
  if (json && levels.indexOf(level) < lowest) return;
  if (json) write(jsonLine(level, values));
  else write(`${new Date().toISOString()}\t${currentRequest.id}\t${level}\t${format(...values)}`);
}

/** The line that Lambda writes for an error which ended an invocation or the init phase. */
export function reportError(title, error) {
  const { name: _name, ...own } = error instanceof Error ? error : {};
  const described =
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, ...own, stack: String(error.stack).split('\n') }
      : { errorType: typeof error, errorMessage: String(error), stack: [] };
  log('ERROR', json ? [described] : [`${title} \t${inOneLine(described)}`]);
}

/** As JSON, or as Node.js prints it where an error's own fields have no JSON. */
function inOneLine(described) {
  try {
    return JSON.stringify(described);
  } catch {
    return format(described);
  }
}

/** Replace console's methods; Lambda sends all of them to one stream, which keeps their order. */
export function captureConsole() {
  const named = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(named)) {
    console[method] = (...values) => log(level, values);
  }
}
