/** What every journey in a browser begins with. */
import { expect, test as base } from '@playwright/test';

/** Fails a test in which the page logged an error or broke the policy. One that is about such a fault takes it out of `faults`. */
export const watched = base.extend<{ faults: string[] }>({
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

/** With the in-memory client as `query` asks (`client/fake/options.ts`), where nothing takes time. */
export const test = watched.extend<{ open: (query: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    await use(async (query) => {
      await page.goto(`/?${query}&pace=0&load=0`);
    });
  },
});
