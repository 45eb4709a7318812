/** Plots drawn by hand: a page that needs nothing but itself. */

const [width, height, margin] = [560, 300, 46];
const hues = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#17becf', '#8c564b', '#e377c2', '#444'];
export const colourOf = (index: number): string => hues[index % hues.length] ?? '#444';

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Axes {
  readonly title: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xTitle: string;
  readonly yTitle: string;
}

const shown = (value: number) => String(Number(value.toPrecision(3)));

function placeOf({ x, y }: Axes) {
  const along = (value: number, [from, to]: readonly [number, number], room: number) =>
    ((value - from) / (to - from || 1)) * room;
  return {
    left: (value: number) => (margin + along(value, x, width - 2 * margin)).toFixed(1),
    top: (value: number) => (height - margin - along(value, y, height - 2 * margin)).toFixed(1),
  };
}

function frame(axes: Axes, inner: string): string {
  const { title, x, y, xTitle, yTitle } = axes;
  const place = placeOf(axes);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const [atX, atY] = [x[0] + part * (x[1] - x[0]), y[0] + part * (y[1] - y[0])];
    return (
      `<text x="${place.left(atX)}" y="${height - margin + 16}" text-anchor="middle">${shown(atX)}</text>` +
      `<text x="${margin - 6}" y="${place.top(atY)}" text-anchor="end" dominant-baseline="middle">${shown(atY)}</text>` +
      `<line x1="${margin}" x2="${width - margin}" y1="${place.top(atY)}" y2="${place.top(atY)}" stroke="#ddd"/>`
    );
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>` +
    `${ticks.join('')}<text x="${width / 2}" y="${height - 6}" text-anchor="middle">${escaped(xTitle)}</text>` +
    `<text x="12" y="${margin - 20}">${escaped(yTitle)}</text>${inner}</svg>`
  );
}

/** Lines over common axes, in the colours of their places. */
export function linePlot(axes: Axes, lines: readonly Line[]): string {
  const place = placeOf(axes);
  const drawn = lines.map(({ name, points }, index) => {
    const path = points.map(([x, y]) => `${place.left(x)},${place.top(y)}`).join(' ');
    const dots = points.length > 30 ? [] : points;
    return (
      `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="1.5"><title>${escaped(name)}</title></polyline>` +
      dots
        .map(
          ([x, y]) =>
            `<circle cx="${place.left(x)}" cy="${place.top(y)}" r="2.5" fill="${colourOf(index)}"/>`,
        )
        .join('')
    );
  });
  return frame(axes, drawn.join(''));
}

/** One bar a name. */
export function barPlot(title: string, bars: readonly { readonly name: string; readonly value: number }[]) {
  const values = bars.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // Scores lie close together: the axis begins where the difference shows, and says so by its numbers.
  const from = Math.max(0, least - (most - least) * 0.5);
  const row = 18;
  const drawn = bars.map(({ name, value }, index) => {
    const length = ((value - from) / (most - from || 1)) * 260;
    const y = 24 + index * row;
    return (
      `<text x="226" y="${y + 11}" text-anchor="end">${escaped(name)}</text>` +
      `<rect x="232" y="${y}" width="${length.toFixed(1)}" height="13" fill="${colourOf(index)}"/>` +
      `<text x="${(238 + length).toFixed(1)}" y="${y + 11}">${value.toPrecision(5)}</text>`
    );
  });
  return (
    `<svg viewBox="0 0 ${width} ${30 + bars.length * row}" role="img" aria-label="${escaped(title)}">` +
    `<text x="12" y="14">${escaped(title)} (bars begin at ${shown(from)})</text>${drawn.join('')}</svg>`
  );
}
