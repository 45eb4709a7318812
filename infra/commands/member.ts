import { join } from 'node:path';
import { modelNamed } from '@layers/domain/models/choose-model';
import { isProblem } from '@layers/domain/problem';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { parseAddress, parsePort, runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption, untilAborted } from '../interruption.ts';
import { keyOf } from '../key-files.ts';
import { type Behaviour, behaviourNamed, behaviours } from '../members/behaviours.ts';
import { type Joining, joinAs, leaveAs, readConsensusKey } from '../members/membership.ts';
import { serveMember } from '../members/serve-member.ts';

const usage = `
npm run member -- --model NAME [-- options]
  Serves one model over plain HTTP, without AWS: GET /predict, POST /commit, POST /reveal. Joins the consensus of the
  running npm start, or of --api, and leaves it on Ctrl-C.

  --model NAME       which one; GET /models lists them
  --port N           the port to answer on (5001)
  --listen ADDRESS   the address to listen on (127.0.0.1)
  --url URL          where the consensus reaches it, if not there
  --name NAME        its name in the group (<model>-<port>)
  --api URL          the API of a deployment on another computer
  --folder FOLDER    where models are (those of the project)
  --alone            serve and join nothing
  --behave NAME      once it has joined, for drills: ${behaviours.map(({ name }) => name).join(', ')}
`;

const options = {
  model: { type: 'string' },
  port: { type: 'string', default: '5001' },
  listen: { type: 'string', default: '127.0.0.1' },
  url: { type: 'string' },
  name: { type: 'string' },
  api: { type: 'string' },
  folder: { type: 'string', default: modelsFolder },
  alone: { type: 'boolean', default: false },
  behave: { type: 'string', default: 'honest' },
} as const;

function behaviourOf(name: string): Behaviour {
  try {
    return behaviourNamed(name);
  } catch (error) {
    throw new CommandFailure({
      what: (error as Error).message,
      why: behaviours.map((each) => `${each.name}: it ${each.title}`).join('\n'),
      next: 'npm run member -- --model iris-neighbours --behave lie',
    });
  }
}

function cardNamed(folder: string, name: string | undefined) {
  const catalogue = readCatalogue(folder);
  try {
    return modelNamed(catalogue, name ?? '');
  } catch (error) {
    throw new CommandFailure({
      what: name === undefined ? 'Which model?' : isProblem(error) ? error.detail : String(error),
      why: `There are: ${catalogue.cards.map((card) => card.name).join(', ')}.`,
      next: 'npm run member -- --model iris-neighbours',
    });
  }
}

async function serveAt(serving: Parameters<typeof serveMember>[0]) {
  return serveMember(serving).catch((error: unknown) => {
    throw new CommandFailure({
      what: `Port ${serving.port} of ${serving.host} cannot be listened on.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'npm run member -- --model iris-neighbours --port 5003',
    });
  });
}

/** The API to join, unless the member stays alone. */
function apiOf(values: { readonly alone: boolean; readonly api?: string | undefined }): string | undefined {
  if (values.alone) return undefined;
  const found = values.api ?? readState(stateFolderFrom(process.env))?.apiUrl;
  if (found !== undefined) return found.replace(/\/$/, '');
  throw new CommandFailure({
    what: 'No tandem is running here to join.',
    why: 'A member joins the consensus of a deployment, unless it stays alone.',
    next: 'npm start -- --detach   or   npm run member -- --model iris-neighbours --alone',
  });
}

async function enter(joining: Joining) {
  return joinAs(joining).catch((error: unknown) => {
    throw new CommandFailure({
      what: `The consensus did not take ${joining.name}.`,
      why: error instanceof Error ? error.message : String(error),
      next: 'npm run member -- --help',
    });
  });
}

await runCommand(usage, options, async ({ values }) => {
  const stopped = untilAborted(interruption());
  const behaviour = behaviourOf(values.behave);
  const card = cardNamed(values.folder, values.model);
  const [host, port] = [parseAddress(values.listen), parsePort(values.port)];
  const name = values.name ?? `${card.name}-${port}`;
  const key = keyOf(join(stateFolderFrom(process.env), 'member-keys'), name);
  const apiUrl = apiOf(values);
  const token = process.env.TANDEM_TOKEN;
  const consensusKey = apiUrl === undefined ? undefined : await readConsensusKey({ apiUrl, token });
  const predictor = onnxPredictor(values.folder);
  const served = await serveAt({ card, predictor, key, consensusKey, host, port });
  const url = values.url ?? served.url;
  console.log(`Serving ${card.name} at ${url} (${behaviour.title})`);
  try {
    if (apiUrl === undefined) {
      served.behave(behaviour.name);
      await stopped;
    } else {
      const membership = {
        apiUrl,
        name,
        dataset: card.dataset,
        url,
        protocol: 'committed',
        key,
        token,
      } as const;
      const { probation } = await enter(membership);
      // Whoever does not answer honestly when it joins is not let in.
      served.behave(behaviour.name);
      const counts = probation === 0 ? 'counts' : `counts after ${probation} batches`;
      console.log(`Joined the members of ${card.dataset} as ${name}: ${counts}.`);
      await stopped;
      await leaveAs(membership);
      console.log('Left.');
    }
  } finally {
    await served.stop();
  }
  return 0;
});
