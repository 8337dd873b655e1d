/** The production bundle under the real window's content policy: layout, keyboard and flow, on the in-memory client. */
import { expect, type Page } from '@playwright/test';

import { test } from './support';

const VIEWS = ['chat', 'tokens', 'models', 'history', 'settings'] as const;

/** What sticks out of the window or has no name. */
async function faultsOfLayout(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`window scrolls sideways: ${root.scrollWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>(
      'button, input, select, textarea, [role=button]',
    )) {
      const box = element.getBoundingClientRect();
      const id = element.dataset['testid'] ?? element.outerHTML.slice(0, 80);
      if (box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1)) faults.push(`outside: ${id}`);
      const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
      const name =
        element.ariaLabel || element.textContent || labels.map((label) => label.textContent).join('');
      if (!name.trim()) faults.push(`no name: ${id}`);
    }
    return faults;
  });
}

for (const [language, theme, width, height] of [
  ['zh-CN', 'light', 1200, 800],
  ['en', 'dark', 1200, 800],
  ['zh-CN', 'dark', 900, 700],
  ['en', 'light', 900, 700],
  // 1200 by 800 at 200 % zoom.
  ['zh-CN', 'light', 600, 400],
  ['en', 'dark', 600, 400],
] as const) {
  test(`every view fits: ${language}, ${theme}, ${width} by ${height}`, async ({ page, open }) => {
    await page.setViewportSize({ width, height });
    await open(`past=1&model=ready&language=${language}&theme=${theme}`);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    for (const view of VIEWS) {
      await page.getByTestId(`rail-${view}`).click();
      await expect(page.getByTestId(`rail-${view}`)).toHaveAttribute('aria-current', 'page');
      expect(await faultsOfLayout(page), view).toEqual([]);
    }
    await page.getByTestId('rail-history').click();
    await page.getByTestId('history-open').first().click();
    await expect(page.getByTestId('token').first()).toBeVisible();
    expect(await faultsOfLayout(page)).toEqual([]);
    await expect(page.locator('body')).not.toContainText(/[{}]|undefined|NaN|\ufffd/);
  });
}

test('first start: bundled model, question, see-through answer', async ({ page, open }) => {
  await open('language=zh-CN');
  await page.getByTestId('start-bundled').click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.type('埃菲尔铁塔在哪个国家？');
  await page.keyboard.press('Enter');
  const answer = page.getByTestId('message-assistant');
  await expect(answer).toHaveAttribute('data-status', 'complete');
  await expect(answer).toContainText('法国');

  await page.getByTestId('token').first().hover();
  const popover = page.getByTestId('token-popover');
  await expect(popover).toBeVisible();
  await expect(popover).toContainText('%');
  await page.mouse.move(600, 500);
  await expect(popover).toBeHidden();
});

test('tokens by keyboard alone', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').nth(1).click();
  await expect(page.getByTestId('token').first()).toBeVisible();
  // What can be done with the question comes first.
  await page.getByTestId('question-more').focus();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('token').first()).toBeFocused();
  await expect(page.getByTestId('token-popover')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const id = await page.getByTestId('token').nth(1).getAttribute('data-token-id');
  await expect(page.getByTestId('lens-id')).toHaveText(id ?? '');
});

test('lets go of the end at the first scroll upwards, and goes back', async ({ page, open }) => {
  await open('model=ready&language=en&pace=1');
  await page.getByTestId('composer').fill('a long text');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('token').count()).toBeGreaterThan(150);
  await page.getByTestId('message-assistant').hover();
  await page.mouse.wheel(0, -400);
  await expect(page.getByTestId('to-end')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete');
  await expect(page.getByTestId('stop-reason')).toHaveAttribute('data-reason', 'stopped');
  await page.getByTestId('to-end').click();
  await expect(page.getByTestId('to-end')).toBeHidden();
  await expect(page.getByTestId('stop-reason')).toBeInViewport();
});

test('the lens lies over a narrow window only while it is wanted', async ({ page, open }) => {
  await page.setViewportSize({ width: 900, height: 640 });
  await open('past=1&model=ready&language=en');
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').first().click();
  const lens = page.getByTestId('lens');
  const token = page.getByTestId('token').first();
  await expect(lens).toBeHidden();
  await token.click();
  await expect(lens).toBeVisible();
  await page.getByRole('button', { name: 'Shut the lens' }).click();
  await expect(lens).toBeHidden();

  // The box in which one writes stays free, with its button: this press would time out were it covered.
  await token.click();
  await expect(lens).toBeVisible();
  const [over, below] = [await lens.boundingBox(), await page.getByTestId('send').boundingBox()];
  expect((over?.y ?? 0) + (over?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);

  // Esc closes it wherever the focus is, and the token that it explained has it again.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(lens).toBeHidden();
  await expect(token).toBeFocused();

  // A press beside it closes it; one on another token shows that; nothing left to explain, it goes by itself.
  await token.click();
  await expect(lens).toBeVisible();
  await page.getByTestId('token').nth(1).click();
  await expect(lens).toBeVisible();
  await page.getByTestId('composer').click();
  await expect(lens).toBeHidden();
  await token.click();
  await expect(lens).toBeVisible();
  await page.keyboard.press('Control+n');
  await expect(lens).toBeHidden();
});

test('a text in pieces: a split character is one chip with its bytes', async ({ page, open }) => {
  await open('model=ready&language=en');
  await page.getByTestId('rail-tokens').click();
  await page.getByTestId('tokens-input').fill('在魑');
  const chips = page.getByTestId('tokens-output').getByTestId('token');
  await expect(chips).toHaveCount(2);
  await expect(chips.nth(1)).toContainText('魑');
  await expect(chips.nth(1)).toContainText('E9 AD');
  await expect(page.getByTestId('token-count')).toHaveText('3');
  await chips.nth(1).hover();
  await expect(page.locator('mark')).toHaveText('魑');
});

test('a file that cannot be run says why, before anything is loaded', async ({ page, open }) => {
  await open('language=zh-CN&pick=/home/user/mamba.gguf');
  await page.getByTestId('open-file').click();
  const card = page.getByTestId('preflight');
  await expect(card.getByTestId('verdict-why')).toContainText('mamba');
  await expect(card.getByTestId('verdict')).toHaveAttribute('data-verdict', 'unsupported');
  await card.getByTestId('card-main').click();
  await expect(page.getByTestId('model-card')).toBeVisible();
  await page.getByTestId('chat-with-it').click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(card).toBeHidden();
});

for (const [language, theme, width, height, pick] of [
  ['zh-CN', 'light', 1200, 800, '千问 小.gguf'],
  ['en', 'dark', 900, 700, 'huge.gguf'],
  ['zh-CN', 'dark', 600, 400, 'folder'],
  ['en', 'light', 600, 400, 'stopped.gguf'],
] as const) {
  test(`the card before loading fits: ${pick}, ${language}, ${theme}, ${width} by ${height}`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width, height });
    await open(`past=1&family=1&library=40&language=${language}&theme=${theme}&pick=/home/user/模型/${pick}`);
    await page.getByTestId('rail-models').click();
    await page.getByTestId('open-file').click();
    await expect(page.getByTestId('preflight')).toBeVisible();
    await expect(page.getByTestId('library-row').first()).toBeVisible();
    expect(await faultsOfLayout(page)).toEqual([]);
    await expect(page.locator('main')).not.toContainText(/[{}]|undefined|NaN|\ufffd/);
  });
}
