export declare function assertLocalAccount(endpoint: string): Promise<void>;
