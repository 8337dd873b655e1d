/**
 * Every view of the window and what opens in it, one after the other: what is asked of all of them walks through here.
 * A new view, panel or dialog is added to its walk.
 */
import { expect, type Page } from '@playwright/test';

export type Open = (query: string) => Promise<void>;
/** A function that goes somewhere, says where it is, and goes on. */
export type Walk = (page: Page, open: Open, look: string) => AsyncGenerator<string>;

async function* beginning(page: Page, open: Open, look: string): AsyncGenerator<string> {
  await open(look);
  await expect(page.getByTestId('start-bundled')).toBeVisible();
  yield 'the first screen';
  await page.getByTestId('hero-guide').click();
  await expect(page.getByTestId('guide-sizes')).toBeVisible();
  yield 'where models come from';
  await page.keyboard.press('Escape');
  for (const view of ['tokens', 'history', 'chat'] as const) {
    await page.getByTestId(`rail-${view}`).click();
    yield `${view}, empty`;
  }
  await page.getByTestId('start-bundled').click();
  await expect(page.getByTestId('sample').first()).toBeVisible();
  yield 'a first question';
  await page.getByTestId('tour-take').click();
  await expect(page.getByTestId('tour')).toBeVisible();
  yield 'the tour';
  await open(`${look}&model=failed&past=1`);
  await page.getByTestId('rail-models').click();
  await expect(page.getByTestId('error-card')).toBeVisible();
  yield 'a model that failed';
}

async function* views(page: Page, open: Open, look: string): AsyncGenerator<string> {
  await open(`${look}&past=1&family=1&library=40&model=ready&pick=/home/user/huge.gguf`);
  await page.getByTestId('rail-models').click();
  await page.getByTestId('open-file').click();
  await expect(page.getByTestId('preflight')).toBeVisible();
  await expect(page.getByTestId('library-row').first()).toBeVisible();
  yield 'models, with a card';
  await page.getByTestId('rail-settings').click();
  yield 'settings';
  await page.getByTestId('rail-tokens').click();
  await page.getByTestId('tokens-input').fill('I want to study. 我要去学校学习。魑魅 naïve');
  for (const tab of ['cut', 'vocabulary', 'compare', 'read'] as const) {
    await page.getByTestId(`inspector-tab-${tab}`).click();
    if (tab === 'compare') await page.getByTestId('compare-open').click();
    if (tab === 'vocabulary') await expect(page.getByTestId('entry').first()).toBeVisible();
    if (tab === 'read') {
      await page.getByTestId('read-sample').first().click();
      await expect(page.getByTestId('read-summary')).toBeVisible();
    }
    yield `tokens, ${tab}`;
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette')).toBeVisible();
  yield 'the palette';
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('palette')).toBeHidden();
  await page.keyboard.press('Control+/');
  await expect(page.getByTestId('shortcuts')).toBeVisible();
  yield 'the shortcuts';
}

async function* past(page: Page, open: Open, look: string): AsyncGenerator<string> {
  await open(`${look}&past=1&model=ready&days=60`);
  await page.getByTestId('rail-history').click();
  await expect(page.getByTestId('history-open').first()).toBeVisible();
  yield 'history';
  for (const [tab, there] of [
    ['moments', 'moment'],
    ['statistics', 'stats-sums'],
    ['copies', 'copy'],
  ] as const) {
    await page.getByTestId(`history-tab-${tab}`).click();
    await expect(page.getByTestId(there).first()).toBeVisible();
    yield `history, ${tab}`;
  }
  for (const what of ['export', 'import'] as const) {
    await page.getByTestId(`open-${what}`).click();
    await expect(page.getByTestId(`${what}-dialog`)).toBeVisible();
    yield `the dialog to ${what}`;
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(`${what}-dialog`)).toBeHidden();
  }
  await page.getByTestId('copy-look').first().click();
  await expect(page.getByTestId('copy-row').first()).toBeVisible();
  yield 'a copy that is looked into';
}

async function* conversation(page: Page, open: Open, look: string): AsyncGenerator<string> {
  await open(`${look}&past=1&model=ready`);
  await page.getByTestId('rail-history').click();
  await page.getByTestId('history-open').first().click();
  const token = page.getByTestId('token').first();
  await expect(token).toBeVisible();
  yield 'a conversation';
  await token.click();
  await expect(page.getByTestId('lens-id')).toBeVisible();
  yield 'a token in the lens';
  await page.getByTestId('lens').getByRole('button').first().click();
  await page.getByTestId('chat-settings').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  yield 'settings of the conversation';
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+f');
  await expect(page.getByTestId('find-bar')).toBeVisible();
  yield 'the find bar';
  await page.keyboard.press('Escape');
  await page.getByTestId('step-toggle').click();
  await page.getByTestId('composer').fill('?');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('step-panel')).toBeVisible();
  yield 'a token that waits to be chosen';
}

export const WALKS: Readonly<Record<string, Walk>> = {
  'before the first question': beginning,
  'in every view': views,
  'in the history': past,
  'in a conversation': conversation,
};
