/**
 * The environment for Python programs: without what would make them read foreign packages, and with compiled files
 * written, which make the second start of LocalStack three times as quick.
 */
export function pythonEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = [
    'PYTHONDONTWRITEBYTECODE',
    'PYTHONPATH',
    'PYTHONHOME',
    'VIRTUAL_ENV',
    'PYENV_VERSION',
    'CONDA_PREFIX',
  ];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.includes(name)));
}
