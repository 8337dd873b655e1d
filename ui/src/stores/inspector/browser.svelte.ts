/**
 * The entries of a vocabulary that fit what is looked for. Rows come by pages as they come into sight; one question is
 * on its way at a time, the newest last, and what is on the screen stays until its answer is there.
 */
import { SvelteMap } from 'svelte/reactivity';

import type { EntryKind } from '../../client/bindings/EntryKind';
import type { SubjectPlace } from '../../client/bindings/SubjectPlace';
import type { VocabularyEntry } from '../../client/bindings/VocabularyEntry';
import type { VocabularyOverview } from '../../client/bindings/VocabularyOverview';
import type { VocabularyQuery } from '../../client/bindings/VocabularyQuery';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

/** Rows that are asked for together. */
export const PAGE = 100;

export type Order = VocabularyQuery['order'];

/** What the entries are found by. `null`, and an empty list: whatever it is. */
export interface Filters {
  by: 'text' | 'bytes' | 'id';
  typed: string;
  place: 'contains' | 'begins';
  kinds: readonly EntryKind[];
  scripts: readonly string[];
  least: number | null;
  most: number | null;
  leadingSpace: boolean | null;
  wordBeginning: boolean | null;
  /** `null`: the best first where something is looked for, else by id. */
  order: Order | null;
}

export const NO_FILTERS: Filters = {
  by: 'text',
  typed: '',
  place: 'contains',
  kinds: [],
  scripts: [],
  least: null,
  most: null,
  leadingSpace: null,
  wordBeginning: null,
  order: null,
};

export function isFiltered(filters: Filters): boolean {
  const { typed, kinds, scripts, least, most, leadingSpace, wordBeginning } = filters;
  return (
    typed.trim() !== '' ||
    kinds.length > 0 ||
    scripts.length > 0 ||
    [least, most, leadingSpace, wordBeginning].some((one) => one !== null)
  );
}

/** Hex bytes to which the last digit may still be missing, as while typing; `null` where it is none. */
function hexSoFar(typed: string): string | null {
  const digits = typed.replace(/\s|0x/gi, '');
  if (!/^[\da-f]*$/i.test(digits)) return null;
  return digits.slice(0, digits.length - (digits.length % 2));
}

/** The question; `null` where what was typed can't be what is looked for. */
export function queryOf(filters: Filters, offset: number, count: number): VocabularyQuery | null {
  const { by, typed, place } = filters;
  let find: VocabularyQuery['find'] = null;
  if (by === 'text' && typed !== '')
    find = { by, text: typed, place, ignore_case: typed === typed.toLowerCase() };
  if (by === 'bytes') {
    const bytes = hexSoFar(typed);
    if (bytes === null) return null;
    if (bytes !== '') find = { by, bytes, place };
  }
  if (by === 'id') {
    const digits = typed.trim();
    if (!/^\d*$/.test(digits)) return null;
    if (digits !== '') find = { by, digits };
  }
  return {
    find,
    kinds: [...filters.kinds],
    scripts: [...filters.scripts],
    least_characters: filters.least,
    most_characters: filters.most,
    leading_space: filters.leadingSpace,
    word_beginning: filters.wordBeginning,
    order: filters.order ?? (find ? 'best' : 'id'),
    offset,
    count,
  };
}

export class BrowserStore {
  overview = $state.raw<VocabularyOverview | null>(null);
  filters = $state.raw<Filters>(NO_FILTERS);
  /** How many entries fit; `null` before the first answer. */
  total = $state<number | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** What was typed is no bytes or no number. */
  unreadable = $state(false);
  /** The row that the arrow keys are at. */
  active = $state(0);
  /** Grows with every new list: its view goes to the top. */
  lists = $state(0);

