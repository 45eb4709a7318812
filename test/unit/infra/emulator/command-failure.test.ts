import { describe, expect, test } from '@jest/globals';
import { failureOfTool, failureText } from '../../../../infra/emulator/before-install/command-failure.mjs';

const lines = (count: number, text: string): string[] =>
  Array.from({ length: count }, (_, index) => `${text} ${index}`);

describe('the failure of a tool', () => {
  test('says a known cause before the words of the tool', () => {
    const { why } = failureOfTool('npm could not install.', 'npm error code ENOTFOUND');
    expect(why).toBe('The network, or the package registry, was not reached.\nnpm error code ENOTFOUND');
  });

  test('shows the first lines, the last, and the errors between them', () => {
    const failed = 'tandem-service | 6/117 | CREATE_FAILED | AWS::ApiGateway::RestApi | deadlock';
    const output = [...lines(20, 'first'), failed, ...lines(20, 'at')].join('\n');
    const shown = failureOfTool('The stacks could not be deployed.', output).why?.split('\n') ?? [];
    expect(shown).toHaveLength(7 + 1 + 1 + 8);
    expect(shown).toEqual(expect.arrayContaining(['first 0', failed, 'at 19']));
  });

  test('has its reason where reports of tests look for it', () => {
    expect(failureOfTool('It ended.', 'because').cause).toBe('because');
  });

  test('is told with the next command', () => {
    const text = failureText(failureOfTool('It ended.', 'because', 'npm run doctor'));
    expect(text).toBe('\nError: It ended.\n  why   because\n  next  npm run doctor\n');
  });
});
