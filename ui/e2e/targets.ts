/** What is pressed: large enough, or with room around it (WCAG 2.5.8, "Target Size (Minimum)"). */
import type { Page } from '@playwright/test';

/**
 * Targets smaller than 24 by 24 CSS px that come too close to another. As the rule has it, those in a line of text are
 * free (tokens are the text), and so is what the browser draws itself.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 24;
    const PRESSED =
      'a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button], [role=tab], [role=slider], [role=option], [role=menuitem], [role=radio], [role=gridcell]';
    interface Target {
      element: HTMLElement;
      box: DOMRect;
      small: boolean;
    }
    const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
    const targets: Target[] = [];
    for (const element of (modal ?? document).querySelectorAll<HTMLElement>(PRESSED)) {
      if (element.matches(':disabled') || element.closest('[inert]')) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      // The words beside a box are pressed as well.
      const area = element.closest('label') ?? element;
      const box = area.getBoundingClientRect();
      if (
        box.width === 0 ||
        box.bottom < 0 ||
        box.top > innerHeight ||
        box.right < 0 ||
        box.left > innerWidth
      )
        continue;
      if (getComputedStyle(area).display === 'inline') continue;
      const native = element.matches('input[type=checkbox], input[type=radio], input[type=range]');
      if (native && area === element && getComputedStyle(element).appearance !== 'none') continue;
      targets.push({ element, box, small: box.width < LEAST - 0.5 || box.height < LEAST - 0.5 });
    }
    const middle = ({ box }: Target): [number, number] => [
      box.left + box.width / 2,
      box.top + box.height / 2,
    ];
    const tooClose = (one: Target, other: Target): boolean => {
      const nested = one.element.contains(other.element) || other.element.contains(one.element);
      if (one === other || nested || one.box === other.box) return false;
      const [x, y] = middle(one);
      if (other.small) {
        const [otherX, otherY] = middle(other);
        return Math.hypot(x - otherX, y - otherY) < LEAST - 0.5;
      }
      const { left, right, top, bottom } = other.box;
      const across = Math.max(left - x, 0, x - right);
      const down = Math.max(top - y, 0, y - bottom);
      return Math.hypot(across, down) < LEAST / 2 - 0.5;
    };
    return targets
      .filter((one) => one.small && targets.some((other) => tooClose(one, other)))
      .map(({ element, box }) => {
        const what = element.dataset['testid'] ?? element.outerHTML.slice(0, 100);
        return `${what}: ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`;
      });
  });
}
