/** Ten questions in one conversation, typed key by key: what was asked and what is answered stays in sight. */
import { expect, type Page } from '@playwright/test';

import { watched } from './support';

const test = watched.extend<{ open: (query: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    await use(async (query) => {
      await page.goto(`/?model=ready&pace=1&load=0&${query}`);
    });
  },
});

const QUESTIONS = ['What is the capital of Japan?', 'What colour is the sky?', 'Which country is it in?'];

/** Typed as a person does: the composer changes its height and its hint with every key. */
async function ask(page: Page, turn: number): Promise<void> {
  await page.getByTestId('composer').click();
  await page.keyboard.type(`${turn}. ${QUESTIONS[turn % QUESTIONS.length]}`);
  // A second line, taken back: the box grows and shrinks.
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('message-user').last()).toContainText(`${turn}. `);
  await expect(page.getByTestId('message-assistant').last()).toHaveAttribute('data-status', 'complete');
}

/** The newest turn, from its question to the statistics below its answer, is in the thread's sight, and nothing lies on it. */
async function wholeInSight(page: Page, which: string): Promise<void> {
  // The last rows are measured a frame after the answer has ended.
  await expect.poll(() => outOfSight(page), { message: which }).toEqual([]);
}

async function outOfSight(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const thread = document.querySelector('[data-testid=thread]')?.getBoundingClientRect();
    if (!thread) return ['no thread'];
    const newest = (id: string): Element | undefined =>
      [...document.querySelectorAll(`[data-testid=${id}]`)].at(-1);
    for (const id of ['message-user', 'message-assistant', 'stop-reason', 'regenerate']) {
      const element = newest(id);
      const box = element?.getBoundingClientRect();
      if (!element || !box) found.push(`${id} is missing`);
      else if (box.top < thread.top - 1 || box.bottom > thread.bottom + 1) {
        found.push(`${id} ${Math.round(box.top)}-${Math.round(box.bottom)} is outside of the thread`);
      } else {
        // What is painted at its middle is itself, or something in or around it.
        const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        if (!at || !(element.contains(at) || at.contains(element))) found.push(`${id} is covered`);
      }
    }
    if (document.querySelector('[data-testid=to-end]')) found.push('it no longer follows');
    return found;
  });
}

for (const [name, width, height] of [
  ['the usual window', 1200, 800],
  ['a small window', 900, 640],
] as const) {
  for (const lens of [true, false]) {
    test(`ten questions stay in sight: ${name}, ${lens ? 'with' : 'without'} the lens`, async ({
      page,
      open,
    }) => {
      await page.setViewportSize({ width, height });
      await open('language=en');
      if (!lens && width > 1000) await page.getByTestId('lens-toggle').click();
      for (let turn = 1; turn <= 10; turn += 1) {
        await ask(page, turn);
        await wholeInSight(page, `turn ${turn}`);
      }
    });
  }
}

test('ten questions to two models stay in sight', async ({ page, open }) => {
  await open('past=1&language=zh-CN');
  await page.getByTestId('compare').click();
  await page.getByTestId('compare-choice').nth(1).click();
  await expect(page.getByTestId('compare')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  for (let turn = 1; turn <= 10; turn += 1) {
    await ask(page, turn);
    await expect(page.getByTestId('compare-other').last()).toHaveAttribute('aria-busy', 'false');
    await wholeInSight(page, `turn ${turn}`);
  }
});
