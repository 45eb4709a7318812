import type { Prediction } from '@layers/domain/models/answer';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** How a member behaves: honestly, or in one of the ways that a group must live with. */
export interface Behaviour {
  readonly name: string;
  readonly title: string;
  /** What the model puts out becomes what the member answers. */
  readonly answer?: (output: Float32Array) => Float32Array;
  /** What is sent instead. */
  readonly respond?: (handler: Handler) => Handler;
  /** What it reveals instead of what it committed to, before it is signed. */
  readonly reveal?: (answer: Prediction) => Prediction;
  /** Signs with a key that is not its own. */
  readonly forges?: boolean;
}

const instead = (statusCode: number, headers: Record<string, string>, body: string) => (): Handler => () =>
  Promise.resolve({ statusCode, headers, body });

/** Probabilities that sum to 1 and favour what the model thinks least of. */
function inverted(output: Float32Array): Float32Array {
  if (output.length === 1) return output.map((value) => value / 2);
  const [least, most] = [Math.min(...output), Math.max(...output)];
  const flipped = output.map((p) => least + most - p);
  const sum = flipped.reduce((total, p) => total + p, 0);
  return flipped.map((p) => p / sum);
}

const doubled: Behaviour['respond'] = (handler) => async (event, context) => {
  const answer = await handler(event, context);
  return { ...answer, body: answer.body.replace(/("probabilities":\{"[^"]+":)[0-9.e-]+/, '$11.7') };
};

const silentAt =
  (path: string): NonNullable<Behaviour['respond']> =>
  (handler) =>
  (event, context) =>
    event.resource === path ? new Promise(() => undefined) : handler(event, context);

/** Sure of something else than it committed to. */
function another(answer: Prediction): Prediction {
  if ('value' in answer) return { ...answer, value: answer.value / 2 };
  const [label = ''] = Object.keys(answer.probabilities).filter((each) => each !== answer.label);
  const probabilities = Object.keys(answer.probabilities).map((each) => [each, each === label ? 1 : 0]);
  return { label, probabilities: Object.fromEntries(probabilities) as Record<string, number> };
}

/** Another one is another entry. */
export const behaviours: readonly Behaviour[] = [
  { name: 'honest', title: 'answers what its model says' },
  { name: 'lie', title: 'favours what its model thinks least of', answer: inverted },
  { name: 'hang', title: 'never answers', respond: () => () => new Promise(() => undefined) },
  {
    name: 'html',
    title: 'answers with a page',
    respond: instead(200, { 'content-type': 'text/html' }, '<!doctype html><title>Welcome</title>'),
  },
  {
    name: 'redirect',
    title: 'sends whoever asks to another host',
    respond: instead(302, { location: 'http://169.254.169.254/latest/meta-data/' }, ''),
  },
  {
    name: 'huge',
    title: 'answers with a megabyte',
    respond: instead(200, { 'content-type': 'application/json' }, `"${'x'.repeat(1_000_000)}"`),
  },
  { name: 'malformed', title: 'answers with probabilities that do not sum to 1', respond: doubled },
  { name: 'refuse', title: 'answers with status 500', respond: instead(500, {}, '') },
  { name: 'mute', title: 'commits and never reveals', respond: silentAt('/reveal') },
  { name: 'switch', title: 'reveals another answer than it committed to', reveal: another },
  { name: 'forge', title: 'signs with a key that is not its own', forges: true },
];

/** @throws Error for a name that no entry has. */
export function behaviourNamed(name: string): Behaviour {
  const found = behaviours.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Error(`A member cannot behave "${name}".`);
}
