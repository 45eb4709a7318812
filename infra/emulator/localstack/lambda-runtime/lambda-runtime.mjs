/**
 * One Lambda environment: loads a function's handler once, then answers one invocation after another.
 *
 * Started by the process executor (../tandem_localstack) with one argument, JSON: `channelFd` (a socket to
 * the executor), `emulatorPort`, `itemsPort` (DynamoDB Local's, once it has started), `diversion` (the fault proxy, if
 * there is one), `optFolder` (what is /opt on AWS) and `sdkFolder` (a node_modules with the AWS SDK, which AWS's own
 * runtime supplies too). A message on the socket is a line of JSON and then `length` bytes of body.
 *
 * `import` of node:fs, node:http or node:util reads all that they export, which loads streams, undici and more: 20 ms of
 * each environment's start. Here they are taken with `process.getBuiltinModule`.
 */
import net from 'node:net';
import { captureConsole, currentRequest, reportError } from './console-log.mjs';
import { directRequests } from './direct-requests.mjs';
import { callHandler, describeError, loadHandler } from './handler.mjs';
import { resolveFromLayers } from './layer-resolver.mjs';

/** AWS's own number: 6 MiB and 100 bytes. */
const responseBytesMax = 6_291_556;
/** AWS's exit codes for what nobody caught. */
const exitCodes = { uncaughtException: 129, unhandledRejection: 128 };

const settings = JSON.parse(process.argv[2] ?? '{}');
process.argv.splice(2);
const channel = new net.Socket({ fd: settings.channelFd, readable: true, writable: true });

/** Send one message; resolves when the executor's socket has taken it. */
function send(header, body = '') {
  const bytes = Buffer.from(body);
  const head = Buffer.from(`${JSON.stringify({ ...header, length: bytes.length })}\n`);
  return new Promise((resolve) => channel.write(Buffer.concat([head, bytes]), resolve));
}

/** Split the socket's bytes into messages: a line of JSON, and as many bytes as it says. */
function onMessages(take) {
  const parts = [];
  let header;

  function step() {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    // Joined only when a line or a body is whole: a body of 6 MB comes in a hundred parts.
    if (header === undefined ? !parts.at(-1)?.includes(10) : size < header.length) return false;
    const all = Buffer.concat(parts.splice(0));
    if (header === undefined) {
      const end = all.indexOf(10);
      header = JSON.parse(all.toString('utf8', 0, end));
      parts.push(all.subarray(end + 1));
    } else {
      const { length } = header;
      take(header, all.toString('utf8', 0, length));
      header = undefined;
      parts.push(all.subarray(length));
    }
    return true;
  }

  channel.on('data', (chunk) => {
    parts.push(chunk);
    while (step());
  });
}

/** The context object of the handler, as the developer guide describes it. */
function contextOf(header) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: header.requestId,
    invokedFunctionArn: header.arn,
    getRemainingTimeInMillis: () => Math.max(0, header.deadlineMs - Date.now()),
  };
}

/** `isFatal`: this process ends itself, so nothing more may be sent to it. */
function fail(error, isFatal = false) {
  return send({ type: 'error', errorType: error.errorType, isFatal }, JSON.stringify(error));
}

async function answer(handler, header, body) {
  process.env._X_AMZN_TRACE_ID = header.traceId;
  currentRequest.id = header.requestId;
  // While the handler runs, the socket alone keeps no process alive: one with nothing left to do exits, as on AWS.
  channel.unref();
  try {
    const text = await callHandler(handler, JSON.parse(body), contextOf(header));
    channel.ref();
    if (Buffer.byteLength(text) > responseBytesMax) {
      await fail({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${responseBytesMax} bytes).`,
      });
    } else await send({ type: 'response' }, text);
  } catch (error) {
    channel.ref();
    reportError('Invoke Error', error);
    await fail(describeError(error));
  }
}

/** Nobody caught it: tell the executor, then end, because the process's state is unknown. */
function endOn(event, wrap) {
  process.on(event, (thrown) => {
    const error = wrap(thrown);
    reportError(event === 'uncaughtException' ? 'Uncaught Exception' : 'Unhandled Promise Rejection', error);
    channel.ref();
    void fail(describeError(error), true).then(() => process.exit(exitCodes[event]));
  });
}

/** AWS gives a rejection that nobody handled a name of its own. */
function asUnhandledRejection(reason) {
  const error = new Error(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  if (reason instanceof Error) error.stack = reason.stack;
  return error;
}

// The executor is gone when the socket closes: an environment never outlives it.
channel.on('close', () => process.exit(0));
channel.on('error', () => process.exit(0));

captureConsole();
resolveFromLayers({ ...settings, taskFolder: process.env.LAMBDA_TASK_ROOT });
directRequests(settings);
endOn('uncaughtException', (error) => error);
endOn('unhandledRejection', asUnhandledRejection);

try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  onMessages((header, body) => void answer(handler, header, body));
  await send({ type: 'ready' });
} catch (error) {
  reportError('Uncaught Exception', error);
  await fail(describeError(error), true);
  process.exit(1);
}
