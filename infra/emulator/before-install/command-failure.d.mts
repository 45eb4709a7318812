export declare class CommandFailure extends Error {
  readonly why: string | undefined;
  readonly next: string | undefined;
  constructor(parts: { what: string; why?: string | undefined; next?: string | undefined });
}
export declare function failureText(error: unknown): string;
export declare function failureOfTool(what: string, output: string, next?: string): CommandFailure;
