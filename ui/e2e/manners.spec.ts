/** Chat manners under the real window's content policy: long conversations, formatted answers, keys. */
import { expect, test as base, type Page } from '@playwright/test';

/** Fails a test in which the page logged an error or broke the policy. */
const test = base.extend<{ open: (query: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await use(async (query) => {
      await page.goto(`/?${query}&pace=0&load=0`);
    });
    expect(faults).toEqual([]);
  },
});

async function ask(page: Page, question: string): Promise<void> {
  await page.getByTestId('composer').fill(question);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('message-assistant').last()).toHaveAttribute('data-status', 'complete');
}

test('a long conversation: few rows, nothing jumps while reading upwards, and back to the end', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&long=400');
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').first().click();
  const rows = page.locator('[data-row]');
  await expect(page.getByTestId('token').first()).toBeVisible();
  await page.getByTestId('thread').hover();
  const moved = await page.evaluate(async () => {
    const thread = document.querySelector<HTMLElement>('[data-testid=thread]');
    if (!thread) throw new Error('no thread');
    const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));
    const moves: number[] = [];
    thread.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
    for (let step = 0; step < 40; step += 1) {
      const sight = thread.getBoundingClientRect().top + 200;
      const row = [...thread.querySelectorAll<HTMLElement>('[data-row]')].find(
        (one) => one.getBoundingClientRect().bottom > sight,
      );
      const before = row?.getBoundingClientRect().top ?? 0;
      thread.scrollTop -= 90;
      await frame();
      await frame();
      moves.push(Math.round((row?.getBoundingClientRect().top ?? 0) - before));
    }
    return moves;
  });
  expect(
    moved.every((by) => Math.abs(by - 90) <= 2),
    moved.join(' '),
  ).toBe(true);
  expect(await rows.count()).toBeLessThan(60);
  await page.getByTestId('to-end').click();
  await expect(page.getByTestId('to-end')).toBeHidden();
  await expect(page.getByTestId('stop-reason').last()).toBeInViewport();
});

test('formulas, coloured code and folded thoughts keep to the content policy', async ({ page, open }) => {
  await open('model=ready&language=en&reading=1');
  await ask(page, 'think');
  await expect(page.locator('.katex-display')).toBeVisible();
  await expect(page.locator('pre .keyword').first()).toHaveText('fn');
  const fold = page.getByTestId('thoughts');
  await expect(fold).not.toHaveAttribute('open');
  await fold.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(fold).toContainText('the area of a circle');
});
