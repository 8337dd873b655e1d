/** What the history holds besides its list, under the real window's content policy: places, copies, out and in, pictures. */
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

async function openTab(page: Page, tab: 'moments' | 'statistics' | 'copies'): Promise<void> {
  await page.getByTestId('rail-history').click();
  await page.getByTestId(`history-tab-${tab}`).click();
}

/** Nothing stands out to the right of the window, and nothing that is read is cut off at its edge. */
async function fitsIn(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
}

const SIZES = [
  { width: 900, height: 640 },
  { width: 1200, height: 800 },
] as const;

for (const size of SIZES) {
  for (const language of ['en', 'zh-CN'] as const) {
    test(`moments, statistics and copies at ${size.width} px in ${language}`, async ({ page, open }) => {
      await page.setViewportSize(size);
      await open(
        `model=ready&past=1&days=60&language=${language}&theme=${language === 'en' ? 'light' : 'dark'}`,
      );
      await openTab(page, 'moments');
      await expect(page.getByTestId('moment').first()).toBeVisible();
      await fitsIn(page);
      await openTab(page, 'statistics');
      await expect(page.getByTestId('stats-sums')).toBeVisible();
      await fitsIn(page);
      await openTab(page, 'copies');
      await expect(page.getByTestId('copy').first()).toBeVisible();
      await fitsIn(page);
    });
  }
}

test('a moment opens its answer with the lens on the token', async ({ page, open }) => {
  await open('model=ready&past=1&language=en');
  await openTab(page, 'moments');
  const row = page.getByTestId('moment').first();
  const piece = (await row.locator('mark').textContent())?.trim() ?? '';
  await row.press('Enter');
  const pinned = page.locator('[data-testid="token"][aria-pressed="true"]');
  await expect(pinned).toBeInViewport();
  expect((await pinned.textContent())?.trim()).toBe(piece.replaceAll('␣', ' ').trim());
  await expect(page.getByTestId('lens')).toBeVisible();
});

test('a copy is looked into, and what is missing comes back beside what is there', async ({ page, open }) => {
  await open('model=ready&past=1&language=en');
  await openTab(page, 'copies');
  await page.getByTestId('copy-look').first().click();
  await expect(page.getByTestId('copy-back')).toBeFocused();
  const rows = page.getByTestId('copy-row');
  await expect(rows.first()).toBeVisible();
  // 141 conversations, of which those in sight are drawn.
  expect(await rows.count()).toBeLessThan(60);
  const missing = page.locator('[data-testid="copy-row"] input:enabled');
  await missing.nth(0).check();
  await missing.nth(1).check();
  await page.getByTestId('copy-restore-chosen').click();
  await expect(page.getByTestId('copy-restored')).toContainText('2 conversations are back');
  await page.getByTestId('history-tab-conversations').click();
  await expect(page.getByTestId('history-count')).toContainText('5');
});

test('a missing history asks; put off, the app can be used, and the question comes back', async ({
  page,
  open,
}) => {
  await page.setViewportSize({ width: 900, height: 640 });
  await open('model=ready&standing=missing&language=en');
  const dialog = page.getByTestId('history-missing');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const bar = page.getByTestId('standing-bar');
  await expect(bar).toBeVisible();
  await page.getByTestId('rail-chat').click();
  await page.getByTestId('composer').fill('What colour is the sky?');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete');
  await bar.getByRole('button').click();
  await page.getByTestId('missing-restore').click();
  await expect(dialog).toBeHidden();
  await expect(bar).toBeHidden();
});

test('a dropped export comes in with a receipt, and all goes out again', async ({ page, open }) => {
  await open('model=ready&past=1&language=en');
  await expect(page.getByTestId('rail-history')).toBeVisible();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['[]'], 'conversations.json'));
    dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
  });
  await expect(page.getByTestId('receipt_imported').first()).toHaveText('22');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('import-dialog')).toBeHidden();
  await openTab(page, 'copies');
  await page.getByTestId('open-export').click();
  await page.getByTestId('export-html').check();
  await page.getByTestId('export-go').click();
  await expect(page.getByTestId('export-done')).toContainText('vitrine-history.html');
});

for (const question of ['埃菲尔铁塔在哪个国家？', 'List three cities in markdown']) {
  test(`an answer as a picture: ${question}`, async ({ page, open }) => {
    await open('model=ready&past=1&language=zh-CN&theme=dark');
    await page.getByTestId('composer').fill(question);
    await page.keyboard.press('Enter');
    const answer = page.getByTestId('message-assistant').last();
    await expect(answer).toHaveAttribute('data-status', 'complete');
    await answer.click({ button: 'right', position: { x: 2, y: 2 } });
    await page.getByTestId('menu-item').filter({ hasText: '存为图片' }).click();
    const image = page.getByTestId('picture-preview');
    await expect(image).toBeVisible();
    // It is a picture that the page can read, as wide as it says.
    expect(await image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(800);
    await page.getByTestId('picture-save').click();
    await expect(page.getByTestId('picture-saved')).toContainText('.png');
  });
}
