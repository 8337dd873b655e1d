/** High contrast and reduced motion: what colour said is still to be seen, and nothing moves. */
import { expect, type Locator, type Page } from '@playwright/test';

import { test } from './support';

async function answered(page: Page, open: (query: string) => Promise<void>): Promise<void> {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').first().click();
  await expect(page.getByTestId('token').first()).toBeVisible();
}

function background(element: Locator): Promise<string> {
  return element.evaluate((one) => getComputedStyle(one).backgroundColor);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`with forced colours every state is still to be seen: ${colorScheme}`, async ({ page, open }) => {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await answered(page, open);
    const canvas = await background(page.locator('body'));

    // What is chosen differs from what could be.
    expect(await background(page.getByTestId('rail-chat'))).not.toBe(
      await background(page.getByTestId('rail-models')),
    );
    const step = page.getByTestId('step-toggle');
    const off = await background(step);
    await step.click();
    expect(await background(step)).not.toBe(off);
    await step.click();

    // How likely a token was: by its line, whatever its colour.
    const lines = await page
      .getByTestId('token')
      .evaluateAll((tokens) => tokens.map((token) => getComputedStyle(token).borderBottomStyle));
    expect(new Set(lines).size).toBeGreaterThan(1);

    // The token that is pinned, and the bars of its candidates.
    await page.getByTestId('token').nth(1).click();
    await expect(page.getByTestId('what-if')).toBeVisible();
    expect(await background(page.getByTestId('token').nth(1))).not.toBe(
      await background(page.getByTestId('token').nth(2)),
    );
    const bars = page.getByTestId('what-if').locator('.bar').first().locator('span');
    const [model, settings] = [await background(bars.first()), await background(bars.last())];
    expect(model).not.toBe(canvas);
    expect(settings).not.toBe(canvas);
    expect(settings).not.toBe(model);

    // The focus has a line around it.
    await page.getByTestId('rail-models').focus();
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    });
    expect(ring).toBe(true);
  });
}

test('with reduced motion nothing moves', async ({ page, open }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // Whatever begins to move is caught, however short it is.
  await page.addInitScript(() => {
    const moved: string[] = [];
    (window as unknown as { moved: string[] }).moved = moved;
    for (const kind of ['animationstart', 'transitionrun'])
      addEventListener(kind, (event) => moved.push(`${kind} ${(event.target as Element).className}`), true);
    const scroll = Element.prototype.scrollIntoView;
    Element.prototype.scrollIntoView = function (how) {
      if (typeof how === 'object' && how.behavior === 'smooth') moved.push(`scrolled ${this.className}`);
      scroll.call(this, how);
    };
  });
  await answered(page, open);
  await page.getByTestId('token').nth(1).click();
  await page.getByTestId('token').nth(3).hover();
  await page.getByTestId('composer').fill('a long text');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('message-assistant').last()).toHaveAttribute('data-status', 'complete');
  for (const view of ['models', 'settings', 'tokens', 'history'] as const) {
    await page.getByTestId(`rail-${view}`).hover();
    await page.getByTestId(`rail-${view}`).click();
  }
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('steps');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('palette')).toBeHidden();
  await page.getByTestId('rail-help').click();
  await expect(page.getByTestId('help-tour')).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved)).toEqual([]);
});
