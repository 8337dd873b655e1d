/** Years of conversations: found, opened at the place, put in order, thrown away and brought back, in the real bundle. */
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
      // Keys that are pressed before there is a window go nowhere.
      await expect(page.getByTestId('composer')).toBeVisible();
    });
    expect(faults).toEqual([]);
  },
});

const rows = (page: Page): ReturnType<Page['locator']> => page.getByTestId('history-item');

test('10,000 conversations: a few rows are drawn, and any of them is a scroll away', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&many=10000');
  await page.getByTestId('rail-history').click();
  await expect(page.getByTestId('history-count')).toContainText('conversations');
  const total = Number((await page.getByTestId('history-count').innerText()).replace(/\D/g, ''));
  expect(total).toBeGreaterThan(8000);
  expect(await rows(page).count()).toBeLessThan(60);
  const grid = page.getByRole('grid');
  await grid.evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight / 2));
  await expect(rows(page).first()).toBeVisible();
  await expect(rows(page).first()).toContainText(/\(\d{4}\)/);
  // By key to the very end, and back; what is passed over is taken along.
  await grid.focus();
  await page.keyboard.press('End');
  await expect(rows(page).last()).toBeInViewport();
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+a');
  await expect(page.getByTestId('selection-count')).toContainText(total.toLocaleString('en-US'));
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('selection-bar')).toBeHidden();
});

test('one Chinese character is found, and opens at its place', async ({ page, open }) => {
  await open('model=ready&language=zh-CN&many=60');
  await page.keyboard.press('Control+Shift+F');
  await expect(page.getByTestId('history-filter')).toBeFocused();
  await page.keyboard.type('雨');
  await expect(page.getByTestId('search-hit').first().locator('mark').first()).toHaveText('雨');
  await page.getByTestId('search-hit').filter({ hasText: '回答' }).first().click();
  await expect(page.locator('[data-sought]')).toBeInViewport();
  await expect(page.locator('[data-sought]')).toContainText('雨');
  await expect(page.getByTestId('find-count')).toContainText('第');
});

test('a place far up in a long conversation, which is not drawn, is scrolled to and marked', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&long=600&reading=1');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('asked 40');
  await page.getByTestId('palette-entry').filter({ hasText: 'asked 40' }).last().click();
  await expect(page.locator('[data-sought]')).toContainText('asked 40');
  await expect(page.locator('[data-sought]')).toBeInViewport();
  await expect(page.getByTestId('to-end')).toBeVisible();
});

test('conversations beside the chat: switched, named, pinned, put into a folder, with drafts that stay', async ({
  page,
  open,
}) => {
  await open('past=1&model=ready&language=en');
  const sidebar = page.getByTestId('sidebar');
  const open2 = sidebar.getByTestId('sidebar-open');
  await expect(open2).toHaveCount(3);
  await open2.nth(1).click();
  await expect(open2.nth(1)).toHaveAttribute('aria-current', 'true');
  await page.getByTestId('composer').fill('not sent yet');
  await open2.nth(0).click();
  await expect(page.getByTestId('composer')).toHaveValue('');
  await expect(open2.nth(1).getByTestId('mark-draft')).toBeVisible();
  await open2.nth(1).click();
  await expect(page.getByTestId('composer')).toHaveValue('not sent yet');
  // The menu of a row, by the right button.
  await open2.nth(2).click({ button: 'right' });
  await page.locator('[data-item="history_pin"]').click();
  await expect(sidebar.getByText('Pinned')).toBeVisible();
  await expect(open2.nth(0)).toContainText('List three cities');
  await open2.nth(0).focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('Cities');
  await page.keyboard.press('Enter');
  await expect(open2.nth(0)).toContainText('Cities');
  await open2.nth(0).click({ button: 'right' });
  await page.locator('[data-item="history_move"]').click();
  await page.getByTestId('move-new').fill('Travel');
  await page.keyboard.press('Enter');
  await expect(sidebar.getByTestId('folder')).toContainText('Travel');
  await sidebar.getByTestId('folder').click();
  await expect(open2).toHaveCount(1);
  // It is remembered that it was put away.
  await page.keyboard.press('Control+b');
  await expect(sidebar).toBeHidden();
  await page.getByTestId('rail-history').click();
  await page.getByTestId('rail-chat').click();
  await expect(sidebar).toBeHidden();
});

