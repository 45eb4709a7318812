/**
 * Finds packages in layers as Lambda does: bare names in /opt/nodejs/node24/node_modules and
 * /opt/nodejs/node_modules (for `import` too, where Node.js knows no NODE_PATH), absolute names under /opt,
 * and the AWS SDK that Lambda's own runtime supplies.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const suppliedByRuntime = /^@(?:aws-sdk|smithy)\//u;

function isBare(specifier) {
  return !/^(?:[./]|[a-z][a-z0-9+.-]*:)/iu.test(specifier);
}

function isMissing(error) {
  return error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND';
}

/**
 * Install the resolver.
 *
 * @param {{ optFolder?: string, sdkFolder?: string }} settings `optFolder`: the layers' merged content;
 *   `sdkFolder`: the folder that holds the node_modules with the AWS SDK.
 */
export function resolveFromLayers({ optFolder, sdkFolder }) {
  const parentIn = (...parts) => pathToFileURL(path.join(...parts, 'resolve-from-here.js')).href;
  const layerParents = optFolder
    ? [parentIn(optFolder, 'nodejs', 'node24'), parentIn(optFolder, 'nodejs')]
    : [];
  const sdkParents = sdkFolder ? [parentIn(sdkFolder)] : [];
  const underOpt = (specifier) => optFolder && /^(?:file:\/\/)?\/opt\//u.test(specifier);

  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (underOpt(specifier)) {
        const file = path.join(optFolder, specifier.replace(/^(?:file:\/\/)?\/opt\//u, ''));
        // `require` takes no URL.
        return nextResolve(context.conditions.includes('require') ? file : pathToFileURL(file).href, context);
      }
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!isMissing(error) || !isBare(specifier)) throw error;
        const parents = suppliedByRuntime.test(specifier) ? [...layerParents, ...sdkParents] : layerParents;
        for (const parentURL of parents) {
          try {
            return nextResolve(specifier, { ...context, parentURL });
          } catch (missing) {
            if (!isMissing(missing)) throw missing;
          }
        }
        throw error;
      }
    },
  });
}
