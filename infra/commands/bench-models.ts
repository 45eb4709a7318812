import { randomUUID } from 'node:crypto';
import type { ModelCard } from '@layers/domain/models/card';
import { exampleArguments } from '@layers/domain/models/example-arguments';
import type { Call } from '@layers/http/serve';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { predict } from '../../functions/models/predict.ts';
import { runCommand } from '../emulator/command-line.ts';

const usage = `
npm run bench:models [-- --calls 2000] [-- --json]
  How long each model takes inside the handler of GET /predict, asked with the middle of its training ranges:
  the first call, which loads the model, and the median and 99th percentile of the calls after it, in milliseconds.
`;

const callsMax = 100_000;
const warmUpCalls = 200;

const share = (sorted: readonly number[], part: number) =>
  sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;

async function measure(card: ModelCard, calls: number) {
  const handle = predict(readCatalogue(modelsFolder), onnxPredictor(modelsFolder), randomUUID);
  const given = Object.entries(exampleArguments(card)).map(([name, value]) => [name, String(value)]);
  const query = { model: card.name, ...(Object.fromEntries(given) as Record<string, string>) };
  const input = { path: undefined, query, headers: undefined, body: undefined };
  const timed = async () => {
    const startedAt = performance.now();
    await handle(input, {} as Call);
    return performance.now() - startedAt;
  };
  const firstMs = await timed();
  for (let call = 0; call < warmUpCalls; call++) await timed();
  const times: number[] = [];
  for (let call = 0; call < calls; call++) times.push(await timed());
  const sorted = times.sort((a, b) => a - b);
  const kilobytes = Math.ceil((card.file.sizeBytes ?? 0) / 1000);
  return { model: card.name, firstMs, p50Ms: share(sorted, 0.5), p99Ms: share(sorted, 0.99), kilobytes };
}

const options = { calls: { type: 'string' }, json: { type: 'boolean' } } as const;

await runCommand(usage, options, async ({ values }) => {
  const calls = Math.min(Math.max(Number(values.calls ?? 2000) || 1, 1), callsMax);
  const measured = [];
  for (const card of readCatalogue(modelsFolder).cards) measured.push(await measure(card, calls));
  if (values.json === true) {
    console.log(JSON.stringify(measured));
    return 0;
  }
  console.log(
    `${'model'.padEnd(34)} ${'first'.padStart(9)} ${'p50'.padStart(9)} ${'p99'.padStart(9)} ${'kB'.padStart(7)}`,
  );
  for (const { model, firstMs, p50Ms, p99Ms, kilobytes } of measured) {
    const ms = [firstMs, p50Ms, p99Ms].map((value) => value.toFixed(3).padStart(9)).join(' ');
    console.log(`${model.padEnd(34)} ${ms} ${String(kilobytes).padStart(7)}`);
  }
  return 0;
});
