export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}
export declare function startTimeOf(pid: number): string | undefined;
export declare function identityOf(pid: number): ProcessIdentity | undefined;
export declare function isAlive(identity: ProcessIdentity | undefined): boolean;