test('several are thrown away by key, and come back by undo or from the bin', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('rail-history').click();
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('ArrowDown');
  const before = await rows(page).first().boundingBox();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByTestId('selection-count')).toContainText('2');
  // What can be done stands in the filters' place: no row moves under the hand.
  await expect(page.getByRole('group', { name: 'Filters' })).toBeHidden();
  expect(await rows(page).first().boundingBox()).toEqual(before);
  await page.keyboard.press('Delete');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(rows(page)).toHaveCount(3);
  await page.getByTestId('history-delete').first().click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByTestId('choice-bin').check({ force: true });
  await expect(page.getByTestId('days-left')).toHaveText('30 days left');
  await page.getByTestId('history-restore').click();
  await expect(page.getByTestId('history-empty')).toBeVisible();
  await page.getByTestId('choice-kept').check({ force: true });
  await expect(rows(page)).toHaveCount(3);
});

test('whatever is pressed in the list, the keys go on in it', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').nth(2).click({ button: 'right' });
  await page.locator('[data-item="history_pin"]').click();
  // It went to the top, and the focus did not go with it.
  await expect(rows(page).first()).toContainText('List three cities');
  await expect(page.getByRole('grid')).toBeFocused();
  await page.getByTestId('history-star').nth(1).click();
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('F2');
  await page.keyboard.type('Cities');
  await page.keyboard.press('Enter');
  await expect(rows(page).first()).toContainText('Cities');
  await expect(page.getByRole('grid')).toBeFocused();
});

test('one version of an answer is deleted and comes back, and a new conversation begins from a message', async ({
  page,
  open,
}) => {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('sidebar-open').filter({ hasText: 'Which country' }).click();
  await page.getByTestId('regenerate').click();
  await expect(page.getByTestId('version')).toHaveText('2/2');
  await expect(page.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete');
  await page.getByTestId('answer-more').click();
  await page.locator('[data-item="version_delete"]').click();
  await expect(page.getByTestId('version')).toBeHidden();
  await page.getByTestId('undo').click();
  await expect(page.getByTestId('version')).toHaveText('2/2');
  await page.getByTestId('answer-more').click();
  await page.locator('[data-item="message_split"]').click();
  await expect(page.getByTestId('sidebar-open')).toHaveCount(4);
  await expect(page.getByTestId('version')).toBeHidden();
});

test('in a narrow window the list lies over the chat, and goes when one is chosen', async ({
  page,
  open,
}) => {
  await page.setViewportSize({ width: 900, height: 640 });
  await open('past=1&model=ready&language=en');
  await expect(page.getByTestId('sidebar')).toBeHidden();
  await page.keyboard.press('Control+b');
  await expect(page.getByTestId('sidebar-search')).toBeFocused();
  await page.keyboard.type('three');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('sidebar')).toBeHidden();
  await expect(page.getByTestId('message-user').first()).toContainText('List three cities');
});

for (const width of [900, 1200] as const) {
  test(`nothing is cut off sideways at ${width}`, async ({ page, open }) => {
    await page.setViewportSize({ width, height: width === 900 ? 640 : 800 });
    for (const language of ['en', 'zh-CN']) {
      await open(`model=ready&many=80&language=${language}`);
      await page.getByTestId('rail-history').click();
      await expect(rows(page).first()).toBeVisible();
      await page.getByTestId('history-select').first().click({ force: true });
      await expect(page.getByTestId('selection-bar')).toBeVisible();
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main *')]
          .filter(
            (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto',
          )
          .map((one) => `${one.tagName}.${one.className}`),
      );
      expect(wide).toEqual([]);
    }
  });
}
