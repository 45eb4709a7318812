import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { Read } from '../../parts/feedback.tsx';
import { usePolled } from '../../polling.ts';
import { type Place, setQuery } from '../../router.ts';
import { Answer } from './answer.tsx';
import { type Card, type Inputs, Sliders } from './sliders.tsx';
import { Weights } from './weights.tsx';

const rarelyMs = 60_000;
const answerEveryMs = 120_000;
/** So that a slider under way asks once and not at each pixel. */
const restMs = 350;

async function readGroup(dataset: string) {
  const { items } = (await api.listModels()).body;
  const own = items.find((model) => model.dataset === dataset && model.default);
  return own === undefined ? undefined : (await api.readModel({ path: { name: own.name } })).body;
}

/** One question to all members of a data set, what each says, and what each counts. */
export function ConsensusRoom({ query }: Place) {
  const about = usePolled('consensus', () => api.readConsensus(), rarelyMs);
  const datasets = about.value?.body.datasets ?? [];
  const dataset = query.get('dataset') ?? datasets[0] ?? '';
  return (
    <div class="room">
      <h1 tabIndex={-1}>Consensus</h1>
      <Read polled={about} what="the data sets" lines={8}>
        {() => (
          <>
            <div class="chips">
              {datasets.map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={name === dataset}
                  onClick={() => setQuery({ dataset: name })}
                >
                  {name}
                </button>
              ))}
            </div>
            <Question key={dataset} dataset={dataset} />
            <Weights key={`weights ${dataset}`} dataset={dataset} />
          </>
        )}
      </Read>
    </div>
  );
}

function Question({ dataset }: { dataset: string }) {
  const card = usePolled(`card ${dataset}`, () => readGroup(dataset), rarelyMs * 10);
  return (
    <Read polled={card} what="the arguments" lines={5}>
      {(found) => (found === undefined ? <p>No model knows this data set.</p> : <Asked card={found} />)}
    </Read>
  );
}

/** Where sliders begin: the middle of what models were trained on. */
function startOf(card: Card): Inputs {
  return Object.fromEntries(
    card.arguments.map((one) => {
      if (one.type === 'category') return [one.name, one.values[0] ?? ''];
      const [low, high] = one.trainingRange ?? [one.minimum ?? 0, one.maximum ?? 100];
      const middle = one.default ?? (low + high) / 2;
      return [one.name, String(one.type === 'integer' ? Math.round(middle) : Number(middle.toPrecision(3)))];
    }),
  );
}

function Asked({ card }: { card: Card }) {
  const [inputs, setInputs] = useState(() => startOf(card));
  const [asked, setAsked] = useState(inputs);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(inputs), restMs);
    return () => clearTimeout(timer);
  }, [inputs]);
  const { dataset } = card;
  const polled = usePolled(
    `ask ${dataset} ${JSON.stringify(asked)}`,
    () => api.askTogether({ query: { dataset, ...asked } }),
    answerEveryMs,
  );
  const [last, setLast] = useState(polled.value);
  useEffect(() => {
    if (polled.value !== undefined) setLast(polled.value);
  }, [polled.value]);
  // While the next answer is under way the last one stays, so that nothing jumps.
  const shown = polled.failure === undefined ? { ...polled, value: polled.value ?? last } : polled;
  return (
    <div class="asked">
      <Sliders
        card={card}
        inputs={inputs}
        onChange={(name, value) => setInputs((old) => ({ ...old, [name]: value }))}
      />
      <div class="wide">
        <Read polled={shown} what="what the members say" lines={8}>
          {({ body }) => <Answer answer={body} />}
        </Read>
      </div>
    </div>
  );
}
