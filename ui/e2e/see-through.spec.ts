/** Winding, branching and stepping as they are seen and pressed, in the production bundle. */
import { expect, type Page } from '@playwright/test';

import { watched } from './support';

const test = watched.extend<{ ask: (query: string, question: string) => Promise<void> }>({
  ask: async ({ page }, use) => {
    await use(async (query, question) => {
      await page.goto(`/?${query}`);
      await page.getByTestId('composer').fill(question);
      await page.keyboard.press('Enter');
      await expect(answer(page)).toHaveAttribute('data-status', 'complete');
    });
  },
});

function answer(page: Page): ReturnType<Page['getByTestId']> {
  return page.getByTestId('message-assistant').last();
}

test('the strip is dragged, and nothing in the text moves', async ({ page, ask }) => {
  await ask('model=ready&language=en&pace=1', 'Where is the Eiffel Tower?');
  const strip = page.getByTestId('scrubber-strip');
  const box = await strip.boundingBox();
  const last = page.getByTestId('token').last();
  const before = await last.boundingBox();
  if (!box) throw new Error('the strip has a place');
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 });
  await page.mouse.up();
  const count = await page.getByTestId('token').count();
  await expect(page.getByTestId('scrubber-place')).toHaveText(`${Math.floor(count / 2) + 1} / ${count}`);
  await expect(last).toHaveClass(/future/);
  expect(await last.boundingBox()).toEqual(before);
  await expect(page.getByTestId('lens-id')).toBeVisible();
});

test('Space plays to the end by itself', async ({ page, ask }) => {
  await ask('model=ready&language=zh-CN&pace=1', '日本的首都是哪里？');
  await page.getByTestId('scrubber-strip').focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('scrubber-place')).toHaveText(/^(\d+) \/ \1$/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('scrubber-place')).toBeHidden();
});

test('a candidate that is pressed grows another version, with a mark where it left', async ({
  page,
  ask,
}) => {
  await ask('model=ready&language=en&pace=1', 'Where is the Eiffel Tower?');
  await page.getByTestId('token').nth(3).click();
  await page.getByTestId('candidate-pick').nth(1).click();
  await expect(page.getByTestId('version')).toHaveText('2/2');
  await expect(answer(page)).toHaveAttribute('data-status', 'complete');
  await expect(page.locator('.token.fork')).toHaveCount(1);
  await expect(page.getByTestId('branch-note')).toBeVisible();
  await page.getByTestId('tree-button').click();
  await page.getByTestId('tree-node').nth(1).press('Enter');
  await expect(page.getByTestId('version')).toHaveText('1/2');
  await expect(page.locator('.token.left')).toHaveCount(1);
});

test('versions, the map and steps by keys alone', async ({ page, ask }) => {
  await ask('model=ready&language=en&pace=1', 'Where is the Eiffel Tower?');
  await page.keyboard.press('Control+Shift+Enter');
  await expect(page.getByTestId('version')).toHaveText('2/2');
  await expect(answer(page)).toHaveAttribute('data-status', 'complete');
  await page.getByRole('button', { name: 'Previous version' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('version')).toHaveText('1/2');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('version')).toHaveText('2/2');
  await expect(page.getByRole('status').filter({ hasText: 'Version 2 of 2' })).toBeAttached();
  await page.getByTestId('tree-button').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('version')).toHaveText('1/2');

  await page.getByTestId('step-toggle').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+j');
  await page.keyboard.type('Where is the Eiffel Tower?');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('step-place')).toContainText('Token 1 ');
  await page.keyboard.press('Control+e');
  await page.keyboard.press('2');
  await expect(page.getByTestId('step-place')).toContainText('Token 2 ');
  await page.keyboard.press('1');
  await expect(page.getByTestId('step-place')).toContainText('Token 3 ');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('step-panel')).toBeHidden();
});

test('the strip is there under formatted text too, and winding shows the tokens', async ({ page, ask }) => {
  await ask('model=ready&language=en&pace=1', 'Where is the Eiffel Tower?');
  await page.keyboard.press('Control+l');
  await expect(page.getByTestId('token').first()).toBeHidden();
  await page.getByTestId('scrubber-strip').focus();
  await page.keyboard.press('Home');
  await expect(page.locator('.token.future').first()).toBeVisible();
  await expect(page.getByTestId('lens-id')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('token').first()).toBeHidden();
});

test('a finger sees the short form, then the lens', async ({ browser }) => {
  const page = await browser.newPage({ hasTouch: true });
  await page.goto('/?model=ready&language=en&pace=1');
  await page.getByTestId('composer').fill('Where is the Eiffel Tower?');
  await page.keyboard.press('Enter');
  await expect(answer(page)).toHaveAttribute('data-status', 'complete');
  const token = page.getByTestId('token').nth(2);
  await token.tap();
  await expect(page.getByTestId('token-popover')).toBeVisible();
  await expect(page.getByTestId('lens-id')).toBeHidden();
  await token.tap();
  await expect(page.getByTestId('lens-id')).toBeVisible();
  await page.close();
});

test('candidates, actions and sliders of a step are in sight together', async ({ page }) => {
  await page.goto('/?model=ready&language=en&pace=1');
  await page.getByTestId('composer').fill('Where is the Eiffel Tower?');
  await page.getByTestId('step-toggle').click();
  await page.getByTestId('composer').press('Enter');
  await expect(page.getByTestId('step-panel')).toBeVisible();
  for (const part of ['candidates', 'step-best', 'step-run-on', 'slider-temperature', 'slider-top_p']) {
    await expect(page.getByTestId(part)).toBeInViewport({ ratio: 1 });
  }
  await page.getByTestId('slider-top_k').fill('1');
  await expect(page.getByTestId('step-survivors')).toContainText('1 token');
  await page.getByTestId('step-run-on').click();
  await expect(page.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete');
});

test('an answer turns to the prompt and back, in both languages', async ({ page, ask }) => {
  for (const [language, sentence] of [
    ['en', 'A turn begins here'],
    ['zh-CN', '一轮发言从这里开始'],
  ] as const) {
    await ask(`model=ready&language=${language}&pace=1`, 'Where is the Eiffel Tower?');
    await page.getByTestId('prompt-flip').click();
    await page.getByTestId('special-token').first().hover();
    await expect(page.getByRole('tooltip')).toContainText(sentence);
    await page.getByTestId('prompt-flip').click();
    await expect(page.getByTestId('token').first()).toBeVisible();
  }
});
