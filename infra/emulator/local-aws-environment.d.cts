export declare function localAwsEnvironment(
  environment: NodeJS.ProcessEnv,
  endpoint: string,
): NodeJS.ProcessEnv;
export declare function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
