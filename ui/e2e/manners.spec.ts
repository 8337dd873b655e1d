/** Chat manners under the real window's content policy: long conversations, formatted answers, keys. */
import { expect, type Page } from '@playwright/test';

import { test } from './support';

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
    // After the frame was painted: what is put right before that, nobody sees.
    const frame = (): Promise<void> =>
      new Promise((done) => requestAnimationFrame(() => setTimeout(() => done())));
    // Where a row comes to rest: on a busy machine its neighbours are measured some frames later.
    const settled = async (row: HTMLElement | undefined): Promise<number> => {
      let top = Number.NaN;
      for (let still = 0, frames = 0; still < 4 && frames < 60; frames += 1) {
        await frame();
        const now = row?.getBoundingClientRect().top ?? 0;
        still = now === top ? still + 1 : 0;
        top = now;
      }
      return top;
    };
    const moves: number[] = [];
    thread.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
    for (let step = 0; step < 40; step += 1) {
      const sight = thread.getBoundingClientRect().top + 200;
      const row = [...thread.querySelectorAll<HTMLElement>('[data-row]')].find(
        (one) => one.getBoundingClientRect().bottom > sight,
      );
      const before = row?.getBoundingClientRect().top ?? 0;
      thread.scrollTop -= 90;
      moves.push(Math.round((await settled(row)) - before));
    }
    return moves;
  });
  // Tokens that arrive make a row higher; what it pushed is taken back.
  const drift = moved.reduce((sum, by) => sum + by - 90, 0);
  expect(Math.abs(drift), moved.join(' ')).toBeLessThan(45);
  expect(await rows.count()).toBeLessThan(60);
  await page.getByTestId('to-end').click();
  await expect(page.getByTestId('to-end')).toBeHidden();
  await expect(page.getByTestId('stop-reason').last()).toBeInViewport();

  // The token with the focus keeps it while its row is far out of sight, and the arrow keys come back to it.
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => (document.activeElement as HTMLElement).dataset['testid']);
  await page.getByTestId('token').last().focus();
  await page.getByTestId('thread').hover();
  await page.mouse.wheel(0, -200);
  await page.getByTestId('thread').evaluate((thread) => (thread.scrollTop = 0));
  await expect(page.locator('[data-row]').first()).toBeInViewport();
  expect(await rows.count()).toBeLessThan(60);
  expect(await focused()).toBe('token');
  await page.keyboard.press('Home');
  expect(await focused()).toBe('token');
  await expect(page.locator(':focus')).toBeInViewport();
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

test('what would fall out is hatched before sending, a kept turn stays, and the answer tells what was left out', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&reading=1');
  for (const round of ['one', 'two', 'three'])
    await ask(page, `${round} ${'why is the sky blue today '.repeat(54)}`);
  await page.getByTestId('composer').fill('and a short one');
  await expect(page.getByTestId('context-warning')).toContainText('left out');
  await page.getByTestId('thread').hover();
  await page.mouse.wheel(0, -20_000);
  await expect(page.getByTestId('falls-out').first()).toBeVisible();
  await page.getByTestId('context-meter').click();
  await page.getByTestId('pin').first().click();
  await expect(page.getByTestId('pin').first()).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await page.getByTestId('composer').focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('left-out').last()).toContainText('did not get');
});

test('a file goes along quoted, with its exact cost, and the answer begins as it was told to', async ({
  page,
  open,
}) => {
  await open('model=ready&language=en&reading=1');
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.press('Control+u');
  await expect(page.getByTestId('attachment')).toContainText('tokens');
  await page.getByTestId('prefill-toggle').click();
  await page.keyboard.type('In short: ');
  await ask(page, 'What do the notes say?');
  await expect(page.getByTestId('attachment')).toBeHidden();
  await expect(page.getByTestId('message-assistant')).toContainText('In short:');
  await page.getByTestId('quoted-file').locator('summary').click();
  await expect(page.getByTestId('quoted-file')).toContainText('The river runs');
});

test('everything by key: palette, shortcuts, views, a new conversation', async ({ page, open }) => {
  await open('past=1&model=ready&language=zh-CN');
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('铁塔');
  // The conversation, and the places in its messages.
  await expect(page.getByTestId('palette-entry').first()).toContainText('埃菲尔铁塔');
  await expect(page.getByTestId('palette-entry').last().locator('mark')).toHaveText('铁塔');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('message-user').first()).toContainText('埃菲尔铁塔');
  await page.keyboard.press('Control+/');
  await expect(page.getByTestId('shortcuts')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('shortcuts')).toBeHidden();
  await page.keyboard.press('Control+2');
  await expect(page.getByTestId('rail-tokens')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('Control+n');
  await expect(page.getByTestId('composer')).toBeFocused();
});

test('two models side by side, and laid against each other', async ({ page, open }) => {
  await open('past=1&model=ready&language=en');
  await page.getByTestId('compare').click();
  await page.getByTestId('compare-choice').nth(1).click();
  // Chosen and there: the panel closes, and what is typed goes into the box.
  await expect(page.getByTestId('compare')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('compare-wanted')).toBeHidden();
  await expect(page.getByTestId('composer')).toBeFocused();
  await ask(page, 'Which country is the Eiffel Tower in?');
  await expect(page.getByTestId('compare-other')).toContainText('France');
  await page.getByTestId('compare-aligned').click();
  await expect(page.getByTestId('aligned')).toContainText('France');
});
