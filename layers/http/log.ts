export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line, so that any tool can read it. */
export interface Log {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

/** Of a field itself: a function that JSON asks about every value in it would cost a third of a request. */
function readable(value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: readable(value.cause) };
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Takes one line without its end. */
export type WriteLine = (line: string) => void;

/** A log whose every line carries `base`. */
export function makeLog(base: LogFields, write: WriteLine = (line) => console.log(line)): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      const line: Record<string, unknown> = { time: new Date().toISOString(), level, message, ...base };
      for (const name of Object.keys(fields)) line[name] = readable(fields[name]);
      write(JSON.stringify(line));
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
