/**
 * The tour: five things to do with a real answer, in order. It only watches and tells what comes next; nothing is done
 * for anybody. How far it went is a setting, so that the next start goes on there.
 */
import type { TourPlace } from '../client/bindings/TourPlace';

/** In the order in which they are told. */
export const TOUR_STEPS = ['ask', 'point', 'pin', 'what_if', 'step'] as const satisfies readonly TourPlace[];
export type TourStep = (typeof TOUR_STEPS)[number];

export type Tour =
  /** Never taken: it is offered where a conversation begins. */
  | { kind: 'offered' }
  | { kind: 'at'; step: TourStep }
  /** All was done; that is told once. */
  | { kind: 'done' }
  | { kind: 'away' };

export class TourStore {
  #place = $state.raw<TourPlace>('offered');
  readonly #keep: (place: TourPlace) => void;

  /** `place`: how far it went before; `keep` is told of every step. */
  constructor(place: TourPlace = 'offered', keep: (place: TourPlace) => void = () => undefined) {
    // That it was done was told at its end.
    this.#place = place === 'done' ? 'away' : place;
    this.#keep = keep;
  }

  get now(): Tour {
    const place = this.#place;
    if (place === 'offered' || place === 'done' || place === 'away') return { kind: place };
    return { kind: 'at', step: place };
  }

  start(): void {
    this.#go(TOUR_STEPS[0]);
  }

  /** Somebody did this. What is told before it counts as done too: nobody is sent back. */
  did(step: TourStep): void {
    const { now } = this;
    if (now.kind === 'at' && TOUR_STEPS.indexOf(step) >= TOUR_STEPS.indexOf(now.step)) this.#after(step);
  }

  /** On without doing it. */
  skip(): void {
    const { now } = this;
    if (now.kind === 'at') this.#after(now.step);
  }

  /** Puts it away, wherever it is. */
  end(): void {
    this.#go('away');
  }

  #after(step: TourStep): void {
    this.#go(TOUR_STEPS[TOUR_STEPS.indexOf(step) + 1] ?? 'done');
  }

  #go(place: TourPlace): void {
    this.#place = place;
    this.#keep(place);
  }
}
