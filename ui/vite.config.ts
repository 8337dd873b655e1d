import { readFileSync } from 'node:fs';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

import { bootFrame } from './frame.ts';

/** The policy of the real window, so that the bundle is tried under it in a plain browser too. */
function contentSecurityPolicy(): string {
  const file = new URL('../tauri.conf.json', import.meta.url);
  const { app } = JSON.parse(readFileSync(file, 'utf8')) as {
    app: { security: { csp: Record<string, string> } };
  };
  return Object.entries(app.security.csp)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** Every web view the app runs in reads WOFF2: the other formats of KaTeX's fonts stay out of the bundle. */
const oneFontFormat: Plugin = {
  name: 'one-font-format',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('katex.min.css')
      ? code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
      : undefined,
};

export default defineConfig({
  plugins: [svelte(), svelteTesting(), oneFontFormat, bootFrame()],
  // Relative, so that the bundle also opens from a plain file server under any path.
  base: './',
  // A test reads a document beside this folder.
  server: { port: 5173, strictPort: true, fs: { allow: ['..'] } },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy() } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The web views the app runs in: WebKitGTK 2.46+, WKWebView of macOS 14.5+, WebView2.
    target: ['safari17.5', 'chrome123'],
    // The policy forbids inline data for scripts and styles; keep every asset a file.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    // Generous: what never comes still fails, and a busy machine does not.
    testTimeout: 60_000,
    setupFiles: ['tests/setup.ts'],
    // The contrast test reads the colours; everything else has no need of styles.
    css: { include: /styles\/tokens\.css/ },
    restoreMocks: true,
  },
});
