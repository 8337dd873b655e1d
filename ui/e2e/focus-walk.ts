/** Walks through a page by Tab, as somebody without a pointer does, and tells what is wrong with where the focus goes. */
import type { Page } from '@playwright/test';

/** More stops than any view has: a page that holds the focus in a few of them ends here too. */
const MOST_STOPS = 400;

interface Stop {
  /** The element's number on this page, -1 for the page itself. */
  at: number;
  name: string;
  faults: string[];
}

/** Lives in the page: what was visited, and how it looked with the focus. */
interface Walker {
  stop: () => Stop;
  missed: () => string[];
  begin: () => void;
}

declare global {
  interface Window {
    walker?: Walker;
  }
}

/** Runs in the page. */
function install(): void {
  if (window.walker) return;
  const LEVELS = 4;
  const numbers = new Map<Element, number>();
  const visited = new Set<Element>();
  let before: { element: Element; looks: Look[] } | null = null;

  interface Look {
    element: Element;
    outline: string;
    /** Of the outline. */
    colour: string;
    shadow: string;
    border: string;
    background: string;
  }

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  function rgba(colour: string): number[] {
    if (!canvas) return [0, 0, 0, 0];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  }
  function luminance(colour: readonly number[]): number {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(a: readonly number[], b: readonly number[]): number {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }
  /** What is painted behind an element, from the nearest that paints. */
  function behind(element: Element | null): number[] {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if ((colour[3] ?? 0) > 128) return colour;
    }
    return [255, 255, 255, 255];
  }

  function name(element: Element): string {
    const { testid } = (element as HTMLElement).dataset;
    const said = (element.ariaLabel ?? element.textContent).trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}${testid ? `[${testid}]` : ''} “${said}”`;
  }

  /** The element and what may show its focus for it: what is around it, beside it, in it, and what it says is active. */
  function shown(element: Element): Element[] {
    const found: Element[] = [element, ...element.children];
    const active = element.getAttribute('aria-activedescendant');
    const pointed = active ? document.getElementById(active) : null;
    if (pointed) found.push(pointed);
    if (element.nextElementSibling) found.push(element.nextElementSibling);
    let one = element.parentElement;
    for (let level = 0; one && level < LEVELS; level += 1, one = one.parentElement) found.push(one);
    return found;
  }

  function looks(element: Element): Look[] {
    return shown(element).map((one) => {
      const style = getComputedStyle(one);
      const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
      return {
        element: one,
        outline: drawn ? `${style.outlineColor} ${style.outlineWidth} ${style.outlineOffset}` : '',
        colour: style.outlineColor,
        shadow: style.boxShadow === 'none' ? '' : style.boxShadow,
        border: style.borderTopWidth === '0px' ? '' : style.borderTopColor,
        background: style.backgroundColor,
      };
    });
  }

  /** The best contrast of what the focus changed, with what is around it or with what was there. */
  function seen(focused: readonly Look[], without: readonly Look[]): number {
    let best = 0;
    for (const [at, look] of focused.entries()) {
      const other = without[at];
      if (!other || other.element !== look.element) continue;
      const around = behind(look.element.parentElement);
      if (look.outline !== other.outline && look.outline) {
        best = Math.max(
          best,
          contrast(rgba(look.colour), around),
          contrast(rgba(look.colour), behind(look.element)),
        );
      }
      const shadow = /(?:rgba?|oklab|oklch|color)\([^)]*\)/.exec(look.shadow)?.[0];
      if (look.shadow !== other.shadow && shadow) best = Math.max(best, contrast(rgba(shadow), around));
      if (look.border !== other.border && look.border)
        best = Math.max(best, contrast(rgba(look.border), around));
      if (look.background !== other.background) {
        best = Math.max(best, contrast(behind(look.element), rgba(other.background)));
      }
    }
    return best;
  }

  /** Is at least a part of it to be seen, and nothing else lies on that part? */
  function covered(element: Element): boolean {
    for (const box of element.getClientRects()) {
      for (const [x, y] of [
        [0.5, 0.5],
        [0.1, 0.2],
        [0.9, 0.2],
        [0.1, 0.8],
        [0.9, 0.8],
      ] as const) {
        const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        if (
          hit &&
          (element.contains(hit) || hit.contains(element) || hit.closest('label')?.contains(element))
        )
          return false;
      }
    }
    return true;
  }

  function reachable(): Element[] {
    const modals = [...document.querySelectorAll('dialog:modal')];
    const scope = modals.at(-1) ?? document.body;
    const fields =
      'a[href], button, input, select, textarea, summary, [tabindex], audio[controls], video[controls]';
    const groups = new Set<string>();
    return [...scope.querySelectorAll<HTMLElement>(fields)].filter((element) => {
      if (element.tabIndex < 0 || element.matches(':disabled') || element.closest('[inert]')) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      const folded = element.closest('details:not([open])');
      if (folded && !(element.tagName === 'SUMMARY' && element.parentElement === folded)) return false;
      if (element instanceof HTMLInputElement && element.type === 'radio' && element.name) {
        // One of a group is reached by Tab, the others by the arrow keys.
        if (groups.has(element.name)) return false;
        const chosen = scope.querySelector<HTMLInputElement>(
          `input[name="${CSS.escape(element.name)}"]:checked`,
        );
        if (chosen && chosen !== element) return false;
        groups.add(element.name);
      }
      return true;
    });
  }

  window.walker = {
    begin() {
      visited.clear();
      numbers.clear();
      before = null;
      // What scrolls by itself takes the focus in some browsers; the walk is about what was made to take it.
      (document.activeElement as HTMLElement | null)?.blur();
    },
    stop() {
      const faults: string[] = [];
      if (before?.element.isConnected) {
        const best = seen(before.looks, looks(before.element));
        if (best < 3) faults.push(`the focus is not seen (${best.toFixed(2)}): ${name(before.element)}`);
      }
      before = null;
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) {
        return { at: -1, name: 'page', faults };
      }
      const known = numbers.get(element);
      const at = known ?? numbers.size;
      numbers.set(element, at);
      visited.add(element);
      if (known === undefined) {
        if (covered(element)) faults.push(`the focus is covered: ${name(element)}`);
        // In a field there is a caret, too.
        if (!element.matches('input:not([type]), input[type=text], input[type=search], textarea')) {
          before = { element, looks: looks(element) };
        }
      }
      return { at, name: name(element), faults };
    },
    missed: () =>
      reachable()
        .filter((element) => !visited.has(element))
        .map((element) => `not reached: ${name(element)}`),
  };
}

/** Everything that is wrong on the way by Tab once around, and two steps back. */
export async function walkByTab(page: Page): Promise<string[]> {
  await page.evaluate(install);
  await page.evaluate(() => window.walker?.begin());
  const faults: string[] = [];
  const seen = new Set<number>();
  const order: number[] = [];
  for (let count = 0; count < MOST_STOPS; count += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => window.walker?.stop());
    if (!stop) throw new Error('the walker is gone: the page was loaded anew');
    faults.push(...stop.faults);
    if (stop.at < 0) continue;
    if (seen.has(stop.at)) break;
    seen.add(stop.at);
    order.push(stop.at);
  }
  faults.push(...((await page.evaluate(() => window.walker?.missed())) ?? []));
  // Back again: the focus is on the first one for the second time. Behind the last comes the page itself.
  if (order.length > 3) {
    const next = await pressed(page, 'Tab');
    const back = await pressed(page, 'Shift+Tab');
    if (next !== order[1] || back !== order[0]) faults.push(`Shift+Tab goes another way: ${next}, ${back}`);
  }
  return faults;
}

async function pressed(page: Page, key: string): Promise<number | undefined> {
  await page.keyboard.press(key);
  const at = await page.evaluate(() => window.walker?.stop().at);
  if (at !== -1) return at;
  await page.keyboard.press(key);
  return page.evaluate(() => window.walker?.stop().at);
}
