import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelCard, modelCard } from '@layers/domain/models/card';
import type { ModelCatalogue, RefusedModel } from '@layers/domain/models/predictor';
import * as z from 'zod/mini';

export const modelsMax = 200;
const cardBytesMax = 256 * 1024;

function readCard(folder: string, name: string): ModelCard {
  const path = join(folder, name, 'card.json');
  const { size } = statSync(path);
  if (size > cardBytesMax)
    throw new Error(`its card.json has ${size} bytes; at most ${cardBytesMax} are read`);
  const result = modelCard.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success)
    throw new Error(`its card.json is wrong: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`);
  if (result.data.name !== name)
    throw new Error(`its card names ${result.data.name}; folder and name must be the same`);
  statSync(join(folder, name, result.data.file.name));
  return result.data;
}

/** Cards of every subfolder; one that is broken is refused with its reason and keeps no other from being served. */
export function readCatalogue(folder: string): ModelCatalogue {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const cards: ModelCard[] = [];
  const refused: RefusedModel[] = names
    .slice(modelsMax)
    .map((name) => ({ folder: name, reason: `only ${modelsMax} are read` }));
  for (const name of names.slice(0, modelsMax)) {
    try {
      cards.push(readCard(folder, name));
    } catch (error) {
      refused.push({ folder: name, reason: (error as Error).message.replaceAll(folder, '') });
    }
  }
  return { cards, refused };
}

/** As `readCatalogue`, at its first use: for functions that need a card at some calls only. */
export function openCatalogue(folder: string): ModelCatalogue {
  let read: ModelCatalogue | undefined;
  const known = () => {
    read ??= readCatalogue(folder);
    return read;
  };
  return {
    get cards() {
      return known().cards;
    },
    get refused() {
      return known().refused;
    },
  };
}
