/** The W3C traceparent of the request that is being served, for what it leaves behind: `undefined` outside of any. */
export type ReadTrace = () => string | undefined;

/** For stores that are used outside any request. */
export const untraced: ReadTrace = () => undefined;
