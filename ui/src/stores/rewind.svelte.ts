/**
 * An answer wound back to one of its tokens: what comes after it is faded, the lens shows what was on the
 * table there. It works on the records alone, so old answers rewind without any model.
 */
import type { LensStore } from './lens.svelte';
import type { TokenStream } from './token-stream.svelte';

/** Tokens a second that can be chosen for playing. */
export const SPEEDS = [0.5, 1, 2, 5, 10, 20] as const;

export class RewindStore {
  /** Which answer is wound back, and to which of its tokens. */
  place = $state.raw<{ messageId: number; token: number } | null>(null);
  playing = $state(false);
  speed = $state<(typeof SPEEDS)[number]>(5);

  readonly #lens: LensStore;
  #stream: TokenStream | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lens: LensStore) {
    this.#lens = lens;
  }

  /** The token that this answer is wound back to; `null` where it is shown whole. */
  tokenOf(messageId: number): number | null {
    return this.place?.messageId === messageId ? this.place.token : null;
  }

  /** Winds to a token: to the nearest there is. */
  go(messageId: number, stream: TokenStream, token: number): void {
    const nearest = Math.max(0, Math.min(Math.round(token), stream.count - 1));
    const found = stream.locate(nearest);
    if (!found) return;
    this.#stream = stream;
    this.place = { messageId, token: nearest };
    this.#lens.show({ kind: 'answer', messageId, ...found });
  }

  /** Plays on from here, or from the beginning where nothing is left to play. */
  play(messageId: number, stream: TokenStream): void {
    const at = this.tokenOf(messageId);
    this.go(messageId, stream, at === null || at >= stream.count - 1 ? 0 : at);
    this.playing = true;
    this.#next();
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.playing = false;
  }

  /** One step faster (1) or slower (-1). */
  changeSpeed(by: number): void {
    const at = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.max(0, Math.min(at, SPEEDS.length - 1))] ?? this.speed;
  }

  /** Shows the answer whole again. */
  leave(): void {
    this.pause();
    this.place = null;
    this.#stream = null;
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.place || !this.#stream || !this.playing) return;
      this.go(this.place.messageId, this.#stream, this.place.token + 1);
      if (this.place.token >= this.#stream.count - 1) this.pause();
      else this.#next();
    }, 1000 / this.speed);
  }
}
