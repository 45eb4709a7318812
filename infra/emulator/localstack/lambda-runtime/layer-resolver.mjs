/**
 * Finds packages in layers as Lambda does: bare names in /opt/nodejs/node24/node_modules and
 * /opt/nodejs/node_modules (for `import` too, where Node.js knows no NODE_PATH), absolute names under /opt,
 * and the AWS SDK that Lambda's own runtime supplies. Nothing else: Node.js looks in every folder above, and above the
 * function's is the clone, whose own packages would stand in for what a function forgot to bring.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { realpathSync } = process.getBuiltinModule('node:fs');

const suppliedByRuntime = /^@(?:aws-sdk|smithy)\//u;

function isBare(specifier) {
  return !/^(?:[./]|[a-z][a-z0-9+.-]*:)/iu.test(specifier);
}

function isMissing(error) {
  return error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND';
}

function notFound(specifier, parentURL) {
  const error = new Error(`Cannot find package '${specifier}' imported from ${parentURL}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}

/**
 * Install the resolver.
 *
 * @param {{ taskFolder: string, optFolder?: string, sdkFolder?: string }} settings `taskFolder`: the function's code;
 *   `optFolder`: the layers' merged content; `sdkFolder`: the folder that holds the node_modules with the AWS SDK.
 */
export function resolveFromLayers({ taskFolder, optFolder, sdkFolder }) {
  const parentIn = (...parts) => pathToFileURL(path.join(...parts, 'resolve-from-here.js')).href;
  const layerParents = optFolder
    ? [parentIn(optFolder, 'nodejs', 'node24'), parentIn(optFolder, 'nodejs')]
    : [];
  const sdkParents = sdkFolder ? [parentIn(sdkFolder)] : [];
  const underOpt = (specifier) => optFolder && /^(?:file:\/\/)?\/opt\//u.test(specifier);
  const own = [taskFolder, optFolder].filter(Boolean).map((folder) => realpathSync(folder) + path.sep);
  const isOwn = (url) => own.some((folder) => fileURLToPath(url).startsWith(folder));
  const isForeign = (url) => url.startsWith('file:') && !isOwn(url);

  /** The first of the parents from which a package is found, in the function or its layers. */
  function find(specifier, context, nextResolve) {
    const supplied = suppliedByRuntime.test(specifier) ? sdkParents : [];
    for (const parentURL of [context.parentURL, ...layerParents, ...supplied]) {
      try {
        const found = nextResolve(specifier, { ...context, parentURL });
        if (!isForeign(found.url) || supplied.includes(parentURL)) return found;
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
    throw notFound(specifier, context.parentURL);
  }

  /** Chunks import each other many times, always by their place. */
  const foundUnderOpt = new Map();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (underOpt(specifier)) {
        const file = path.join(optFolder, specifier.replace(/^(?:file:\/\/)?\/opt\//u, ''));
        // `require` takes no URL.
        if (context.conditions.includes('require')) return nextResolve(file, context);
        let found = foundUnderOpt.get(file);
        if (found === undefined) {
          found = { ...nextResolve(pathToFileURL(file).href, context), shortCircuit: true };
          foundUnderOpt.set(file, found);
        }
        return found;
      }
      const ofFunction = context.parentURL?.startsWith('file:') && isOwn(context.parentURL);
      return ofFunction && isBare(specifier)
        ? find(specifier, context, nextResolve)
        : nextResolve(specifier, context);
    },
  });
}
