import type { api } from '../../api.ts';

export type Card = Awaited<ReturnType<typeof api.readModel>>['body'];

export type Inputs = Readonly<Record<string, string>>;
type Argument = Card['arguments'][number];

interface SlidersProps {
  readonly card: Card;
  readonly inputs: Inputs;
  readonly onChange: (name: string, value: string) => void;
}

/** `sepalLengthCm` as words, without the unit that stands beside it. */
const words = (name: string, unit = '') =>
  name
    .replace(new RegExp(`(?<=[a-z])${unit.replace(/\W/g, '')}$`, 'i'), '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

export function Sliders({ card, inputs, onChange }: SlidersProps) {
  return (
    <form class="panel sliders" aria-label="What is asked" onSubmit={(event) => event.preventDefault()}>
      {card.arguments.map((argument) => (
        <Slider
          key={argument.name}
          argument={argument}
          value={inputs[argument.name] ?? ''}
          onChange={onChange}
        />
      ))}
    </form>
  );
}

interface SliderProps {
  readonly argument: Argument;
  readonly value: string;
  readonly onChange: SlidersProps['onChange'];
}

function Slider({ argument, value, onChange }: SliderProps) {
  const id = `argument-${argument.name}`;
  const change = (event: { currentTarget: { value: string } }) =>
    onChange(argument.name, event.currentTarget.value);
  if (argument.type === 'category')
    return (
      <div class="field">
        <label for={id}>{words(argument.name)}</label>
        <select id={id} value={value} onChange={change}>
          {argument.values.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </div>
    );
  const [low, high] = argument.trainingRange ?? [argument.minimum ?? 0, argument.maximum ?? 100];
  const step = argument.type === 'integer' ? 1 : (high - low) / 100;
  return (
    <div class="field">
      <label for={id}>
        {words(argument.name, argument.unit)} <output>{value}</output> {argument.unit ?? ''}
      </label>
      <input
        id={id}
        type="range"
        min={low}
        max={high}
        step={Number(step.toPrecision(2))}
        value={value}
        onInput={change}
      />
    </div>
  );
}
