export declare function packagesProblem(root: string): string | undefined;
export declare function nodeProgram(root: string): string;
