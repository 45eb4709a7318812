import { buildCode } from './constructs/bundle.ts';
import { ServiceStack } from './stacks/service.ts';
import { StateStack } from './stacks/state.ts';
import { makeApp, readTarget } from './target.ts';

const app = makeApp();
const target = readTarget(app, process.env);
const state = new StateStack(app, 'tandem-state', target);
new ServiceStack(
  app,
  'tandem-service',
  target,
  state,
  await buildCode(target.buildFolder, target.layers, target.native),
);
app.synth();
