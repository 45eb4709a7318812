import { runCommand } from '../command-line.ts';
import { allChecks } from '../doctor-checks.ts';

const usage = `
npm run doctor [-- --json]
  What is missing on this machine, and the command that mends it. The exit code is 1 when something is.
`;

await runCommand(usage, { json: { type: 'boolean' } }, async ({ values }) => {
  const checks = await allChecks();
  const ok = checks.every((check) => check.ok);
  if (values.json) console.log(JSON.stringify({ ok, checks }));
  else {
    for (const { name, ok: fine, detail, mend } of checks) {
      console.log(`${fine ? 'ok     ' : 'MISSING'}  ${name.padEnd(24)} ${detail}`);
      if (mend !== undefined) console.log(`${' '.repeat(9)}${'mend:'.padEnd(24)} ${mend}`);
    }
  }
  return ok ? 0 : 1;
});
