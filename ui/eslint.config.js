import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import { imeKeys } from './eslint/ime-keys.js';
import svelteConfig from './svelte.config.js';

/** Only `src/client/tauri.ts` may know that the host is Tauri. */
const hostImports = {
  patterns: [
    { group: ['@tauri-apps/*'], message: 'Go through the Client interface (src/client/client.ts).' },
  ],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/client/bindings/', 'test-results/', 'playwright-report/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    plugins: { vitrine: { rules: { 'ime-keys': imeKeys } } },
    rules: {
      'no-restricted-imports': ['error', hostImports],
      'vitrine/ime-keys': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-dynamic-delete': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      // Types are TypeScript's business; the rule doesn't know its globals.
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'svelte/no-at-html-tags': 'error' },
  },
  { files: ['src/components/shared/ime.ts', 'tests/**'], rules: { 'vitrine/ime-keys': 'off' } },
  { files: ['src/client/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['*.config.{ts,js}', 'e2e/**'], languageOptions: { globals: { ...globals.node } } },
);
