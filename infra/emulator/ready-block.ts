import { networkInterfaces } from 'node:os';
import { apiUrlAt, type RunState } from './state-file.ts';

const sampleProduct =
  '{"name":"Tea towel","priceMinor":900,"currency":"EUR","category":"kitchen","stock":10}';

const ofOurs: [string, string][] = [
  ['logs', 'npm run logs -- shop --follow'],
  ['stop', 'Ctrl-C here, or npm stop'],
];
const ofOthers: [string, string][] = [
  ['logs', 'where that LocalStack was started'],
  ['stop', 'npm stop forgets the address and leaves that LocalStack running'],
];

/** How other computers reach it, where they can. */
function elsewhere({ listen, port, external }: RunState): [string, string][] {
  if (external || listen.startsWith('127.')) return [];
  const ours = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const reached = ours.filter(({ family, internal }) => family === 'IPv4' && !internal);
  const addresses = listen === '0.0.0.0' ? reached.map(({ address }) => address) : [listen];
  return addresses.map((address) => ['elsewhere', apiUrlAt(`http://${address}:${port}`)]);
}

/** What to do with a system that has just started: one aligned block, with requests to paste. */
export function readyBlock(run: RunState, seconds: number): string {
  const { apiUrl, external } = run;
  const rows: [string, string][] = [
    ['page', `${apiUrl}/app`],
    ['API', apiUrl],
    ['docs', `${apiUrl}/docs`],
    ['health', `${apiUrl}/health`],
    ...elsewhere(run),
    ['tokens', 'off: nobody is asked who he is; npm run deploy turns them on'],
    ['', ''],
    ['hello', `curl ${apiUrl}/`],
    [
      'predict',
      `curl '${apiUrl}/predict?dataset=iris&sepalLengthCm=5.1&sepalWidthCm=3.5&petalLengthCm=1.4&petalWidthCm=0.2'`,
    ],
    ['products', `curl ${apiUrl}/products`],
    ['create', `curl -X POST ${apiUrl}/products -H 'content-type: application/json' -d '${sampleProduct}'`],
    ['server', `curl ${apiUrl}/getServer`],
    ['', ''],
    ...(external ? ofOthers : ofOurs),
  ];
  const lines = rows.map(([name, text]) => (name === '' ? '' : `  ${name.padEnd(10)} ${text}`));
  return ['', `Ready in ${seconds.toFixed(1)} s.`, '', ...lines, ''].join('\n');
}
