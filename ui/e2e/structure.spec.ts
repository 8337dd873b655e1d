/** What a screen reader goes by: one title a view, headings without gaps, landmarks, languages, headers of tables, names of pictures. */
import { expect, type Page } from '@playwright/test';

import { WALKS } from './places';
import { test } from './support';

function faultsOfStructure(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
    const scope = modal ?? document.body;
    const visible = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest('[aria-hidden=true], [inert]');
    const said = (element: Element): string => element.outerHTML.slice(0, 120);
    const all = (selector: string): Element[] => [...scope.querySelectorAll(selector)].filter(visible);

    // Headings of what the model wrote are the answer's own; they stand below the page's.
    const headings = all('h1, h2, h3, h4, h5, h6, [role=heading]').filter((one) => !one.closest('.markdown'));
    const level = (one: Element): number => Number(one.getAttribute('aria-level') ?? one.tagName.slice(1));
    const titles = headings.filter((one) => level(one) === 1 && !one.closest('[role=dialog]'));
    if (!modal && titles.length !== 1) faults.push(`${titles.length} titles: ${titles.map(said).join(' ')}`);
    // What stands beside the view may have a heading before its title.
    let before = 1;
    for (const one of headings) {
      if (one.closest('[role=dialog]')) continue;
      if (level(one) > before + 1) faults.push(`heading ${level(one)} after ${before}: ${said(one)}`);
      before = level(one);
    }
    if (!modal) {
      for (const [landmark, count] of [
        ['main, [role=main]', 1],
        ['nav[aria-label], [role=navigation][aria-label]', 1],
      ] as const) {
        const found = all(landmark);
        if (found.length < count) faults.push(`no ${landmark}`);
        if (landmark.startsWith('main') && found.length > 1) faults.push(`${found.length} times ${landmark}`);
      }
    }
    for (const one of all(
      'aside, [role=complementary], [role=dialog], dialog, [role=toolbar], [role=grid], [role=listbox], [role=tablist], [role=slider], [role=progressbar], progress, meter, figure[role=img], svg[role=img]',
    )) {
      const by = one.getAttribute('aria-labelledby');
      const named = one.ariaLabel ?? (by ? document.getElementById(by)?.textContent : null) ?? '';
      if (named.trim() === '') faults.push(`no name: ${said(one)}`);
    }
    for (const table of all('table')) {
      if (!table.querySelector('th')) faults.push(`a table without headers: ${said(table)}`);
      for (const th of table.querySelectorAll('thead th:not([scope])')) faults.push(`no scope: ${said(th)}`);
    }
    for (const svg of all('svg')) {
      const named = svg.ariaLabel || svg.closest('[role=img][aria-label]');
      const hidden = svg.closest('[aria-hidden=true]');
      if (!named && !hidden && svg.getAttribute('role') !== 'presentation')
        faults.push(`neither named nor hidden: ${said(svg)}`);
    }
    for (const one of document.querySelectorAll('[aria-describedby], [aria-labelledby], [aria-controls]')) {
      for (const attribute of ['aria-describedby', 'aria-labelledby']) {
        for (const id of one.getAttribute(attribute)?.split(' ') ?? [])
          if (id && !document.getElementById(id)) faults.push(`${attribute} points at nothing: ${said(one)}`);
      }
    }
    return [...new Set(faults)];
  });
}

for (const language of ['zh-CN', 'en'] as const) {
  for (const [where, walk] of Object.entries(WALKS)) {
    test(`titles, landmarks, names and languages, ${where}: ${language}`, async ({ page, open }) => {
      test.slow();
      for await (const place of walk(page, open, `language=${language}&theme=light`)) {
        expect.soft(await faultsOfStructure(page), place).toEqual([]);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
      }
    });
  }
}
