/** Imports point inward: infra → functions → http, queue, stores → contract, domain. */
const layer = (names) => `^layers/(${names})/`;

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-stands-alone',
      severity: 'error',
      from: { path: layer('domain') },
      to: { pathNot: [layer('domain'), '^node_modules/zod/'] },
    },
    {
      name: 'contract-knows-schemas-only',
      severity: 'error',
      from: { path: layer('contract') },
      to: { pathNot: [layer('contract|domain'), '^node_modules/zod/'] },
    },
    {
      name: 'adapters-do-not-know-functions',
      severity: 'error',
      from: { path: '^layers/' },
      to: { path: '^(functions|infra|test)/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^layers/(http|queue|stores|onnx-runtime)/' },
      to: { path: layer('http|queue|stores|onnx-runtime'), pathNot: '^layers/$1/' },
    },
    {
      name: 'functions-do-not-know-infra',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(infra|test)/' },
    },
    {
      name: 'contexts-meet-in-the-domain',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'no-drawers',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils|common|helpers|shared)/', pathNot: 'node_modules' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.tandem|cdk\\.out)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
