/**
 * What stands in composers and was not sent, kept by the shell: it is there again after a start, also after a crash.
 * Kept a moment after the last key, and when the window or the conversation is left.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Keeping } from '../../client/bindings/Keeping';
import type { Attachment } from '../../client/bindings/Attachment';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

/** After the last change; half a second at most may be lost. */
const PAUSE_MS = 400;

/** The composers: by conversation, `null` for the one that is not begun. */
export interface Composers {
  textOf: (conversationId: number | null) => string;
  attachmentsOf: (conversationId: number | null) => readonly Attachment[];
  put: (conversationId: number | null, text: string, attachments: readonly Attachment[]) => void;
}

type Place = number | null;

export class DraftStore {
  /** It could not be kept; it still stands in its composer. */
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #composers: Composers;
  /** What the shell has, as far as it was asked or told. */
  readonly #kept = new SvelteMap<Place, string>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen follows it
  readonly #timers = new Map<Place, ReturnType<typeof setTimeout>>();
  /** Those that could not be kept. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen follows it
  readonly #failed = new Set<Place>();
  /** Those that live in memory alone. */
  readonly #private = new SvelteSet<Place>();

  constructor(client: Client, composers: Composers) {
    this.#client = client;
    this.#composers = composers;
  }

  /** Does something stand there? `told`: what the shell says of a conversation that was not opened yet. */
  has(conversationId: number, told: boolean): boolean {
    return this.#kept.has(conversationId) ? this.#isThere(conversationId) : told;
  }

  /** This conversation is in view: brings back what was kept of it, once. What is typed meanwhile stays. */
  async open(conversationId: Place, keeping: Keeping = 'saved'): Promise<void> {
    const isPrivate = keeping === 'private';
    if (isPrivate) this.#private.add(conversationId);
    if (isPrivate || this.#kept.has(conversationId)) return;
    try {
      const { text, attachments } = await this.#client.draftKept(conversationId);
      this.#kept.set(conversationId, told(text, attachments));
      if (this.#isThere(conversationId)) this.changed(conversationId);
      else if (text !== '' || attachments.length > 0) this.#composers.put(conversationId, text, attachments);
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  /** Something else stands there now. */
  changed(conversationId: Place): void {
    clearTimeout(this.#timers.get(conversationId));
    if (this.#private.has(conversationId)) return;
    this.#timers.set(
      conversationId,
      setTimeout(() => void this.#keep(conversationId), PAUSE_MS),
    );
  }

  /**
   * What stood in one place stands in another now. The shell knows both as the same: what is kept of the old one any
   * later would be put over it.
   */
  move(from: Place, to: number): void {
    clearTimeout(this.#timers.get(from));
    this.#timers.delete(from);
    this.#failed.delete(from);
    this.#kept.delete(from);
    if (this.#isThere(to)) this.changed(to);
  }

  /** Now, not in a moment; also what could not be kept before. */
  async flush(): Promise<void> {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it is made anew, never shown
    const places = new Set([...this.#timers.keys(), ...this.#failed]);
    await Promise.all([...places].map((place) => this.#keep(place)));
  }

  #isThere(place: Place): boolean {
    return this.#composers.textOf(place) !== '' || this.#composers.attachmentsOf(place).length > 0;
  }

  async #keep(place: Place): Promise<void> {
    clearTimeout(this.#timers.get(place));
    this.#timers.delete(place);
    this.#failed.delete(place);
    const text = this.#composers.textOf(place);
    const attachments = this.#composers.attachmentsOf(place);
    const now = told(text, attachments);
    if (this.#kept.get(place) === now) return;
    try {
      await this.#client.draftKeep(
        place,
        text,
        attachments.map(({ id }) => id),
      );
      this.#kept.set(place, now);
      this.error = null;
    } catch (thrown) {
      const error = toShownError(thrown);
      // It was deleted meanwhile, with whatever stood there.
      if (error.code === 'no_such_item') return;
      this.#failed.add(place);
      this.error = error;
    }
  }
}

function told(text: string, attachments: readonly Attachment[]): string {
  return JSON.stringify([text, attachments.map(({ id }) => id)]);
}
