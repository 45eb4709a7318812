/** How settings are parsed: compiling a parser that runs once costs a cold start more than it gives. */
export const parsedOnce = { jitless: true };
