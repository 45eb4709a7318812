import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 150;
const chunkBytes = 256 * 1024;
const lineLengthMax = 1_000_000;

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/**
 * The lines of a growing file, those already there included, until the signal is given (what was written before it is still
 * read). Without `follow`, ends at the file's end. A file that is not there yet, or starts anew, is waited for and read from its beginning.
 */
export async function* linesOf(
  path: string,
  options: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  let position = 0;
  let rest = '';
  for (;;) {
    const last = options.signal.aborted || !options.follow;
    const size = await sizeOf(path);
    if (size < position) position = 0;
    if (size > position) {
      const { text, bytes } = await readPart(path, position);
      position += bytes;
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-lineLengthMax);
      yield* lines;
      continue;
    }
    if (last) break;
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
  if (rest !== '') yield rest;
}

/** Up to a chunk, cut at a line's end where there is one, so that no character is split. */
async function readPart(path: string, position: number): Promise<{ text: string; bytes: number }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
    const lineEnd = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
    const bytes = lineEnd || bytesRead;
    return { text: buffer.subarray(0, bytes).toString(), bytes };
  } finally {
    await file.close();
  }
}
