/** Settings, About and the first start under the real content policy: change, start again, go back; large text and narrow windows. */
import { expect, type Page } from '@playwright/test';

import { test } from './support';

/** What is wider than its window, or cut at its side. */
async function cut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`the window scrolls sideways: ${root.scrollWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const { overflowX, textOverflow, clipPath } = getComputedStyle(element);
      // Names that are for screen readers alone.
      if (clipPath !== 'none') continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest('.unseen')) continue;
      const scrolls = overflowX === 'auto' || overflowX === 'scroll';
      const name = `${element.tagName} ${element.className} ${element.textContent?.trim().slice(0, 40) ?? ''}`;
      if (box.right > root.clientWidth + 1) faults.push(`outside: ${name}`);
      const wider = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (wider && scrolls) faults.push(`scrolls sideways: ${name}`);
      if (wider && overflowX === 'hidden' && textOverflow !== 'ellipsis') faults.push(`cut: ${name}`);
    }
    return faults;
  });
}

test('what is set holds at once, is there at the next start, and goes back', async ({ page, open }) => {
  await open('keep=1&language=en&model=ready');
  await page.getByTestId('rail-settings').click();
  await page.getByTestId('theme-select').selectOption('dark');
  await page.getByTestId('motion-select').selectOption('reduced');
  await page.getByTestId('threads-select').selectOption('3');
  await page.getByTestId('context-select').selectOption('2048');
  await page.getByTestId('zoom-larger').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await page.getByTestId('rail-settings').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced');
  await expect(page.getByTestId('threads-select')).toHaveValue('3');
  await expect(page.getByTestId('context-select')).toHaveValue('2048');
  await expect(page.getByTestId('zoom-select')).toHaveValue('110');

  await page.getByTestId('reset-models').click();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('threads-select')).toHaveValue('3');
  await page.getByTestId('reset-models').click();
  await page.getByTestId('reset-do').click();
  await expect(page.getByTestId('threads-select')).toHaveValue('');
  await expect(page.getByTestId('reset-models')).toBeFocused();
  await expect(page.getByTestId('theme-select')).toHaveValue('dark');
  await page.getByTestId('reset-all').click();
  await page.getByTestId('reset-do').click();
  await expect(page.getByTestId('theme-select')).toHaveValue('system');
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', 'dark');
});

test('Ctrl +, − and 0 are the text size of Settings, and say so', async ({ page, open }) => {
  await open('keep=1&language=en&model=ready');
  await page.getByTestId('rail-settings').click();
  await page.keyboard.press('Control+Equal');
  await page.keyboard.press('Control+Equal');
  await expect(page.getByTestId('zoom-select')).toHaveValue('125');
  const note = page.getByRole('status').filter({ hasText: 'Text size 125%' });
  await expect(note).toHaveCount(1);
  await page.keyboard.press('Control+Minus');
  await expect(page.getByText('Text size 110%')).toBeVisible();
  await expect(page.getByText('Text size 125%')).toBeHidden();
  await page.keyboard.press('Control+0');
  await expect(page.getByTestId('zoom-select')).toHaveValue('100');
});

test('the language is asked where the system has none of ours, once, and by keys', async ({ page, open }) => {
  await open('keep=1&locale=fr-FR');
  await expect(page.getByTestId('language-question')).toBeVisible();
  await expect(page.getByTestId('language-zh-CN')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('start-bundled')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.reload();
  await expect(page.getByTestId('start-bundled')).toBeVisible();
});

test('the tour goes on where it was left', async ({ page, open }) => {
  await open('keep=1&language=en&model=ready');
  await page.getByTestId('tour-take').click();
  await page.getByTestId('tour-skip').click();
  await expect(page.getByTestId('tour-told')).toContainText('2 of 5');
  await page.reload();
  await expect(page.getByTestId('tour-told')).toContainText('2 of 5');
  for (let step = 2; step <= 5; step += 1) await page.getByTestId('tour-skip').click();
  await page.getByTestId('tour-own').click();
  await expect(page.getByTestId('guide-sizes')).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('composer')).toBeVisible();
  await expect(page.getByTestId('tour')).toBeHidden();
});

test('diagnostics are seen before they are copied', async ({ page, open, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open('language=en&model=ready');
  await page.getByTestId('rail-settings').click();
  await page.getByTestId('diagnostics-open').click();
  const shown = await page.getByTestId('text-pane').innerText();
  expect(shown).toContain('Vitrine 0.1.0');
  await page.getByTestId('diagnostics-dialog').getByTestId('copy').click();
  await expect(page.getByText('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.trim()).toBe(shown.trim());
});

test('after a fault the report is offered, read and put away', async ({ page, open }) => {
  await open('language=en&model=ready&crashed=1');
  await page.getByTestId('crash-look').click();
  await expect(page.getByTestId('text-pane')).toContainText('turn.rs:120');
  await page.getByTestId('crash-forget-read').click();
  await expect(page.getByTestId('crash-notice')).toBeHidden();
  await expect(page.getByTestId('crash-dialog')).toBeHidden();
});

// 1200 by 800 at 200 %, and what WCAG 1.4.10 asks for.
for (const [width, height] of [
  [600, 400],
  [640, 700],
  [320, 640],
] as const) {
  for (const language of ['en', 'zh-CN'] as const) {
    test(`settings, guide and first screens are whole: ${language}, ${width} by ${height}`, async ({
      page,
      open,
    }) => {
      await page.setViewportSize({ width, height });
      await open(`language=${language}&model=ready&crashed=1&packaged=1`);
      expect.soft(await cut(page), 'the tour is offered').toEqual([]);
      await page.getByTestId('tour-take').click();
      expect.soft(await cut(page), 'the tour').toEqual([]);
      await page.getByTestId('rail-help').click();
      expect.soft(await cut(page), 'help').toEqual([]);
      await page.getByTestId('help-guide').click();
      await expect(page.getByTestId('guide-sizes')).toBeVisible();
      expect.soft(await cut(page), 'the guide').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('rail-settings').click();
      await expect(page.getByTestId('settings-about')).toBeAttached();
      expect.soft(await cut(page), 'settings').toEqual([]);
      await page.getByTestId('reset-all').click();
      expect.soft(await cut(page), 'the question before a reset').toEqual([]);
      await page.keyboard.press('Escape');
      for (const what of ['licences', 'diagnostics']) {
        await page.getByTestId(`${what}-open`).click();
        await expect(page.getByTestId('text-pane')).toBeVisible();
        expect.soft(await cut(page), what).toEqual([]);
        await page.keyboard.press('Escape');
      }
      await page.getByTestId('crash-look').click();
      expect.soft(await cut(page), 'the report').toEqual([]);
      await open(`locale=fr-FR`);
      await expect(page.getByTestId('language-question')).toBeVisible();
      expect.soft(await cut(page), 'the language').toEqual([]);
    });
  }
}
