/**
 * Is the person moving the text? A scroll event does not say who scrolled: the browser pulls the place up where a
 * box below the text grows and shrinks again, and that is nobody's wish. So what hands do is watched: wheel, keys,
 * fingers, a press that is held (a scrollbar, a selection dragged over the edge), a focus that goes elsewhere.
 */

/** Smooth scrolling and a finger's momentum go on for so long after the last sign of a hand, milliseconds. */
const AFTER_MS = 1200;

export class Hand {
  #until = -Infinity;
  #held = false;

  /** A scroll now is the person's. */
  get moves(): boolean {
    return this.#held || performance.now() < this.#until;
  }

  /** Something that scrolls, now and for a moment. */
  readonly acts = (): void => {
    this.#until = performance.now() + AFTER_MS;
  };

  readonly presses = (): void => {
    this.#held = true;
  };

  readonly lets = (): void => {
    this.#held = false;
  };

  /** A release outside of the window is not told. */
  readonly glides = (event: PointerEvent): void => {
    if (event.buttons === 0) this.#held = false;
  };

  /** The view was put somewhere: what came before it is over. */
  readonly rests = (): void => {
    this.#until = -Infinity;
  };
}

/** Does an upward turn of the wheel move `scroller` itself, and not a box in it? */
export function wheelReaches(target: EventTarget | null, scroller: HTMLElement): boolean {
  for (let at = target instanceof Element ? target : null; at && at !== scroller; at = at.parentElement) {
    if (at.scrollTop > 0 && /auto|scroll/.test(getComputedStyle(at).overflowY)) return false;
  }
  return scroller.scrollTop > 0;
}
