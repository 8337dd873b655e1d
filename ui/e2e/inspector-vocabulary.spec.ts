/** The inspector's tabs Vocabulary and Read, on the production bundle and the in-memory client. */
import { expect, type Page } from '@playwright/test';

import { watched } from './support';

const test = watched.extend<{ open: (tab: string, query?: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    await use(async (tab, query = '') => {
      await page.goto(`/?past=1&family=1&model=ready&language=en&pace=0&load=0&${query}`);
      await page.getByTestId('rail-tokens').click();
      await page.getByTestId(`inspector-tab-${tab}`).click();
    });
  },
});

/** What sticks out of the window or of the tab. */
async function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scroll = document.querySelector('[data-testid="inspector-scroll"]');
    const found = [...document.querySelectorAll<HTMLElement>('button, input, select, textarea')].filter(
      (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > width + 1 || box.left < -1);
      },
    );
    return [
      ...found.map((element) => element.dataset['testid'] ?? element.outerHTML.slice(0, 80)),
      ...(scroll && scroll.scrollWidth > scroll.clientWidth ? ['the tab scrolls sideways'] : []),
    ];
  });
}

for (const [language, width, height] of [
  ['zh-CN', 900, 700],
  ['en', 1200, 800],
  // 1200 by 800 at 200 % zoom.
  ['en', 600, 400],
] as const) {
  test(`the vocabulary, a training and a reading fit: ${language}, ${width} by ${height}`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width, height });
    await open('vocabulary', `language=${language}`);
    await expect(page.getByTestId('entry').first()).toBeVisible();
    expect(await outside(page), 'entries').toEqual([]);
    await page.getByTestId('choice-meaning').check({ force: true });
    await page.getByTestId('neighbours-sample').first().click();
    await page.getByTestId('odd-sample').first().click();
    await page.getByTestId('hardly-do').click();
    await expect(page.getByTestId('hardly-candidate').first()).toBeVisible();
    expect(await outside(page), 'meaning').toEqual([]);
    await page.getByTestId('choice-made').check({ force: true });
    expect(await outside(page), 'what to learn from').toEqual([]);
    await page.getByTestId('training-start').click();
    await page.getByTestId('training-end').click();
    await expect(page.getByTestId('training-end')).toBeDisabled();
    expect(await outside(page), 'training').toEqual([]);
    await page.getByTestId('inspector-tab-read').click();
    await page.getByTestId('read-sample').first().click();
    await expect(page.getByTestId('read-summary')).toBeVisible();
    expect(await outside(page), 'reading').toEqual([]);
    await expect(page.locator('body')).not.toContainText(/[{}]|undefined|NaN|\ufffd/);
  });
}

test('262,144 entries are gone through by keys, and few of them are drawn', async ({ page, open }) => {
  await open('vocabulary', 'vocabulary=262144');
  const list = page.getByTestId('entry-list');
  await expect(page.getByTestId('entries-found')).toContainText('262,144');
  await list.focus();
  await page.keyboard.press('End');
  const active = page.locator(`[id="${await list.getAttribute('aria-activedescendant')}"]`);
  await expect(active).toHaveAttribute('aria-label', /entry 262,144 of 262,144/);
  await expect(active).toBeInViewport();
  expect(await page.getByTestId('entry').count()).toBeLessThan(60);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lens-id')).toHaveText('262143');
});

test('a training plays, and what it learned is browsed', async ({ page, open }) => {
  await open('vocabulary');
  await page.getByTestId('choice-made').check({ force: true });
  await page.getByTestId('training-start').click();
  await page.getByTestId('choice-100').check({ force: true });
  await page.getByTestId('training-play').click();
  // It ends by itself.
  await expect(page.getByTestId('training-end')).toBeDisabled();
  await page.getByTestId('training-trial').fill('the river');
  await expect(page.getByTestId('trial-model')).toBeVisible();
  await page.getByTestId('training-use').click();
  await expect(page.getByTestId('entry').first()).toBeVisible();
  await expect(page.getByTestId('choice-trained')).toBeChecked();
});

test('a text is read, its surprises are gone to, and the longest calm stretch is marked', async ({
  page,
  open,
}) => {
  await open('read');
  await page.getByTestId('read-sample').first().click();
  await page.getByTestId('read-place').first().click();
  await expect(page.getByTestId('read-expected')).toContainText('法国');
  await expect(page.getByTestId('token').filter({ hasText: '日本' })).toBeFocused();
  await page
    .getByTestId('read-text')
    .fill('The river runs through the city and under its old bridges. '.repeat(20));
  await page.getByTestId('read-do').click();
  await page.getByTestId('read-calm').click();
  const selected = await page.evaluate(() => String(getSelection()));
  const shown = (await page.getByTestId('read-calm').textContent()) ?? '';
  expect(shown.replace('…', '').trim()).not.toBe('');
  expect(selected).toContain(shown.replace('…', '').trim());
});
