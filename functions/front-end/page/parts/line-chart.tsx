import { Table } from './table.tsx';

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface LineChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly xName: string;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** A place on the x axis to mark. */
  readonly at?: number | undefined;
}

const size = { width: 640, height: 220, left: 8, right: 8, top: 12, bottom: 12 };
const dashes = ['', '8 4', '2 4', '12 4 2 4', '4 2', '16 4'];
const rowsMax = 60;

function extent(values: readonly number[]): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? [low, low + 1] : [low, high];
}

/** From 0, unless all that is drawn would lie in the upper half. */
function extentFromZero(values: readonly number[]): readonly [number, number] {
  const [low, high] = extent(values);
  return low > high / 2 ? [low - (high - low) / 10, high] : extent([0, ...values]);
}

/** As many lines as colours and dashes give pairs are told apart. */
const styleOf = (index: number) => ({
  class: `line line-${index % dashes.length}`,
  'stroke-dasharray': dashes[(index + Math.floor(index / dashes.length)) % dashes.length],
});

/** Lines over one axis, told apart by dashes too, with what is drawn as a table below. */
export function LineChart({ title, lines, xName, formatX, formatY, at }: LineChartProps) {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return <p class="muted">{title}: nothing was measured yet.</p>;
  const [x0, x1] = extent(points.map(({ x }) => x));
  const [y0, y1] = extentFromZero(points.map(({ y }) => y));
  const px = (x: number) => size.left + ((x - x0) / (x1 - x0)) * (size.width - size.left - size.right);
  const py = (y: number) =>
    size.height - size.bottom - ((y - y0) / (y1 - y0)) * (size.height - size.top - size.bottom);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>{' '}
        <span class="muted">
          {formatY(y0)} to {formatY(y1)}
        </span>
        <span class="legend">
          {lines.map(({ name }, index) => (
            <span key={name}>
              <svg viewBox="0 0 28 8" aria-hidden="true">
                <path {...styleOf(index)} d="M0 4H28" />
              </svg>
              {name}
            </span>
          ))}
        </span>
      </figcaption>
      <svg class="plot" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        <path
          class="axis"
          d={`M${size.left} ${py(y0)}H${size.width - size.right}M${size.left} ${py(y1)}H${size.width - size.right}`}
        />
        {at === undefined ? null : (
          <path class="marker" d={`M${px(at)} ${size.top}V${size.height - size.bottom}`} />
        )}
        {lines.map(({ name, points: own }, index) => (
          <path
            key={name}
            {...styleOf(index)}
            d={own
              .map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`)
              .join('')}
          />
        ))}
      </svg>
      <p class="ends muted">
        <span>{formatX(x0)}</span>
        <span>{formatX(x1)}</span>
      </p>
      <ChartTable {...{ title, lines, xName, formatX, formatY }} />
    </figure>
  );
}

function ChartTable({ title, lines, xName, formatX, formatY }: Omit<LineChartProps, 'at'>) {
  const places = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const shown = places.slice(-rowsMax);
  return (
    <details class="chart-table">
      <summary>
        {title} as a table{shown.length < places.length ? `, the last ${rowsMax}` : ''}
      </summary>
      <Table label={`${title} as a table`} heads={[xName, ...lines.map(({ name }) => `#${name}`)]}>
        {shown.map((x) => (
          <tr key={x}>
            <td>{formatX(x)}</td>
            {lines.map(({ name, points }) => {
              const y = points.find((point) => point.x === x)?.y;
              return (
                <td key={name} class="number">
                  {y === undefined ? '–' : formatY(y)}
                </td>
              );
            })}
          </tr>
        ))}
      </Table>
    </details>
  );
}
