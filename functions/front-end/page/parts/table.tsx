import type { ComponentChildren } from 'preact';

/** A column's name; with `#` before it, one of numbers. */
type Head = string;

interface TableProps {
  readonly label: string;
  readonly heads: readonly Head[];
  readonly children: ComponentChildren;
  readonly foot?: ComponentChildren;
}

/** A table that scrolls within itself where the screen is narrow. */
export function Table({ label, heads, children, foot }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="table-wrap" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" class={head.startsWith('#') ? 'number' : ''}>
                {head.replace('#', '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
        {foot === undefined ? null : <tfoot>{foot}</tfoot>}
      </table>
    </section>
  );
}
