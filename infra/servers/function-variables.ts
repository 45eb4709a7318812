import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { localAwsEnvironment } from '../emulator/local-aws-environment.cjs';

/** The variables that a deployed function has, with the emulator's addresses and fake keys: to run its code outside. */
export async function functionVariables(
  endpoint: string,
  functionName: string,
): Promise<Record<string, string>> {
  const environment = localAwsEnvironment(process.env, endpoint);
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Environment } = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  client.destroy();
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...Environment?.Variables };
}
