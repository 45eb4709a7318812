export declare function packagesProblem(root: string): string | undefined;
export declare function nodeProgram(root: string): string;
export declare function installPackages(
  root: string,
  options: { command: string; print: (text: string) => void },
): Promise<{ seconds: number; detail: string }>;
