/** Models, the first screen and where a start begins: the production bundle in a plain browser. */
import { expect, type Page } from '@playwright/test';

import { watched } from './support';

const test = watched.extend<{ open: (query: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    await use(async (query) => {
      await page.goto(`/?${query}&pace=0`);
    });
  },
});

/** Lies the whole of it within the window? */
async function inSight(page: Page, id: string): Promise<boolean> {
  const box = await page.getByTestId(id).boundingBox();
  const view = page.viewportSize();
  return (
    box !== null &&
    view !== null &&
    box.x >= 0 &&
    box.y >= 0 &&
    box.x + box.width <= view.width &&
    box.y + box.height <= view.height
  );
}

for (const [width, height] of [
  [1200, 800],
  [900, 640],
  [640, 480],
] as const) {
  test(`verdict and main button stay in sight at ${width} by ${height}, and so does what comes of a press`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width, height });
    await open('past=1&family=1&model=ready&language=zh-CN&pick=/m/half.gguf&load=3000');
    await page.getByTestId('rail-models').click();
    await page.getByTestId('open-file').click();
    await expect(page.getByTestId('isq-q8_0')).toBeAttached();
    expect(await inSight(page, 'card-main')).toBe(true);
    // Also from where the choices are.
    await page.getByTestId('context-slider').scrollIntoViewIfNeeded();
    expect(await inSight(page, 'card-main')).toBe(true);
    await page.getByTestId('card-main').click();
    await expect(page.getByTestId('load-progress')).toBeVisible();
    await expect.poll(() => inSight(page, 'cancel-load')).toBe(true);
    await expect(page.getByTestId('status-progress')).toContainText('%');
    await page.getByTestId('cancel-load').click();
    await expect(page.getByTestId('load-cancelled')).toBeInViewport();
  });
}

test('a press far down on the page leads to what comes of it', async ({ page, open }) => {
  await page.setViewportSize({ width: 1000, height: 600 });
  await open('past=1&family=1&model=ready&language=en&load=2000');
  await page.getByTestId('rail-models').click();
  await page.getByTestId('open-stage').first().click();
  await expect(page.getByTestId('cancel-load')).toBeInViewport();
});

for (const [language, theme, width, height] of [
  ['zh-CN', 'light', 1200, 800],
  ['en', 'dark', 900, 640],
  ['zh-CN', 'dark', 600, 480],
] as const) {
  test(`the first screen shows the thing itself: ${language}, ${theme}, ${width} by ${height}`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width, height });
    await open(`language=${language}&theme=${theme}&family=1`);
    await expect(page.getByTestId('start-bundled')).toBeInViewport();
    const lens = page.getByTestId('showcase-lens');
    await expect(lens.getByTestId('candidates')).toBeVisible();
    const root = page.locator('html');
    expect(await root.evaluate((html) => html.scrollWidth <= html.clientWidth)).toBe(true);
    await expect(page.locator('main')).not.toContainText(/[{}]|undefined|NaN|\ufffd/);
    // Another token by pointing at it.
    const before = await lens.locator('.taken').getAttribute('data-token-id');
    const first = page.getByTestId('showcase').getByTestId('token').first();
    await first.hover();
    await expect(lens.locator('.taken')).not.toHaveAttribute('data-token-id', before ?? '');
  });
}

test('with reduced motion the exhibit stands still from the start', async ({ page, open }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.clock.install();
  await open('language=en');
  await expect(page.getByTestId('showcase-lens').getByTestId('candidates')).toBeVisible();
});

test('all six stages answer side by side, and their tokens say more when pointed at', async ({
  page,
  open,
}) => {
  await open('past=1&family=1&model=ready&language=zh-CN&load=0');
  await page.getByTestId('rail-models').click();
  await page.getByTestId('ask-all-do').click();
  await expect(page.locator('[data-testid=ask-all-answer][data-state=answered]')).toHaveCount(6);
  const tops = await page
    .getByTestId('ask-all-answer')
    .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  expect(tops[0]).toBe(tops[1]);
  await page.getByTestId('ask-all-answer').last().getByTestId('token').first().hover();
  await expect(page.getByTestId('token-popover')).toContainText('%');
  await expect(page.getByTestId('model-card')).toContainText('透窗小模型');
});

test('a start comes back to the conversation, and one press brings its model back', async ({
  page,
  open,
}) => {
  await open('past=1&last=1&family=1&language=en&load=0');
  await expect(page.getByTestId('rail-chat')).toHaveAttribute('aria-current', 'page');
  await page.getByTestId('open-again-do').click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(page.getByTestId('open-again')).toBeHidden();
});

test('a model that writes nothing is told so, once', async ({ page, open }) => {
  await open('past=1&family=1&model=ready&language=zh-CN&pick=/m/bge.gguf');
  await page.getByTestId('rail-models').click();
  await page.getByTestId('open-file').click();
  const card = page.getByTestId('preflight');
  await expect(card).toContainText('这不是用来对话的模型');
  await expect(card).not.toContainText('还不能运行');
  await expect(card.getByTestId('card-main')).toHaveText('打开别的文件…');
});

test('the frame is there before the program, in the colours of the theme', async ({ page, faults }) => {
  // The program never comes, which the browser reports as a fault.
  await page.route('**/*.js', (route) => route.abort());
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const colour = await page.locator('#boot').evaluate((boot) => getComputedStyle(boot).backgroundColor);
  expect(colour).toBe('rgb(22, 22, 21)');
  expect(faults.splice(0).every((fault) => fault.includes('ERR_FAILED'))).toBe(true);
});
