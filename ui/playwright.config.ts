import { defineConfig } from '@playwright/test';

/** Layout tests of the production bundle in a plain browser, with the in-memory client behind it. */
export default defineConfig({
  testDir: 'e2e',
  // Generous: what never comes still fails, and a busy machine does not.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  // Shared machines stand still for a minute now and then. What fails twice fails; what fails once is told as flaky.
  retries: process.env['CI'] ? 1 : 0,
  reporter: 'line',
  outputDir: '../test-results/ui',
  use: {
    baseURL: 'http://127.0.0.1:4173',
    viewport: { width: 1200, height: 800 },
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
  webServer: {
    command: 'npx vite preview --host 127.0.0.1 --port 4173 --strictPort',
    url: 'http://127.0.0.1:4173',
    reuseExistingServer: true,
  },
});
