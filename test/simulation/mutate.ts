import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';
import { domainFolder, loadProtocol, type Protocol } from './protocol.ts';

const mutantsFolder = fileURLToPath(new URL('../../.tandem/mutants/', import.meta.url));

/**
 * The protocol with the mutant's edits, from a copy of its sources that is removed again. Throws if a `find` does not
 * occur exactly once: a mutant must not fall silent when the source is changed.
 */
export async function loadMutant({ name, edits }: Mutant): Promise<Protocol> {
  await mkdir(mutantsFolder, { recursive: true });
  const folder = await mkdtemp(join(mutantsFolder, 'm-'));
  try {
    const source = fileURLToPath(domainFolder);
    await cp(join(source, 'problem.ts'), join(folder, 'problem.ts'));
    await cp(join(source, 'redundancy'), join(folder, 'redundancy'), { recursive: true });
    for (const { file, find, replace } of edits) {
      const path = join(folder, 'redundancy', file);
      const text = await readFile(path, 'utf8');
      const parts = text.split(find);
      if (parts.length !== 2) {
        throw new Error(
          `Mutant "${name}": ${file} holds ${parts.length - 1} times: ${find}. Mend mutants.ts.`,
        );
      }
      await writeFile(path, parts.join(replace));
    }
    return await loadProtocol(pathToFileURL(`${folder}/`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
