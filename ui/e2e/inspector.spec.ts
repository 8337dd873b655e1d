/** The token inspector in a browser: it fits, aligns its rows, and every tab of it goes by keys. */
import { expect, type Page } from '@playwright/test';

import { watched } from './support';

const test = watched.extend<{ open: (query: string) => Promise<void> }>({
  open: async ({ page }, use) => {
    await use(async (query) => {
      await page.goto(`/?${query}&pace=0&load=0`);
      await page.getByTestId('rail-tokens').click();
    });
  },
});

const TEXT = 'I want to study ACA. 我要去学校学习。魑魅 naïve 👩‍👩‍👧 unbelievable';

/** What sticks out of the window. */
async function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const faults = root.scrollWidth > root.clientWidth ? [`sideways: ${root.scrollWidth}`] : [];
    const fields = 'main button, main input, main textarea, main [contenteditable]';
    for (const element of document.querySelectorAll<HTMLElement>(fields)) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1))
        faults.push(element.dataset['testid'] ?? element.outerHTML.slice(0, 80));
    }
    return faults;
  });
}

for (const [language, theme, width, height] of [
  ['zh-CN', 'light', 1200, 800],
  ['en', 'dark', 900, 700],
  // 1200 by 800 at 200 % zoom.
  ['zh-CN', 'dark', 600, 400],
  ['en', 'light', 600, 400],
] as const) {
  test(`every tab fits: ${language}, ${theme}, ${width} by ${height}`, async ({ page, open }) => {
    await page.setViewportSize({ width, height });
    await open(`model=ready&language=${language}&theme=${theme}&pick=/home/user/bert-wordpiece.json`);
    await page.getByTestId('tokens-input').fill(TEXT);
    await expect(page.getByTestId('token').first()).toBeVisible();
    for (const section of ['guises', 'ids'])
      await page.getByTestId(`section-${section}`).getByRole('button').first().click();
    await expect(page.getByTestId('guises')).toBeVisible();
    expect(await outside(page)).toEqual([]);
    await page.getByTestId('inspector-tab-compare').click();
    await page.getByTestId('compare-open').click();
    await expect(page.getByTestId('difference').first()).toBeVisible();
    expect(await outside(page)).toEqual([]);
    await expect(page.locator('main')).not.toContainText(/undefined|NaN|\ufffd/);
  });
}

test('what stands at the same place stands in the same column', async ({ page, open }) => {
  await open('model=ready&language=en');
  await page.getByTestId('tokens-input').fill(TEXT);
  await expect(page.getByTestId('token').first()).toBeVisible();
  const widths = await page
    .getByTestId('ruler')
    .evaluate((ruler) =>
      [...ruler.querySelectorAll('.line')].map((line) =>
        [...line.querySelectorAll('.parts')].map((parts) =>
          Math.round([...parts.children].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0)),
        ),
      ),
    );
  for (const rows of widths) expect(new Set(rows).size).toBe(1);
});

test('chips do not stick out of their rows', async ({ page, open }) => {
  await open('model=ready&language=en');
  await page.getByTestId('tokens-input').fill(`${TEXT}\n`.repeat(40));
  await expect(page.getByTestId('token').first()).toBeVisible();
  const out = await page
    .getByTestId('tokens-output')
    .evaluate(
      (sheet) =>
        [...sheet.querySelectorAll('.chips')].filter((row) => row.scrollWidth > row.clientWidth + 1).length,
    );
  expect(out).toBe(0);
});

test('a journey by keys: tabs, text, chips, the lens, the steps of a word', async ({ page, open }) => {
  await open('model=ready&language=en');
  await expect(page.getByTestId('tokens-input')).toBeFocused();
  await page.keyboard.type('the Eiffel tower');
  await expect(page.getByTestId('token').first()).toBeVisible();
  await page.getByTestId('token').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('token').nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lens')).toContainText('Eiffel');
  await page.getByTestId('lens-how-cut').press('Enter');
  await expect(page.getByTestId('word-field')).toHaveValue(' Eiffel');
  await page.getByTestId('merge-slider').press('ArrowLeft');
  await expect(page.getByTestId('merges')).toContainText('Step 5 of 6');
  await page.getByTestId('inspector-tab-cut').focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('inspector-tab-read')).toHaveAttribute('aria-selected', 'true');
});

test('the field is a field: what is pasted can be taken back, and Tab goes on', async ({ page, open }) => {
  await open('model=ready&language=en');
  const field = page.getByTestId('tokens-input');
  await expect(field).toBeFocused();
  await page.keyboard.type('one');
  await field.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ' two\r\n  three\ttabs');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(field.locator('.cm-line')).toHaveText(['one two', '  three\ttabs']);
  await page.keyboard.press('Control+z');
  await expect(field).toHaveText('one');
  await page.keyboard.press('Tab');
  await expect(field).not.toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(field).toBeFocused();
});

/** Where each drawn line of an element begins, in units of its text. */
function drawnLines(element: Element): number[] {
  const starts: number[] = [];
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let bottom = -Infinity;
  let at = 0;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.nodeValue ?? '';
    for (let index = 0; index < text.length; index += 1, at += 1) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      const box = range.getBoundingClientRect();
      if (box.top + box.height / 2 > bottom) starts.push(at);
      if (box.top + box.height / 2 > bottom) bottom = box.bottom;
    }
  }
  return starts;
}

test('a line without an end wraps as any line does, though it is drawn in blocks', async ({ page, open }) => {
  await open('model=ready&language=en');
  const field = page.getByTestId('tokens-input');
  const line = Array.from({ length: 400 }, (_, at) => `word${at * at} 文字${at}，`).join('');
  await field.fill(line);
  await expect(field.locator('.text-block').nth(3)).toBeAttached();
  await field.evaluate((element, text) => {
    const plain = element.querySelector('.cm-line')?.cloneNode() as HTMLElement;
    plain.textContent = text;
    plain.setAttribute('data-plain', '');
    const { whiteSpace, wordBreak, overflowWrap } = getComputedStyle(element);
    const { width } = element.querySelector('.cm-line')?.getBoundingClientRect() ?? { width: 0 };
    Object.assign(plain.style, {
      position: 'absolute',
      visibility: 'hidden',
      width: `${width}px`,
      whiteSpace,
      wordBreak,
      overflowWrap,
    });
    element.parentElement?.append(plain);
  }, line);
  const wanted = await page.locator('[data-plain]').evaluate(drawnLines);
  expect(wanted.length).toBeGreaterThan(40);
  // Seams are looked at when they come near to being seen.
  const scroller = page.locator('.cm-scroller');
  const far = await scroller.evaluate(({ scrollHeight }) => scrollHeight);
  for (let top = 0; top < far; top += 80) {
    await scroller.evaluate((element, to) => (element.scrollTop = to), top);
    await page.waitForTimeout(30);
  }
  await expect.poll(() => field.evaluate(drawnLines)).toEqual(wanted);
});

test('from a token of an answer to the inspector', async ({ page }) => {
  await page.goto('/?model=ready&past=1&last=1&language=en&pace=0&load=0');
  await page.getByTestId('rail-chat').click();
  await page.getByTestId('token').nth(2).click();
  await page.getByTestId('look-here').click();
  await expect(page.getByTestId('rail-tokens')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('tokens-output').getByRole('gridcell', { selected: true })).toBeVisible();
});
