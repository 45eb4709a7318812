import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run simulate -- --help`. The simulator lives with the tests, which nothing imports: it runs as a program. */
const program = fileURLToPath(new URL('../../test/simulation/command.ts', import.meta.url));
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
