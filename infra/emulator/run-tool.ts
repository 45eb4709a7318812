import { type SpawnOptions, spawn } from 'node:child_process';
import { failureOfTool } from './before-install/command-failure.mjs';

const outputBytesMax = 1_000_000;

interface ToolOptions {
  /** What could not be done, should it fail. */
  readonly failing: string;
  readonly next?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears the latest line, for progress. */
  readonly onLine?: (line: string) => void;
}

export interface ToolResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly output: string;
}

/** Runs a program to its end and answers what it printed; a program that is not there ends with code "ENOENT". */
export async function tryTool(
  program: string,
  args: readonly string[],
  options: Omit<ToolOptions, 'failing' | 'next'>,
): Promise<ToolResult> {
  const spawnOptions: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.signal && { signal: options.signal }),
  };
  const child = spawn(program, args, spawnOptions);
  let stdout = '';
  let output = '';
  const hear = (text: string): void => {
    output = (output + text).slice(-outputBytesMax);
    const line = text.trimEnd().split('\n').at(-1)?.trim();
    if (line) options.onLine?.(line);
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-outputBytesMax);
    hear(text);
  });
  child.stderr?.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code ?? error.name, stdout, output: output + error.message }),
    );
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', stdout, output }));
  });
}

/**
 * Runs a program that has to succeed.
 * @throws CommandFailure with the program's last lines and, where they tell it, the cause
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<string> {
  const { code, stdout, output } = await tryTool(program, args, options);
  if (code !== 0) throw failureOfTool(`${options.failing} (exit: ${code})`, output, options.next);
  return stdout;
}
