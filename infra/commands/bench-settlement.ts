import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { staking } from '@layers/contract/staking';
import { median } from '../bench/paired-ratio.ts';
import { enterMembers, fillRound } from '../bench/play-full-round.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run bench:settlement [-- --rounds 5]
  How long the settlement of a round takes: 20 members with stake (the deployment's models of iris and others in this
  process) answer 20 counting predictions; then the staking function is asked to settle, in one run. Prints the duration
  that the function reports of each run, and their median. Needs a running npm start; some twenty seconds a round.

  --rounds N   1 to 20 (5)
`;

const options = { rounds: { type: 'string', default: '5' } } as const;
const [dataset, members, goalMs, roundsMax] = ['iris', 20, 1_000, 20] as const;

interface Run {
  readonly durationMs: number;
  readonly settled: number;
}

/** One invocation, as the gateway would make it. */
async function settle(lambda: LambdaClient): Promise<Run> {
  const event = {
    httpMethod: staking.settleRounds.method,
    resource: staking.settleRounds.path,
    path: staking.settleRounds.path,
    pathParameters: null,
    multiValueQueryStringParameters: null,
    headers: { Host: 'localhost', 'content-type': 'application/json' },
    body: JSON.stringify({ dataset }),
    isBase64Encoded: false,
    requestContext: { requestId: 'bench', stage: 'local' },
  };
  const { LogResult, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: 'tandem-staking',
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  const report = Buffer.from(LogResult ?? '', 'base64').toString();
  const { body = '{}' } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { body?: string };
  const { settled = [] } = JSON.parse(body) as { settled?: number[] };
  const [, duration = 'NaN'] = /Duration: ([\d.]+) ms\s+Billed/.exec(report) ?? [];
  return { durationMs: Number(duration), settled: settled.length };
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (/^\d{1,2}$/.test(text) && rounds >= 1 && rounds <= roundsMax) return rounds;
  throw new CommandFailure({
    what: `--rounds ${text} is not a number of rounds from 1 to ${roundsMax}.`,
    next: 'npm run bench:settlement -- --rounds 5',
  });
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running to measure.', next: 'npm start -- --detach' });
  const rounds = roundsOf(values.rounds);
  const lambda = new LambdaClient({
    endpoint: run.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const stop = interruption();
  const print = console.log;
  // Thirteen members in this process would each tell of every request.
  console.log = () => undefined;
  const leave = await enterMembers(run.apiUrl, dataset, members, stop);
  const durations: number[] = [];
  try {
    // What is under way by now was asked of others.
    await fillRound(run.apiUrl, dataset, stop);
    await settle(lambda);
    for (let round = 1; round <= rounds; round += 1) {
      await fillRound(run.apiUrl, dataset, stop);
      const { durationMs, settled } = await settle(lambda);
      const said =
        settled === 1 ? `${durationMs.toFixed(0)} ms` : 'the one-minute rule was faster: not counted';
      print(`round ${round}, ${members} members: ${said}`);
      if (settled === 1) durations.push(durationMs);
    }
  } finally {
    await leave();
    lambda.destroy();
  }
  print(`median ${median(durations).toFixed(0)} ms of ${durations.length} rounds; the goal is ${goalMs} ms`);
  return 0;
});
