/**
 * Full text over the history, a moment after the last key. One question at a time, the newest last; what was found
 * before stays on the screen until the next is there, so that nothing flickers.
 */
import type { HistoryFilter } from '../../client/bindings/HistoryFilter';
import type { Keeping } from '../../client/bindings/Keeping';
import type { SearchHit } from '../../client/bindings/SearchHit';
import type { SearchPage } from '../../client/bindings/SearchPage';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';
import { Newest } from '../newest';
import { KEPT } from './list.svelte';

/** After the last keystroke. */
const PAUSE_MS = 120;
/** Hits that are read at once. */
export const HITS = 50;

/** Hits of one conversation that follow each other. */
export interface HitGroup {
  key: string;
  conversationId: number;
  title: string;
  keeping: Keeping;
  hits: readonly SearchHit[];
}

interface Question {
  text: string;
  filter: HistoryFilter;
}

export class HistorySearch {
  /** What is typed. */
  text = $state('');
  filter = $state.raw<HistoryFilter>(KEPT);
  error = $state.raw<ShownError | null>(null);
  /** What was found, and for which words; `null` before anything was. */
  #found = $state.raw<(SearchPage & { text: string }) | null>(null);
  /** Something is being looked for. */
  busy = $state(false);

  readonly #client: Client;
  /** Grows with each question: what is read on for an older one is dropped. */
  #round = 0;
  readonly #newest = new Newest<Question>((question) => this.#search(question));

  constructor(client: Client) {
    this.#client = client;
  }

  /** Is anything looked for? */
  readonly on = $derived(this.text.trim() !== '');
  readonly found = $derived(this.on ? this.#found : null);
  /** By conversation, in the order of the best hit of each page. */
  readonly groups: readonly HitGroup[] = $derived(grouped(this.found?.hits ?? []));

  /** Looks for what is typed, shortly; at once where `pause` is 0. */
  ask(text: string, filter: HistoryFilter = this.filter, pause = PAUSE_MS): void {
    this.text = text;
    this.filter = filter;
    this.#round += 1;
    if (!this.on) {
      this.#newest.drop();
      this.#found = null;
      this.error = null;
      this.busy = false;
      return;
    }
    this.busy = true;
    this.#newest.ask({ text: text.trim(), filter }, pause);
  }

  /** The history has changed: what is on the screen is looked for again. */
  refresh(): void {
    if (this.on) this.ask(this.text, this.filter, PAUSE_MS);
  }

  clear(): void {
    this.ask('');
  }

  /** The next stretch. */
  async more(): Promise<void> {
    const before = this.#found;
    if (!before || this.busy || before.hits.length >= before.total) return;
    const round = this.#round;
    this.busy = true;
    try {
      const next = await this.#client.historySearch(before.text, this.filter, before.hits.length, HITS);
      // The newer question tells itself when it is answered.
      if (round !== this.#round) return;
      this.#found = { ...before, hits: [...before.hits, ...next.hits] };
      this.error = null;
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = toShownError(thrown);
    }
    this.busy = false;
  }

  async #search({ text, filter }: Question): Promise<void> {
    try {
      const page = await this.#client.historySearch(text, filter, 0, HITS);
      if (!this.on) return;
      this.#found = { ...page, text };
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
    if (!this.#newest.overtaken) this.busy = false;
  }
}

/** A conversation's hits stand together within a stretch; what comes later never moves what is read. */
export function grouped(hits: readonly SearchHit[]): HitGroup[] {
  const groups: HitGroup[] = [];
  for (let from = 0; from < hits.length; from += HITS) {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it is made anew, never shown
    const byId = new Map<number, SearchHit[]>();
    for (const hit of hits.slice(from, from + HITS)) {
      const there = byId.get(hit.conversation_id);
      if (there) there.push(hit);
      else byId.set(hit.conversation_id, [hit]);
    }
    for (const [conversationId, own] of byId) {
      const { title, keeping } = own[0] ?? { title: '', keeping: 'saved' as const };
      groups.push({ key: `${from} ${conversationId}`, conversationId, title, keeping, hits: own });
    }
  }
  return groups;
}

/** What stands in the text where the first hit is. */
export function wordsOf(hit: SearchHit): string {
  return hit.excerpt.find((part) => part.hit)?.text ?? '';
}
