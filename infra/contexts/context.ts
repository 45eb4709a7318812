import type { Duration } from 'aws-cdk-lib';
import type { AssetFiles } from '../constructs/bundle.ts';
import type { Edge } from '../constructs/edge.ts';
import type { TandemFunction } from '../constructs/tandem-function.ts';
import type { StateStack } from '../stacks/state.ts';

/** A bounded context as it is deployed: its function, what that reads beside its code, and what it may do. */
export interface Context {
  readonly name: string;
  /** The folder of `functions/` that holds its code; its name unless told. */
  readonly code?: string;
  readonly files?: AssetFiles;
  readonly memoryMb?: number;
  /** `functionTimeout` unless told. */
  readonly timeout?: Duration;
  /** Whether it needs the ONNX Runtime layer. */
  readonly predicts?: boolean;
  /** Variables beside those that every function has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is called: a built entry of `functions/<code>` and its export; `index.handler` unless told. */
  readonly handler?: string;
  /** Least privilege: every right that the context has is given here. */
  readonly grant: (target: TandemFunction, state: StateStack, edge: Edge) => void;
}
