import tseslint from 'typescript-eslint';

// Types catch the worst bug a mirror can have, a promise that nobody awaits; Biome does the rest of the style.
export default tseslint.config(
  { ignores: ['node_modules', '.tandem', 'cdk.out', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // ESLint counts each ?. and ?? as a branch; 10 of its are about 8 of a reader's.
      complexity: ['error', 10],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  // A checker in a test is a list of cases: one switch over twenty is easier to read than twenty functions.
  { files: ['test/**'], rules: { complexity: ['error', 24] } },
);
