/**
 * Which messages of a conversation are drawn: those in sight and a screen around them, so that 5,000 cost what 50
 * do. Heights are measured as rows appear; what was measured stays known while the conversation is open.
 */
import type { Message } from '../../client/upcoming';
import { RowHeights } from '../shared/row-heights';

/** Pixels drawn beyond each edge of what is in sight. */
const SPARE = 700;
/** Before the place is known: as much as the list can be at most. */
const FIRST_SIGHT = typeof innerHeight === 'number' ? innerHeight : 1200;

const LINE = 28;
const CHARACTERS_IN_LINE = 70;
/** Padding, gap and, under an answer, its facts. */
const AROUND = { user: 64, assistant: 84, system: 64 } as const;

function estimate(message: Message): number {
  return AROUND[message.role] + LINE * Math.ceil(message.text.length / CHARACTERS_IN_LINE);
}

export class ThreadRows {
  messages = $state.raw<readonly Message[]>([]);
  /** Pixels from the top of the rows; `null`: at the end, wherever that is. */
  top = $state<number | null>(null);
  viewport = $state(0);
  /** Only what is in sight is drawn: what is around it can wait until that is on the screen. */
  bare = $state(false);
  /** The message whose row stays, however far it is scrolled away: the focus is in it. */
  kept = $state<number | null>(null);
  /** Counts changes of heights, which are kept outside of the reactive state. */
  #version = $state(0);
  #heights = new RowHeights(new Float64Array(0));
  #known: Record<number, number> = {};

  readonly #range = $derived.by((): readonly [number, number] => {
    void this.#version;
    const rows = this.#heights;
    const sight = this.viewport || FIRST_SIGHT;
    const top = this.top ?? Math.max(0, rows.total - sight);
    const spare = this.bare ? 0 : SPARE;
    return [rows.at(top - spare), Math.min(rows.length, rows.at(top + sight + spare) + 1)];
  });
  // Numbers, so that a scroll that changes nothing draws nothing.
  readonly first = $derived(this.#range[0]);
  readonly end = $derived(this.#range[1]);
  readonly shown = $derived(this.messages.slice(this.first, this.end));
  /** Where the kept row stands, if it is out of what is shown; else -1. */
  readonly #apart = $derived.by(() => {
    if (this.kept === null) return -1;
    const at = this.messages.findIndex((message) => message.id === this.kept);
    return at >= this.first && at < this.end ? -1 : at;
  });
  /** What is shown, and the kept row before or after it. */
  readonly drawn = $derived.by((): readonly Message[] => {
    const apart = this.messages[this.#apart];
    if (!apart) return this.shown;
    return this.#apart < this.first ? [apart, ...this.shown] : [...this.shown, apart];
  });
  readonly before = $derived.by(() => {
    void this.#version;
    return this.#heights.offset(this.#lead);
  });
  readonly after = $derived.by(() => {
    void this.#version;
    return this.#heights.total - this.#heights.offset(Math.max(this.end, this.#apart + 1));
  });

  get #lead(): number {
    return this.#apart >= 0 ? Math.min(this.first, this.#apart) : this.first;
  }

  /** Pixels of rows that are not drawn, between this one and the drawn one before it. */
  gapBefore(message: Message): number {
    if (this.#apart < 0) return 0;
    void this.#version;
    const offset = (at: number): number => this.#heights.offset(at);
    if (this.#apart < this.first)
      return message === this.messages[this.first] ? offset(this.first) - offset(this.#apart + 1) : 0;
    return message === this.messages[this.#apart] ? offset(this.#apart) - offset(this.end) : 0;
  }

  /**
   * Another list, mostly the same one with a message more or changed. Returns how far the message at the top of what
   * is in sight was pushed down, as where earlier messages came to stand above it.
   */
  take(messages: readonly Message[], fresh: boolean): number {
    const anchor = this.top === null ? undefined : this.messages[this.#heights.at(this.top)]?.id;
    const before = anchor === undefined ? null : this.offsetOf(anchor);
    if (fresh) this.#known = {};
    const heights = new Float64Array(messages.length);
    messages.forEach((message, at) => (heights[at] = this.#known[message.id] ?? estimate(message)));
    this.#heights = new RowHeights(heights);
    this.messages = messages;
    this.#version += 1;
    const after = anchor === undefined ? null : this.offsetOf(anchor);
    return before === null || after === null ? 0 : after - before;
  }

  /**
   * Heights as they turned out, by message. Returns how far what is in sight was pushed down by rows above it, so
   * that the caller can scroll by as much and nothing moves for the reader.
   */
  measured(heights: Readonly<Record<number, number>>): number {
    const inSight = this.top === null ? this.#heights.length : this.#heights.at(this.top);
    let pushed = 0;
    let changed = false;
    const drawn = Array.from(
      { length: Math.max(0, this.end - this.first) },
      (_, place) => this.first + place,
    );
    if (this.#apart >= 0) drawn.push(this.#apart);
    for (const at of drawn) {
      const id = this.messages[at]?.id;
      const height = id === undefined ? undefined : heights[id];
      if (id === undefined || height === undefined) continue;
      this.#known[id] = height;
      const change = this.#heights.set(at, height);
      if (change !== 0) changed = true;
      if (at < inSight) pushed += change;
    }
    if (changed) this.#version += 1;
    return pushed;
  }

  /** The message at this many pixels from the top of the rows. */
  messageAt(pixels: number): number | null {
    return this.messages[this.#heights.at(pixels)]?.id ?? null;
  }

  /** Where a message stands, in pixels from the top of the rows; `null` where it is not on this path. */
  offsetOf(messageId: number): number | null {
    const at = this.messages.findIndex((message) => message.id === messageId);
    return at < 0 ? null : this.#heights.offset(at);
  }
}
