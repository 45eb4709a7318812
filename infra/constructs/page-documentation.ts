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

/** `z.meta({…})` among a schema's checks, and a row's `summary` and `description`: there for the OpenAPI document alone. */
function isDocumentation(node: Node): boolean {
  const { callee } = node;
  if (node.type === 'CallExpression' && isNode(callee) && callee.type === 'MemberExpression')
    return nameOf(callee.object) === 'z' && nameOf(callee.property) === 'meta';
  return node.type === 'Property' && documents.has(nameOf(node.key) ?? '') && isText(node.value);
}

function cutsBelow(node: Node): Cut[] {
  if (isDocumentation(node)) return [[node.start, node.end]];
  const parts = Object.values(node)
    .flatMap((part): unknown[] => (Array.isArray(part) ? part : [part]))
    .filter(isNode);
  return parts.flatMap(cutsBelow);
}

/** From the end to the start, so that places stay true. Each is an item of a list, and its comma goes with it. */
function withoutCuts(code: string, cuts: readonly Cut[]): string {
  return cuts
    .toSorted(([one], [other]) => other - one)
    .reduce((text, [from, to]) => text.slice(0, from) + text.slice(to).replace(/^\s*,/, ''), code);
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
