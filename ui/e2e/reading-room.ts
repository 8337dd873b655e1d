/** Text that can't be read where it is: cut off, or out of the window with no way to scroll to it. */
import type { Page } from '@playwright/test';

/** Where lines are as long as they are: tables, code, formulas, pictures, and what shows a text character by character. */
const WIDE_BY_NATURE =
  'table, pre, svg, canvas, .katex, [role=img], [role=grid], [data-wide], [role=tablist], select, option';

/** What is an excerpt (`data-excerpt`) is as long as there is room for; the whole is one press away. */
export function unreadable(page: Page): Promise<string[]> {
  return page.evaluate((wide) => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth + 1) faults.push(`the window scrolls sideways: ${root.scrollWidth}`);
    const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${String(element.getAttribute('class'))} “${element.textContent.trim().slice(0, 50)}”`;
    /** For screen readers alone. */
    const unseen = (element: Element): boolean => {
      for (let one: Element | null = element; one; one = one.parentElement) {
        const style = getComputedStyle(one);
        if (style.clipPath !== 'none' || style.opacity === '0') return true;
      }
      return false;
    };
    const spoken = (element: Element): boolean =>
      element.closest('[title], [aria-label]') !== null ||
      element.closest('button, a, [role=gridcell]') !== null;

    // Scrolled in two directions to be read.
    for (const element of (modal ?? document.body).querySelectorAll<HTMLElement>('*')) {
      if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) continue;
      const { overflowX } = getComputedStyle(element);
      if (overflowX !== 'auto' && overflowX !== 'scroll') continue;
      if (element.matches(wide) || element.querySelector(wide) || element.closest(wide)) continue;
      if (element.matches('textarea, input')) continue;
      faults.push(`scrolls sideways (${element.scrollWidth} in ${element.clientWidth}): ${name(element)}`);
    }

    const texts = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set<Element>();
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const element = node.parentElement;
      if (!element || seen.has(element) || node.nodeValue?.trim() === '') continue;
      seen.add(element);
      if (
        element.closest('[aria-hidden=true], script, style, option, [inert], [data-excerpt]') ||
        element.closest(wide)
      )
        continue;
      if (!element.checkVisibility({ visibilityProperty: true }) || unseen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(element);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      const free = { x: false, y: false };
      for (let one: Element | null = element; one && !(free.x && free.y); one = one.parentElement) {
        const style = getComputedStyle(one);
        if (style.position === 'fixed' || one === modal) break;
        const clip = one.getBoundingClientRect();
        const scrolls = (way: string): boolean => way === 'auto' || way === 'scroll';
        if (!free.x && style.overflowX !== 'visible') {
          if (scrolls(style.overflowX)) free.x = true;
          else if (box.right > clip.right + 1.5 || box.left < clip.left - 1.5) {
            const told = style.textOverflow === 'ellipsis' && spoken(element);
            if (!told) faults.push(`cut off at the side: ${name(element)} in ${name(one).slice(0, 40)}`);
            free.x = true;
          }
        }
        if (!free.y && style.overflowY !== 'visible') {
          if (scrolls(style.overflowY)) free.y = true;
          else if (box.bottom > clip.bottom + 3 || box.top < clip.top - 3) {
            const clamped = style.webkitLineClamp !== 'none' && spoken(element);
            if (!clamped)
              faults.push(`cut off above or below: ${name(element)} in ${name(one).slice(0, 40)}`);
            free.y = true;
          }
        }
      }
      if (!free.x && (box.left < -1.5 || box.right > innerWidth + 1.5))
        faults.push(`outside: ${name(element)}`);
      if (!free.y && (box.top < -1.5 || box.bottom > innerHeight + 1.5))
        faults.push(`out of reach: ${name(element)}`);
    }
    return [...new Set(faults)];
  }, WIDE_BY_NATURE);
}

/** The spacing that WCAG 1.4.12 lets a reader ask for. */
export async function spaceOut(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
       p { margin-bottom: 2em !important; }`,
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
}
