/** One change of a source file: `find` occurs exactly once in it. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The protocol with one of its rules broken: proof that the simulator would see it. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Seeds worth starting with: the first one that killed it. */
  readonly seed: number;
  /** Why no history can tell it from the protocol, where that is so: then it must survive. */
  readonly equivalent?: string;
}

export const edit = (file: string, find: string, replace: string): Edit => ({
  file: `${file}.ts`,
  find,
  replace,
});
export const one = (name: string, seed: number, ...edits: Edit[]): Mutant => ({ name, seed, edits });

export const same = (name: string, equivalent: string, ...edits: Edit[]): Mutant => ({
  name,
  seed: 1,
  edits,
  equivalent,
});

export const waitForLeases = 'await waitForLeases(env, control);';
