import { makeClient } from '@layers/contract/client';
import { shop } from '@layers/contract/shop';
import { askPatiently } from '../ask-patiently.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

/** A small catalogue to look at and to buy from. */
const catalogue = [
  {
    name: 'Enamel mug',
    priceMinor: 1450,
    currency: 'EUR',
    category: 'kitchen',
    stock: 120,
    description: 'White with a blue rim, 350 ml.',
  },
  {
    name: 'Cast-iron pan',
    priceMinor: 3900,
    currency: 'EUR',
    category: 'kitchen',
    stock: 40,
    description: '26 cm, seasoned with flaxseed oil.',
  },
  {
    name: 'Bread knife',
    priceMinor: 2750,
    currency: 'EUR',
    category: 'kitchen',
    stock: 60,
    description: 'Serrated, 22 cm, beech handle.',
  },
  {
    name: 'Linen notebook',
    priceMinor: 1200,
    currency: 'EUR',
    category: 'stationery',
    stock: 200,
    description: 'A5, 160 dotted pages.',
  },
  {
    name: 'Fountain pen',
    priceMinor: 4800,
    currency: 'EUR',
    category: 'stationery',
    stock: 35,
    description: 'Steel nib, medium, with converter.',
  },
  {
    name: 'Field lamp',
    priceMinor: 6900,
    currency: 'EUR',
    category: 'outdoor',
    stock: 25,
    description: 'Rechargeable, 300 lumen, 40 hours on low.',
  },
  {
    name: 'Wool blanket',
    priceMinor: 8900,
    currency: 'EUR',
    category: 'outdoor',
    stock: 50,
    description: '130 by 180 cm, 1.4 kg.',
  },
  {
    name: 'Folding stool',
    priceMinor: 5400,
    currency: 'EUR',
    category: 'outdoor',
    stock: 30,
    description: 'Ash and canvas, carries 110 kg.',
  },
] as const;

const requestMaxMs = 30_000;
const pageLength = 100;
const pagesMax = 50;

const shopClient = (apiUrl: string) => makeClient(shop, { baseUrl: apiUrl, timeoutMs: requestMaxMs });

async function namesThere(apiUrl: string): Promise<Set<string>> {
  const names = new Set<string>();
  let cursor: string | undefined;
  for (let count = 0; count < pagesMax; count += 1) {
    const query = { limit: pageLength, cursor };
    const { items, next } = (await askPatiently(() => shopClient(apiUrl).listProducts({ query }))).body;
    for (const { name } of items) names.add(name);
    cursor = next;
    if (cursor === undefined) break;
  }
  return names;
}

async function create(apiUrl: string, body: (typeof catalogue)[number]): Promise<void> {
  // The key makes it safe to ask again.
  const headers = { 'idempotency-key': `seed-${body.name.replaceAll(' ', '-')}` };
  await askPatiently(() => shopClient(apiUrl).createProduct({ headers, body }));
}

/**
 * Creates through the API what is not there yet, by name: running it again changes nothing.
 * @returns how many products were created
 * @throws CommandFailure when the API refuses one
 */
export async function seedCatalogue(apiUrl: string): Promise<number> {
  try {
    return await createMissing(apiUrl);
  } catch (error) {
    throw new CommandFailure({
      what: 'The catalogue could not be seeded.',
      why: (error as Error).message,
      next: 'npm run logs -- shop',
    });
  }
}

async function createMissing(apiUrl: string): Promise<number> {
  const there = await namesThere(apiUrl);
  const missing = catalogue.filter(({ name }) => !there.has(name));
  // One after the other: each request at once would start a process of its own, which takes longer than it saves.
  for (const body of missing) await create(apiUrl, body);
  return missing.length;
}

if (import.meta.main) {
  const run = readState(stateFolderFrom(process.env));
  if (run) console.log(`${await seedCatalogue(run.apiUrl)} products created`);
  else console.error('No emulator is running. Start one, seeded, with: npm start');
  process.exitCode = run ? 0 : 1;
}
