/**
 * axe-core over every view and over what opens in them: WCAG 2.0 to 2.2, A and AA, in both themes, both languages, and
 * two widths. It finds what can be found without judgement; names, order and keys have their own tests.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { expect, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

import { test } from './support';

/** As text: it is evaluated in the page, whose policy lets no other script in. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
const TABS = ['cut', 'vocabulary', 'compare', 'read'] as const;

/**
 * What breaks a rule now: rule, place and what axe says of it.
 *
 * The cells of the token sheet and the entries of a vocabulary are rows of columns, named by a sentence that has words
 * between them ("token 7 of 27, 我, number 1251, bytes E6 88 91"). There axe wants the columns in one unbroken run; here
 * every one of them has to be in the name, in whatever order.
 */
async function violations(page: Page): Promise<string[]> {
  // Colours on their way from one state to another are not what is looked at.
  await page.evaluate(async () => {
    // One without an end (a dot that turns while something is read) is not waited for.
    const ends = document
      .getAnimations()
      .filter(
        ({ effect, playState }) => playState === 'running' && effect?.getTiming().iterations !== Infinity,
      );
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (values) => {
    const { axe } = window as unknown as { axe: { run: (...given: unknown[]) => Promise<AxeResults> } };
    const saysAll = (element: Element): boolean => {
      const name = element.ariaLabel ?? '';
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const words: string[] = [];
      while (texts.nextNode()) words.push(...(texts.currentNode.nodeValue?.match(/[\p{L}\p{N}]+/gu) ?? []));
      return element.matches('[role=gridcell], [role=option]') && words.every((word) => name.includes(word));
    };
    const found = await axe.run(document, {
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
      elementRef: true,
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes
        .filter(
          ({ element }) =>
            id !== 'label-content-name-mismatch' || element === undefined || !saysAll(element as Element),
        )
        .map(({ target, html, failureSummary, any }) => {
          const beside = any.flatMap(({ relatedNodes }) => relatedNodes?.map((node) => node.html) ?? []);
          return `${id}: ${target.join(' ')}: ${html}: ${failureSummary} ${beside.join(' ')}`;
        }),
    );
  }, RULES);
}

/** Goes on after a fault, so that one run tells them all. */
async function sound(page: Page, which: string): Promise<void> {
  expect.soft(await violations(page), which).toEqual([]);
}

for (const language of ['zh-CN', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [1200, 800],
      [600, 640],
    ] as const) {
      const look = `language=${language}&theme=${theme}`;
      const called = `${language}, ${theme}, ${width} by ${height}`;

      test(`no rule is broken before the first question: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`${look}&fontless`);
        await expect(page.getByTestId('start-bundled')).toBeVisible();
        await sound(page, 'the first screen, and the font that is missing');
        await page.getByTestId('missing-font-forget').click();
        await sound(page, 'the first screen');
        await page.getByTestId('hero-guide').click();
        await expect(page.getByTestId('guide-sizes')).toBeVisible();
        await sound(page, 'where models come from');
        await page.keyboard.press('Escape');
        for (const view of ['tokens', 'history', 'chat'] as const) {
          await page.getByTestId(`rail-${view}`).click();
          await sound(page, `${view}, empty`);
        }
        await page.getByTestId('start-bundled').click();
        await expect(page.getByTestId('sample').first()).toBeVisible();
        await sound(page, 'a first question');
        await page.getByTestId('tour-take').click();
        await expect(page.getByTestId('tour')).toBeVisible();
        await sound(page, 'the tour');
        await open(`${look}&model=failed&past=1`);
        await page.getByTestId('rail-models').click();
        await sound(page, 'a model that failed');
      });

      test(`no rule is broken in any view: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`${look}&past=1&family=1&library=40&model=ready&pick=/home/user/huge.gguf`);
        await page.getByTestId('rail-models').click();
        await page.getByTestId('open-file').click();
        await expect(page.getByTestId('preflight')).toBeVisible();
        await expect(page.getByTestId('library-row').first()).toBeVisible();
        await sound(page, 'models, with a card');
        await page.getByTestId('rail-settings').click();
        await sound(page, 'settings');
        await page.getByTestId('rail-tokens').click();
        await page.getByTestId('tokens-input').fill('I want to study. 我要去学校学习。魑魅 naïve');
        for (const tab of TABS) {
          await page.getByTestId(`inspector-tab-${tab}`).click();
          if (tab === 'compare') await page.getByTestId('compare-open').click();
          if (tab === 'vocabulary') await expect(page.getByTestId('entry').first()).toBeVisible();
          if (tab === 'read') {
            await page.getByTestId('read-sample').first().click();
            await expect(page.getByTestId('read-summary')).toBeVisible();
          }
          await sound(page, `tokens, ${tab}`);
        }
        await page.getByTestId('rail-history').click();
        await expect(page.getByTestId('history-open').first()).toBeVisible();
        await sound(page, 'history');
        await page.keyboard.press('Control+k');
        await expect(page.getByTestId('palette')).toBeVisible();
        await sound(page, 'the palette');
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('palette')).toBeHidden();
        await page.keyboard.press('Control+/');
        await expect(page.getByTestId('shortcuts')).toBeVisible();
        await sound(page, 'the shortcuts');
      });

      test(`no rule is broken in a conversation: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`${look}&past=1&model=ready`);
        await page.getByTestId('rail-history').click();
        await page.getByTestId('history-open').first().click();
        const token = page.getByTestId('token').first();
        await expect(token).toBeVisible();
        await sound(page, 'a conversation');
        await token.hover();
        await expect(page.getByTestId('token-popover')).toBeVisible();
        await sound(page, 'the short form of a token');
        await token.click();
        await expect(page.getByTestId('lens-id')).toBeVisible();
        await sound(page, 'a token in the lens');
        await page.getByTestId('lens').getByRole('button').first().click();
        await page.getByTestId('chat-settings').click();
        await sound(page, 'settings of the conversation');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+f');
        await expect(page.getByTestId('find-bar')).toBeVisible();
        await sound(page, 'the find bar');
        await page.keyboard.press('Escape');
        await page.getByTestId('step-toggle').click();
        await page.getByTestId('composer').fill('?');
        await page.keyboard.press('Enter');
        await expect(page.getByTestId('step-panel')).toBeVisible();
        await sound(page, 'a token that waits to be chosen');
      });

      test(`no rule is broken where the app tells of itself: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`theme=${theme}&locale=fr-FR`);
        await expect(page.getByTestId('language-question')).toBeVisible();
        await sound(page, 'the question for the language');
        await open(`${look}&model=ready&crashed=1&packaged=1`);
        await expect(page.getByTestId('crash-notice')).toBeVisible();
        await sound(page, 'the notice after a fault');
        await page.getByTestId('crash-look').click();
        await sound(page, 'the report of a fault');
        await page.keyboard.press('Escape');
        await page.getByTestId('rail-settings').click();
        await page.getByTestId('reset-all').click();
        await expect(page.getByTestId('reset-dialog')).toBeVisible();
        await sound(page, 'the question before a reset');
        await page.keyboard.press('Escape');
        for (const what of ['licences', 'diagnostics']) {
          await page.getByTestId(`${what}-open`).click();
          await expect(page.getByTestId('text-pane')).toBeVisible();
          await sound(page, what);
          await page.keyboard.press('Escape');
        }
        await page.keyboard.press('Control+Equal');
        await expect(page.getByRole('group').filter({ hasText: /110\s?%/ })).toBeVisible();
        await sound(page, 'settings, with a note');
      });

      test(`no rule is broken in the list, the search, the bin: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`${look}&many=40&past=1&model=ready`);
        await expect(page.getByTestId('composer')).toBeVisible();
        if (!(await page.getByTestId('sidebar').isVisible())) await page.keyboard.press('Control+b');
        const beside = page.getByTestId('sidebar-open');
        await expect(beside.first()).toBeVisible();
        await sound(page, 'the conversations beside the chat');
        await page.getByTestId('sidebar-search').fill('雨');
        await expect(page.getByTestId('search-hit').first()).toBeVisible();
        await sound(page, 'a search beside the chat');
        await page.getByTestId('sidebar-search').press('Escape');
        await beside.first().click({ button: 'right' });
        await expect(page.getByTestId('menu-item').first()).toBeVisible();
        await sound(page, 'the menu of a conversation');
        await page.locator('[data-item="history_move"]').click();
        await expect(page.getByTestId('move-dialog')).toBeVisible();
        await sound(page, 'which folder');
        await page.keyboard.press('Escape');
        await page.getByTestId('folder-new').click();
        await sound(page, 'a folder that is named');
        await page.keyboard.press('Escape');
        if (await page.getByTestId('sidebar-close').isVisible())
          await page.getByTestId('sidebar-close').click();

        await page.getByTestId('rail-history').click();
        await expect(page.getByTestId('history-item').first()).toBeVisible();
        await sound(page, 'the list');
        const list = page.getByRole('grid');
        await list.focus();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Shift+ArrowDown');
        await expect(page.getByTestId('selection-bar')).toBeVisible();
        await sound(page, 'two that are selected');
        await page.keyboard.press('Escape');
        await page.keyboard.press('F2');
        await expect(page.getByTestId('history-name')).toBeFocused();
        await sound(page, 'one that is named');
        await page.keyboard.press('Escape');
        await page.getByTestId('filter-time').selectOption('between');
        await sound(page, 'between two days');
        await page.getByTestId('filter-clear').click();
        await page.getByTestId('history-filter').fill('雨');
        await expect(page.getByTestId('search-hit').first()).toBeVisible();
        await sound(page, 'what was found');
        await page.getByTestId('history-filter').fill('qqzzq');
        await expect(page.getByTestId('search-none')).toBeVisible();
        await sound(page, 'nothing found');
        await page.getByTestId('history-filter').press('Escape');
        await page.getByTestId('history-delete').first().click();
        await page.getByTestId('choice-bin').check({ force: true });
        await expect(page.getByTestId('history-restore').first()).toBeVisible();
        await sound(page, 'the bin');
        await page.getByTestId('bin-purge').click();
        await expect(page.getByTestId('purge-dialog')).toBeVisible();
        await sound(page, 'deleting for good, asked');
        await page.getByTestId('purge-go').click();
        await expect(page.getByTestId('purge-go')).toBeHidden();
        await sound(page, 'deleted for good');
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('history-empty')).toBeVisible();
        await sound(page, 'the bin, empty');
      });

      test(`no rule is broken in moments, statistics, copies: ${called}`, async ({ page, open }) => {
        test.slow();
        await page.setViewportSize({ width, height });
        await open(`${look}&past=1&days=60&model=ready`);
        await page.getByTestId('rail-history').click();
        await page.getByTestId('history-tab-moments').click();
        await expect(page.getByTestId('moment').first()).toBeVisible();
        await sound(page, 'moments');
        await page.getByTestId('choice-token').check({ force: true });
        await page.getByTestId('moments-token').fill('巴');
        await expect(page.getByTestId('moments-hit').first()).toBeVisible();
        await sound(page, 'the moments of one token');
        await page.getByTestId('history-tab-statistics').click();
        await expect(page.getByTestId('stats-sums')).toBeVisible();
        for (const table of await page.locator('figure summary').all()) await table.click();
        await sound(page, 'statistics, with their tables');
        await page.getByTestId('history-tab-copies').click();
        await expect(page.getByTestId('copy').first()).toBeVisible();
        await sound(page, 'copies');
        await page.getByTestId('copy-look').first().click();
        const missing = page.locator('[data-testid="copy-row"] input:enabled');
        await missing.first().check();
        await sound(page, 'inside a copy');
        await page.getByTestId('copy-restore-chosen').click();
        await expect(page.getByTestId('copy-restored')).toBeVisible();
        await sound(page, 'restored');
        await page.getByTestId('copy-back').click();
        await page.getByTestId('open-export').click();
        await expect(page.getByTestId('export-dialog')).toBeVisible();
        await sound(page, 'export');
        await page.getByTestId('export-go').click();
        await expect(page.getByTestId('export-done')).toBeVisible();
        await sound(page, 'exported');
        await page.keyboard.press('Escape');
        await page.getByTestId('open-import').click();
        await expect(page.getByTestId('import-dialog')).toBeVisible();
        await sound(page, 'import');
        await page.getByTestId('import-files').click();
        await expect(page.getByTestId('receipt_imported').first()).toBeVisible();
        await sound(page, 'a receipt');
        await page.keyboard.press('Escape');
        await page.getByTestId('history-tab-conversations').click();
        await page.getByTestId('history-open').filter({ hasText: '埃菲尔' }).first().click();
        const answer = page.getByTestId('message-assistant').last();
        await answer.click({ button: 'right', position: { x: 2, y: 2 } });
        await page.locator('[data-item*="picture"]').click();
        await expect(page.getByTestId('picture-preview')).toBeVisible();
        await sound(page, 'an answer as a picture');
        await open(`${look}&standing=missing`);
        await expect(page.getByTestId('history-missing')).toBeVisible();
        await sound(page, 'a history that is missing');
        await page.getByTestId('missing-later').click();
        await expect(page.getByTestId('standing-bar')).toBeVisible();
        await sound(page, 'decided later');
        for (const tab of ['moments', 'statistics', 'copies'] as const) {
          await page.getByTestId('rail-history').click();
          await page.getByTestId(`history-tab-${tab}`).click();
          await sound(page, `${tab}, empty`);
        }
      });
    }
  }
}
