/** The window's own menus and keys under the real content policy: right click, reload, find, select all, letters. */
import { expect, type Page } from '@playwright/test';

import { test } from './support';

async function openFirst(page: Page): Promise<void> {
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').first().click();
  await expect(page.getByTestId('token').first()).toBeVisible();
}

/** Texts that are marked as found, and the one that is the current one. */
async function marked(page: Page): Promise<{ all: number; now: string | null; inSight: boolean }> {
  return page.evaluate(() => {
    const ranges = (name: string): Range[] => [...(CSS.highlights.get(name) ?? [])] as Range[];
    const now = ranges('found-now')[0];
    const box = now?.getBoundingClientRect();
    const view = document.querySelector('[data-testid="thread"]')?.getBoundingClientRect();
    return {
      all: ranges('found').length,
      now: now?.toString() ?? null,
      inSight: !!box && !!view && box.top >= view.top && box.bottom <= view.bottom,
    };
  });
}

test('a right click shows what can be done, inside the window, and no browser menu', async ({
  page,
  open,
}) => {
  await open('past=1&model=ready&language=en');
  await openFirst(page);
  await page.evaluate(() => {
    addEventListener('contextmenu', (event) => (document.title = String(event.defaultPrevented)));
  });
  await page.getByTestId('token').nth(2).click({ button: 'right' });
  await expect(page.getByTestId('context-menu')).toBeVisible();
  expect(await page.title()).toBe('true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lens')).toBeVisible();
  // What if: the keys are at the candidates.
  await expect(page.locator('[data-testid="what-if"] button:focus')).toHaveCount(1);
  // In the corner it stays inside.
  await page.setViewportSize({ width: 900, height: 640 });
  const row = page.getByTestId('message-user').first();
  await row.click({ button: 'right', position: { x: 5, y: 5 } });
  const menu = page.getByTestId('context-menu');
  await expect(menu).toBeVisible();
  const box = await menu.boundingBox();
  expect(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 900 && box.y + box.height <= 640).toBe(true);
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await page.getByTestId('status-zoom').count();
  await page.getByTestId('composer').click({ button: 'right' });
  expect(await page.title()).toBe('false');
});

test('no key loads the page anew', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await openFirst(page);
  await page.evaluate(() => Object.assign(window, { same: true }));
  for (const key of ['F5', 'Control+r', 'Control+Shift+R', 'Alt+ArrowLeft']) await page.keyboard.press(key);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
  await expect(page.getByTestId('token').first()).toBeVisible();
});

test('find goes through all messages, drawn or not, and marks them as tokens and as formatted text', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&long=400');
  await openFirst(page);
  await page.keyboard.press('Control+f');
  await expect(page.getByTestId('find-input')).toBeFocused();
  const count = page.getByTestId('find-count');
  await page.getByTestId('find-input').fill('12');
  await expect(count).toContainText(/\d of \d/);
  await expect.poll(async () => (await marked(page)).now).toBe('12');
  for (const key of ['Enter', 'Shift+Enter', 'Shift+Enter', 'Enter']) {
    await page.keyboard.press(key);
    await expect.poll(async () => (await marked(page)).inSight, { message: key }).toBe(true);
    expect((await marked(page)).now).toBe('12');
  }
  expect(await page.locator('[data-row]').count()).toBeLessThan(60);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('find-bar')).toBeHidden();
  expect((await marked(page)).all).toBe(0);
  await expect(page.getByTestId('composer')).toBeFocused();
  // Formatted: the same words are marked.
  await page.keyboard.press('Control+l');
  await page.keyboard.press('Control+f');
  await expect.poll(async () => (await marked(page)).now).toBe('12');
});

test('letters go to the message with nothing lost, and Ctrl+A takes one message', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await openFirst(page);
  await page.getByTestId('token').nth(1).click();
  await page.keyboard.type('hello');
  await expect(page.getByTestId('composer')).toHaveValue('hello');
  await page.getByTestId('token').nth(1).click();
  await page.keyboard.press('Control+a');
  const selected = await page.evaluate(() => String(getSelection()));
  expect(selected.length).toBeGreaterThan(20);
  expect(selected).not.toContain('History');
  expect(selected).not.toContain('Copy');
});
