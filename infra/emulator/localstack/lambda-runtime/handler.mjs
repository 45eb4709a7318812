/** Loading and calling a function's handler, with the errors that AWS's Node.js runtime answers. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { existsSync } = process.getBuiltinModule('node:fs');

const nodeMajorWithoutCallbacks = 24;

/** An error of the runtime itself, named as AWS names it, such as Runtime.HandlerNotFound. */
function runtimeError(name, message, cause) {
  const error = new Error(message, { cause });
  error.name = name;
  if (cause instanceof Error) error.stack = cause.stack;
  return error;
}

function fileOf(taskRoot, modulePath) {
  const base = path.resolve(taskRoot, modulePath);
  const file = ['', '.js', '.mjs', '.cjs'].map((ending) => base + ending).find((name) => existsSync(name));
  if (file === undefined) {
    throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${modulePath}'`);
  }
  return file;
}

async function importModule(file) {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('Runtime.UserCodeSyntaxError', String(error), error);
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    }
    throw error;
  }
}

/** A CommonJS module's exports are its default export where Node.js could not tell their names. */
function exportOf(module, name) {
  const find = (from) => name.split('.').reduce((value, part) => value?.[part], from);
  return find(module) ?? find(module.default);
}

function refuseCallback(handler) {
  const major = Number(/nodejs(\d+)/u.exec(process.env.AWS_EXECUTION_ENV ?? '')?.[1] ?? 0);
  if (handler.length < 3 || major < nodeMajorWithoutCallbacks) return;
  throw runtimeError(
    'Runtime.CallbackHandlerDeprecated',
    'Lambda runs no callback-based handlers from Node.js 24 on: return a promise, or use an async handler.',
  );
}

/**
 * The function that `_HANDLER` names, such as `index.handler` or `src/orders.http.post`.
 * Throws Runtime.MalformedHandlerName, .ImportModuleError, .UserCodeSyntaxError, .HandlerNotFound,
 * .CallbackHandlerDeprecated, or whatever the module itself threw.
 */
export async function loadHandler(taskRoot, name = '') {
  const [, base, exported] = /^([^.]*)\.(.+)$/u.exec(path.basename(name)) ?? [];
  if (!base || name.includes('..')) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const module = await importModule(fileOf(taskRoot, path.join(path.dirname(name), base)));
  const handler = exportOf(module, exported);
  if (handler === undefined) {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  refuseCallback(handler);
  return handler;
}

/** A handler with a callback (before Node.js 24) answers with it, or with the promise it returns. */
function settle(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error == null ? resolve(result) : reject(error));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

/** The handler's answer as JSON text. */
export async function callHandler(handler, event, context) {
  const result = await settle(handler, event, context);
  try {
    return JSON.stringify(result ?? null) ?? 'null';
  } catch (error) {
    throw runtimeError('Runtime.MarshalError', 'Unable to stringify response body', error);
  }
}

/** What Invoke answers for an error: its name, message and stack. */
export function describeError(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') };
}
