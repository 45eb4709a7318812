import { fileURLToPath } from 'node:url';

/**
 * The models that are shipped: beside this module, also where it is bundled. No other module of this layer imports this
 * one, or the bundler would move it into a chunk in another folder.
 */
export const modelsFolder = fileURLToPath(new URL('./models/', import.meta.url));