  readonly #client: Client;
  #place: SubjectPlace = 'a';
  #key: string | null = null;
  /** Filters of the list that is shown. */
  #shown: Filters = NO_FILTERS;
  readonly #pages = new SvelteMap<number, readonly VocabularyEntry[]>();
  /** Pages that were asked for; not state, since rows ask while they are drawn. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody draws what is being asked for
  readonly #wanted = new Set<number>();
  #list = 0;
  #finding = false;
  #stale = false;

  constructor(client: Client) {
    this.#client = client;
  }

  get place(): SubjectPlace {
    return this.#place;
  }

  /**
   * Another tokenizer stands there, or another place is looked at: everything is asked anew. What is looked for stays: it may
   * have been typed a moment ago, and the same search in two vocabularies is something to look at.
   */
  async turnTo(place: SubjectPlace, key: string): Promise<void> {
    if (place === this.#place && key === this.#key) return;
    [this.#place, this.#key] = [place, key];
    this.#list += 1;
    this.#pages.clear();
    this.overview = this.error = this.total = null;
    this.active = 0;
    await this.again();
  }

  /** Asks for all of it once more. */
  async again(): Promise<void> {
    const [place, key] = [this.#place, this.#key];
    const current = (): boolean => place === this.#place && key === this.#key;
    this.error = null;
    const overview = this.#client.vocabularyOverview(place);
    const found = this.#find();
    try {
      const made = await overview;
      if (current()) {
        this.overview = made;
        this.#dropAbsent(made);
      }
    } catch (thrown) {
      if (current()) this.error = toShownError(thrown);
    }
    await found;
  }

  /** Kinds and scripts that this vocabulary does not have are offered nowhere, so nobody could take them back. */
  #dropAbsent({ kinds, scripts, marks }: VocabularyOverview): void {
    const { filters } = this;
    const kept: Partial<Filters> = {
      kinds: filters.kinds.filter((one) => kinds.some(({ kind }) => kind === one)),
      scripts: filters.scripts.filter((one) => scripts.some(({ script }) => script === one)),
      wordBeginning: marks === 'none' ? null : filters.wordBeginning,
    };
    if (
      kept.kinds?.length !== filters.kinds.length ||
      kept.scripts?.length !== filters.scripts.length ||
      kept.wordBeginning !== filters.wordBeginning
    )
      this.change(kept);
  }

  change(changed: Partial<Filters>): void {
    this.filters = { ...this.filters, ...changed };
    void this.#find();
  }

  clear(): void {
    const { by, place, order } = this.filters;
    this.change({ ...NO_FILTERS, by, place, order });
  }

  /** The entry in a row, where it is here; else its page is sent for. */
  row(index: number): VocabularyEntry | null {
    const page = Math.floor(index / PAGE);
    const entries = this.#pages.get(page);
    if (!entries) void this.#fetch(page);
    return entries?.[index - page * PAGE] ?? null;
  }

  async #find(): Promise<void> {
    this.#stale = true;
    if (this.#finding) return;
    this.#finding = true;
    while (this.#stale) {
      this.#stale = false;
      const [filters, place, key] = [this.filters, this.#place, this.#key];
      const current = (): boolean => place === this.#place && key === this.#key;
      const query = queryOf(filters, 0, PAGE);
      this.unreadable = query === null;
      if (!query) continue;
      try {
        const { total, entries } = await this.#client.vocabularyFind(place, query);
        if (!current()) continue;
        this.#list += 1;
        this.#shown = filters;
        this.#pages.clear();
        this.#wanted.clear();
        this.#wanted.add(0);
        this.#pages.set(0, entries);
        this.total = total;
        this.active = 0;
        this.lists += 1;
        this.error = null;
      } catch (thrown) {
        if (current()) this.error = toShownError(thrown);
      }
    }
    this.#finding = false;
  }

  async #fetch(page: number): Promise<void> {
    const [list, query] = [this.#list, queryOf(this.#shown, page * PAGE, PAGE)];
    if (this.#wanted.has(page) || !query || this.total === null || query.offset >= this.total) return;
    this.#wanted.add(page);
    try {
      const { entries } = await this.#client.vocabularyFind(this.#place, query);
      if (list === this.#list) this.#pages.set(page, entries);
    } catch (thrown) {
      if (list !== this.#list) return;
      this.#wanted.delete(page);
      this.error = toShownError(thrown);
    }
  }
}
