import path from 'node:path';

const folder = import.meta.dirname;

/** One for each function, and some more for those that are busy. */
export const environmentsMaxDefault = 24;

/** What LocalStack is started with. Every path is absolute. */
export interface LocalstackOptions {
  /** The virtual environment made from requirements.lock. */
  readonly pythonFolder: string;
  /** The files of dynamodb-local.json. */
  readonly jarsFolder: string;
  /** Everything LocalStack, the functions and their log write goes below it. */
  readonly stateFolder: string;
  readonly port: number;
  /** The address to bind; nothing is authenticated, so other computers reach it only when asked for. */
  readonly listenAddress?: string;
  /** The Node.js 24 that runs the functions. */
  readonly nodePath: string;
  /** A folder whose node_modules holds the AWS SDK: Lambda's runtime supplies it to functions that bundle none. */
  readonly sdkFolder?: string;
  /** Lambda environments at once, of all functions together. */
  readonly environmentsMax?: number;
  /** How long an invocation waits for an environment before it is answered 429. */
  readonly queueTimeoutMs?: number;
  /** How long an environment without invocations is kept. */
  readonly idleTimeoutMs?: number;
  /** The size at which functions.log is put aside as functions.log.1. */
  readonly functionsLogBytesMax?: number;
  /** End when stdin closes: start it with a pipe and keep the other end open. False to run on alone. */
  readonly endWithParent?: boolean;
  /** What the functions see as a service's endpoint, by SDK name such as DYNAMODB, S3, SQS. */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
  /** The fault proxy on 127.0.0.1, which the functions' requests go through while the flag file exists. */
  readonly diversion?: { readonly flagFile: string; readonly proxyPort: number };
  /** LocalStack's own log: error, warn, info or debug. */
  readonly logLevel?: 'error' | 'warn' | 'info' | 'debug';
}

/** The file with the port of DynamoDB Local, from when it is started (tandem_localstack/dynamodb.py). */
export function itemsPortFileOf(stateFolder: string): string {
  return path.join(stateFolder, 'dynamodb-port');
}

/** A program to start, with its whole environment: nothing is inherited. */
export interface ProgramSettings {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The file with each finished log line of every function, as JSON lines: time, function, requestId, stream, line. */
export function functionsLogOf(stateFolder: string): string {
  return path.join(stateFolder, 'functions.log');
}

/** What this project's plug-in reads (tandem_localstack/settings.py). */
function pluginEnvironment(options: LocalstackOptions): Record<string, string> {
  const { diversion, port } = options;
  const endpoints = Object.entries(options.serviceEndpoints ?? {});
  return {
    TANDEM_STATE_FOLDER: options.stateFolder,
    TANDEM_JARS_FOLDER: options.jarsFolder,
    TANDEM_NODE_PATH: options.nodePath,
    TANDEM_SDK_FOLDER: options.sdkFolder ?? '',
    TANDEM_ENVIRONMENTS_MAX: String(options.environmentsMax ?? environmentsMaxDefault),
    TANDEM_QUEUE_TIMEOUT_MS: String(options.queueTimeoutMs ?? 20_000),
    TANDEM_INIT_TIMEOUT_MS: '10000',
    TANDEM_FUNCTIONS_LOG_BYTES_MAX: String(options.functionsLogBytesMax ?? 16_777_216),
    TANDEM_END_WITH_PARENT: options.endWithParent === false ? '0' : '1',
    TANDEM_EMULATOR_PORT: String(port),
    ...(diversion === undefined ? {} : { TANDEM_DIVERSION: JSON.stringify(diversion) }),
    ...Object.fromEntries(endpoints.map(([name, url]) => [`TANDEM_ENDPOINT_URL_${name}`, url])),
  };
}

/** Loopback always: the functions and our own commands reach it there. */
function listenAddresses({ listenAddress = '127.0.0.1' }: LocalstackOptions): readonly string[] {
  return listenAddress === '0.0.0.0' ? [listenAddress] : [...new Set(['127.0.0.1', listenAddress])];
}

/** LocalStack's own settings. */
function localstackEnvironment(options: LocalstackOptions): Record<string, string> {
  return {
    GATEWAY_LISTEN: listenAddresses(options)
      .map((address) => `${address}:${options.port}`)
      .join(','),
    // The default, a name of LocalStack's makers, does not resolve everywhere.
    LOCALSTACK_HOST: `localhost:${options.port}`,
    SQS_ENDPOINT_STRATEGY: 'path',
    FILESYSTEM_ROOT: path.join(options.stateFolder, 'localstack'),
    LS_LOG: options.logLevel ?? 'warn',
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    LAMBDA_KEEPALIVE_MS: String(options.idleTimeoutMs ?? 300_000),
    // By default a queue is asked once a second, and after a while once in ten.
    LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.05',
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '0.2',
    // What its services ask of one another does not go through its HTTP server.
    IN_MEMORY_CLIENT: '1',
    DYNAMODB_IN_MEMORY: '1',
    // The other provider makes streams with a Kinesis that would have to be downloaded.
    PROVIDER_OVERRIDE_DYNAMODB: 'v2',
    // Nothing is sent or fetched: no usage figures, no certificate, no name server on port 53, no program.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    DNS_ADDRESS: '0',
    // It would take a container around everything for its own, and write to /var/lib.
    OVERRIDE_IN_DOCKER: '0',
  };
}

/**
 * How to start LocalStack without Docker: the runtime's own program, with our plug-in found through PYTHONPATH.
 * Start it in a process group of its own with stdin as a pipe; it is ready when `/_localstack/health` answers.
 */
export function localstackSettings(options: LocalstackOptions): ProgramSettings {
  return {
    command: path.join(options.pythonFolder, 'bin', 'python'),
    args: ['-m', 'tandem_localstack'],
    env: {
      PATH: `${path.join(options.pythonFolder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: options.stateFolder,
      LANG: 'C.UTF-8',
      PYTHONPATH: folder,
      PYTHONUNBUFFERED: '1',
      // The caller's own accounts stay out of reach.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...localstackEnvironment(options),
      ...pluginEnvironment(options),
    },
  };
}
