'use strict';
// Loaded by the CDK CLI in its own process (cdk.json "plugin"), after it read its arguments and before it makes its
// first client. So `npx cdk deploy --all`, typed by hand, reaches the running emulator and nothing else.
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { localAwsEnvironment, withoutAws } = require('./local-aws-environment.cjs');
const { CommandFailure, failureText } = require('./before-install/command-failure.mjs');
const { isAlive } = require('./before-install/process-identity.mjs');

const root = join(__dirname, '..', '..');
const localAccount = '000000000000';
const cliPollMs = 5000;
const localPollMs = 100;

/** Commands that reach no account. Whatever is not named here is taken to read or write one. */
const harmless = [
  'ack',
  'acknowledge',
  'cli-telemetry',
  'context',
  'doc',
  'docs',
  'doctor',
  'flags',
  'init',
  'list',
  'ls',
  'metadata',
  'notices',
  'synth',
  'synthesize',
  'version',
];

/** The first word that is no option nor an option's `key=value`; for a guess gone wrong there are no keys anyway. */
function commandOf(args) {
  const words = args.filter(
    (word, index) =>
      !word.startsWith('-') &&
      !(args[index - 1] ?? '').match(/^-[a-z]$|^--(app|context|output|plugin|profile)$/),
  );
  return words[0] ?? '';
}

function namesAwsTarget(args) {
  return args.some((word) => /^(--?(c|context)=?)?target=aws$/.test(word));
}

/** The run that this clone has (or the one a test run was given), if it runs. */
function runningState() {
  const folder = process.env.TANDEM_STATE_FOLDER ?? join(root, '.tandem', 'run');
  try {
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
    return state.external || isAlive(state.emulator) ? state : undefined;
  } catch {
    return undefined;
  }
}

function replaceEnvironment(environment) {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}

function refuseOnAws() {
  const endpoints = Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
  if (endpoints.length === 0) return;
  throw new CommandFailure({
    what: 'This deploys to AWS, but an endpoint is set.',
    why: endpoints.join(', '),
    next: `unset ${endpoints.join(' ')}`,
  });
}

function assertLocalAccountNow(endpoint) {
  try {
    execFileSync(process.execPath, [join(__dirname, 'assert-local-account.mjs'), endpoint], {
      stdio: 'pipe',
      timeout: 20_000,
    });
  } catch (error) {
    throw new CommandFailure({
      what: `${endpoint} is not a local emulator: nothing was written.`,
      why: String(error.stderr ?? error),
      next: 'npm run status',
    });
  }
}

/** CloudFormation here is done in tenths of a second, and the CLI asks every five seconds, with no option for it. */
function askOften() {
  const wait = globalThis.setTimeout;
  globalThis.setTimeout = Object.assign(
    (work, ms, ...rest) => wait(work, ms === cliPollMs ? localPollMs : ms, ...rest),
    wait,
  );
}

function keepLocal(args, host) {
  const command = commandOf(args);
  if (harmless.includes(command)) return replaceEnvironment(withoutAws(process.env));
  if (namesAwsTarget(args)) {
    throw new CommandFailure({
      what: `cdk ${command} does not touch a real account by itself.`,
      why: '`npm run deploy` checks the credentials, shows the diff and asks first.',
      next: 'npm run deploy',
    });
  }
  const state = runningState();
  if (!state) {
    throw new CommandFailure({
      what: `cdk ${command} needs the emulator, and none runs in this clone.`,
      why: 'Without -c target=aws the stacks are for the emulator alone.',
      next: 'npm start\nor, for AWS: npm run deploy',
    });
  }
  const { endpoint, allowNet = [], shopFollower = 'documents', layers = 'mounted' } = state;
  // As `npm start` deployed them: with the routes that break things on purpose, and what it was told.
  const told = {
    TANDEM_ALLOW_NET: allowNet.join(','),
    TANDEM_SHOP_FOLLOWER: shopFollower,
    TANDEM_LAYERS: layers,
  };
  const kept = { TANDEM_LAB: 'true', ...told };
  replaceEnvironment({ ...localAwsEnvironment(process.env, endpoint), ...kept });
  assertLocalAccountNow(endpoint);
  askOften();
  const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
  // The CLI may have looked at a profile before this was loaded: these keys serve whatever it found there.
  host.registerCredentialProviderSource({
    name: 'tandem emulator',
    isAvailable: async () => true,
    canProvideCredentials: async (account) => account === localAccount,
    getProvider: async () => keys,
  });
}

module.exports = {
  version: '1',
  init(host) {
    try {
      if (process.env.TANDEM_TARGET === 'aws') refuseOnAws();
      else keepLocal(process.argv.slice(2), host);
    } catch (error) {
      process.stderr.write(failureText(error));
      process.exit(1);
    }
  },
};
