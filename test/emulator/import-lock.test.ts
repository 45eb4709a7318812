import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { folderForLock, pythonLock, root } from '../../infra/emulator/paths.ts';
import { runTool } from '../../infra/emulator/run-tool.ts';

let folder: string;

/** A package is looked for until somebody who began below it waits for it; with the lock nobody comes that far. */
const enterFromBothEnds = `
import sys
import threading
import time
from importlib import _bootstrap, import_module
from tandem_localstack.import_lock import import_one_at_a_time

class Meeting:
    def find_spec(self, name, path=None, target=None):
        deadline = time.monotonic() + 0.5
        while name == "circle" and "circle.below" not in _bootstrap._module_locks and time.monotonic() < deadline:
            time.sleep(0.001)

sys.meta_path.insert(0, Meeting())
import_one_at_a_time()
said = []

def enter(name):
    try:
        import_module(name)
        said.append(f"{name} loaded")
    except Exception as error:
        said.append(str(error))

package = threading.Thread(target=enter, args=["circle"])
package.start()
while "circle" not in _bootstrap._module_locks:
    time.sleep(0.001)
enter("circle.below")
package.join()
print(", ".join(sorted(said)))
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-lock-'));
  mkdirSync(join(folder, 'circle'));
  writeFileSync(join(folder, 'circle', '__init__.py'), 'import circle.below\n');
  writeFileSync(join(folder, 'circle', 'below.py'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('modules that need each other are loaded by requests that come at once', async () => {
  const python = join(folderForLock('python', pythonLock), 'bin', 'python');
  const said = await runTool(python, ['-c', enterFromBothEnds], {
    failing: 'The modules could not be loaded.',
    timeoutMs: 30_000,
    cwd: folder,
    env: { PYTHONPATH: `${folder}:${join(root, 'infra/emulator/localstack')}` },
  });
  expect(said).toBe('circle loaded, circle.below loaded\n');
});
