/**
 * Which token's short form is shown: after a moment of hovering, at once for the focus and for a tap. One of these
 * for all tokens of a text; tokens are elements with `data-index`.
 */
import { rovingGoal } from '../../tokens/roving';
import type { Box } from '../shared/place';

const HOVER_MS = 300;
/** Time to get from the token onto its short form. */
const LEAVE_MS = 120;

export class Pointing {
  shown = $state.raw<{ index: number; anchor: Box } | null>(null);

  readonly #popoverId: string;
  /** The token that the short form describes. */
  #described: HTMLElement | null = null;
  /** Where the pointer was: text that scrolls under a resting pointer is not pointed at. */
  #at: { x: number; y: number } | null = null;
  /** The text has been scrolled: what comes under the pointer may come without it. */
  #scrolled = false;
  /** The token on which the pointer has come to rest. */
  #over: HTMLElement | null = null;
  /** A press moves the focus too; the short form is for those who move it by key. */
  #pressing = false;
  /** The last press was a finger's: there is no hovering then. */
  #touch = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(popoverId: string) {
    this.#popoverId = popoverId;
  }

  /** The token that an event is about. */
  elementOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  }

  indexOf(element: HTMLElement): number {
    return Number(element.dataset['index']);
  }

  show(element: HTMLElement): void {
    // A token that wraps has several boxes: the last is where the reader's eye is.
    const anchor = [...element.getClientRects()].at(-1) ?? element.getBoundingClientRect();
    this.hide();
    element.setAttribute('aria-describedby', this.#popoverId);
    this.#described = element;
    this.shown = { index: this.indexOf(element), anchor };
  }

  hide = (): void => {
    this.stay();
    this.#described?.removeAttribute('aria-describedby');
    this.#described = null;
    this.shown = null;
  };

  /** Other text stands under the pointer now; it is pointed at when the pointer moves. */
  scrolled = (): void => {
    this.hide();
    this.#over = null;
    this.#scrolled = true;
  };

  /** What was to come or go does not. */
  stay = (): void => clearTimeout(this.#timer);

  move = (event: PointerEvent): void => {
    const { clientX: x, clientY: y } = event;
    const rests = this.#at ? this.#at.x === x && this.#at.y === y : this.#scrolled && isNoMove(event);
    this.#at = { x, y };
    if (rests || event.pointerType === 'touch') return;
    const element = this.elementOf(event.target);
    if (element === this.#over && (this.shown === null || this.#described === element)) return;
    this.#over = element;
    if (element) this.#later(() => this.show(element), HOVER_MS);
  };

  leave = (event: PointerEvent): void => {
    this.#over = null;
    if (event.pointerType !== 'touch') this.#later(this.hide, LEAVE_MS);
  };

  /** The focus came to a token. */
  focused(element: HTMLElement): void {
    // A finger's focus comes after its press: the tap shows it.
    if (!this.#pressing && !this.#touch) this.show(element);
  }

  down = (): void => {
    this.#pressing = true;
  };

  up = (): void => {
    this.#pressing = false;
  };

  /** Anywhere in the window: a finger that goes down elsewhere puts the short form away. */
  pressed(event: PointerEvent, tokens: HTMLElement): void {
    this.#touch = event.pointerType === 'touch';
    if (this.#touch && event.target instanceof Node && !tokens.contains(event.target)) this.hide();
  }

  typed = (): void => {
    this.#touch = false;
  };

  /** A click on a token: is it the first tap, which only shows the short form? */
  taps(element: HTMLElement): boolean {
    if (!this.#touch || this.shown?.index === this.indexOf(element)) return false;
    this.show(element);
    return true;
  }

  /** A click: where it chose a token, and did not end a selection of text or only show the short form, `choose` is called. */
  clicked(event: MouseEvent, choose: (element: HTMLElement) => void): void {
    const element = this.elementOf(event.target);
    if (!element || getSelection()?.isCollapsed === false) return;
    if (!this.taps(element)) choose(element);
  }

  /** A key on a token: arrows go to another one (the last is `last`), Enter and Space choose, Esc puts the short form away. */
  key(
    event: KeyboardEvent,
    last: number,
    go: (index: number) => void,
    choose: (element: HTMLElement) => void,
  ): void {
    const element = this.elementOf(event.target);
    if (!element) return;
    const goal = rovingGoal(event.key, this.indexOf(element), last);
    if (goal !== null) {
      event.preventDefault();
      go(goal);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(element);
    } else if (event.key === 'Escape' && this.shown) {
      event.stopPropagation();
      this.hide();
    }
  }

  #later(work: () => void, ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }
}

/** Some web views report a move where only the text under the pointer has moved. */
function isNoMove({ movementX, movementY }: PointerEvent): boolean {
  return movementX === 0 && movementY === 0;
}
