import type { Plugin } from 'vite';

/** As far as a syntax tree is looked at here (ESTree, with places in the text). */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const nameOf = (value: unknown) => (isNode(value) && typeof value.name === 'string' ? value.name : undefined);

const documents = new Set(['summary', 'description']);
const isText = (value: unknown) =>
  isNode(value) && ['Literal', 'TemplateLiteral', 'BinaryExpression'].includes(value.type);

type Cut = readonly [from: number, to: number];

/** `.meta({…})` behind a schema, and a row's `summary` and `description`: what is there for the OpenAPI document alone. */
function cutOf(node: Node): Cut | undefined {
  const { callee } = node;
  if (node.type === 'CallExpression' && isNode(callee) && callee.type === 'MemberExpression')
    return nameOf(callee.property) === 'meta' && isNode(callee.object)
      ? [callee.object.end, node.end]
      : undefined;
  if (node.type !== 'Property' || !documents.has(nameOf(node.key) ?? '') || !isText(node.value))
    return undefined;
  return [node.start, node.end];
}

function cutsBelow(node: Node): Cut[] {
  const own = cutOf(node);
  const parts = Object.values(node)
    .flatMap((part): unknown[] => (Array.isArray(part) ? part : [part]))
    .filter(isNode);
  return [...(own === undefined ? [] : [own]), ...parts.flatMap(cutsBelow)];
}

/** From the end to the start, so that places stay true; what lies in a part that goes anyway is passed over. */
function withoutCuts(code: string, cuts: readonly Cut[]): string {
  const outermost = cuts.filter(
    ([from, to]) => !cuts.some(([start, end]) => start <= from && to <= end && end - start > to - from),
  );
  return outermost
    .toSorted(([one], [other]) => other - one)
    .reduce((text, [from, to]) => {
      const rest = text.slice(to);
      const isProperty = text[from] !== '.' && !/^\s*\./.test(text.slice(from));
      return text.slice(0, from) + (isProperty ? rest.replace(/^\s*,/, '') : rest);
    }, code);
}

/** The contract's words about itself, which nobody reads in the page: a tenth of its script. */
export const withoutDocumentation: Plugin = {
  name: 'without-documentation',
  enforce: 'post',
  apply: 'build',
  transform: {
    filter: { id: /\/layers\/(contract|domain)\/.*\.ts$/ },
    handler(code) {
      return { code: withoutCuts(code, cutsBelow(this.parse(code) as unknown as Node)), map: null };
    },
  },
};
