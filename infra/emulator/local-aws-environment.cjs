'use strict';
// The one place that says how a program is kept away from real AWS: read by the CDK plug-in (CommonJS) and the commands.

/** What could name real credentials, a profile, a role or another endpoint. */
const leadsElsewhere = /^(AWS_|AMAZON_|CDK_DEFAULT_)/;

/**
 * The environment for a program that may only reach the emulator: everything of AWS taken out, fake keys put in.
 * Profiles point at nothing, so that none is read by accident.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} endpoint
 */
function localAwsEnvironment(environment, endpoint) {
  return {
    ...withoutAws(environment),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/**
 * The environment for a program that needs no AWS at all (synth, ls): no keys, no profile, no endpoint.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutAws(environment) {
  const rest = Object.entries(environment).filter(([name]) => !leadsElsewhere.test(name));
  return {
    ...Object.fromEntries(rest),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: '1',
  };
}

module.exports = { localAwsEnvironment, withoutAws };
