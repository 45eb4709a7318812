export interface Line {
  readonly title: string;
  readonly colour: string;
  /** One for each step, from the first. */
  readonly values: readonly number[];
}

const [width, height, left, top] = [640, 240, 50, 30];

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Lines over steps as an SVG of a page's width; values are drawn from 0, or from below, to the highest. */
export function plotLines(title: string, steps: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ values }) => values);
  const [lowest, highest] = [Math.min(0, ...all), Math.max(...all, 1e-9)];
  const count = Math.max(2, ...lines.map(({ values }) => values.length));
  const x = (step: number) => (left + (step * (width - left - 10)) / (count - 1)).toFixed(1);
  const y = (value: number) =>
    (top + ((highest - value) * (height - top - 30)) / (highest - lowest)).toFixed(1);
  const drawn = lines.map(({ colour, values }) => {
    const points = values.map((value, step) => `${x(step)},${y(value)}`).join(' ');
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points}"/>`;
  });
  const keys = [...new Map(lines.map((line) => [line.title, line.colour]))].map(
    ([text, colour], place) =>
      `<text x="${left + place * 140}" y="${height - 4}" fill="${colour}">${escaped(text)}</text>`,
  );
  const axis = [lowest, highest].map(
    (value) => `<text x="4" y="${y(value)}">${Number(value.toPrecision(3))}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="16" font-size="13">${escaped(title)}</text>`,
    `<text x="${width - 10}" y="16" text-anchor="end">${escaped(steps)}</text>`,
    `<line x1="${left}" y1="${y(0)}" x2="${width - 10}" y2="${y(0)}" stroke="#999"/>`,
    ...axis,
    ...drawn,
    ...keys,
    '</svg>',
    '',
  ].join('\n');
}
