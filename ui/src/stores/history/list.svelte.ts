/**
 * A list of conversations of which only the pages in sight are read: 10,000 cost what 200 do. What was read stays on the
 * screen while it is read again.
 */
import type { ConversationSummary } from '../../client/bindings/ConversationSummary';
import type { HistoryChange } from '../../client/bindings/HistoryChange';
import type { HistoryFilter } from '../../client/bindings/HistoryFilter';
import type { HistoryOrder } from '../../client/bindings/HistoryOrder';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

/** Rows of a page. */
export const PAGE = 100;

/** A row, or a place whose row is not read yet. */
export type Row = ConversationSummary | undefined;

/** What is in the list and not out of the way, all of it. */
export const KEPT: HistoryFilter = { place: 'kept', starred_only: false };

export class HistoryList {
  filter = $state.raw<HistoryFilter>(KEPT);
  order = $state<HistoryOrder>('used');
  /** As many as the filter lets through. */
  rows = $state.raw<readonly Row[]>([]);
  state = $state<'unread' | 'reading' | 'read'>('unread');
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  /** Grows with each question; answers to older ones are dropped. */
  #round = 0;
  /** Pages that are read, or being read, in this round. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen follows it
  #asked = new Set<number>();
  /** Every row that was ever read: what is taken back has to know how it was. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen follows it
  readonly #known = new Map<number, ConversationSummary>();
  /** Rows that were in sight last, `[first, end)`. */
  #seen: readonly [number, number] = [0, 1];

  constructor(client: Client) {
    this.#client = client;
  }

  readonly total = $derived(this.rows.length);

  /** Asks for something else. */
  async ask(filter: HistoryFilter, order: HistoryOrder = this.order): Promise<void> {
    if (same(filter, this.filter) && order === this.order && this.state !== 'unread') return;
    this.filter = filter;
    this.order = order;
    this.#seen = [0, 1];
    this.state = 'reading';
    await this.refresh();
  }

  /** Reads again what is in sight. */
  async refresh(): Promise<void> {
    if (this.state === 'unread') this.state = 'reading';
    this.#round += 1;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen follows it
    this.#asked = new Set();
    await this.#read(...this.#seen, true);
  }

  /** These rows, `[first, end)`, are in sight: reads what is missing of them. */
  async see(first: number, end: number): Promise<void> {
    this.#seen = [first, Math.max(end, first + 1)];
    if (this.state !== 'read') return;
    await this.#read(first, end, false);
  }

  /** The ids of rows, `[first, end)`, which are read for it where they are not. */
  async idsOf(first: number, end: number): Promise<number[]> {
    for (let round = -1; round !== this.#round;) {
      round = this.#round;
      const ends = Math.min(end, this.total);
      const missing: number[] = [];
      for (let page = Math.floor(first / PAGE); page * PAGE < ends; page += 1) {
        const rows = this.rows.slice(Math.max(first, page * PAGE), Math.min(ends, (page + 1) * PAGE));
        if (rows.includes(undefined)) missing.push(page);
      }
      // Where the list was asked for anew meanwhile, its rows may be others.
      if (missing.length > 0) await this.#pages(missing, false);
    }
    return this.rows.slice(first, Math.min(end, this.total)).flatMap((row) => (row ? [row.id] : []));
  }

  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it is made anew, never changed
  readonly #byId = $derived(new Map(this.rows.flatMap((row) => (row ? [[row.id, row] as const] : []))));

  /** One that is read. */
  find(id: number): ConversationSummary | undefined {
    return this.#byId.get(id);
  }

  /** As it was when it was read last, also where its page is to be read again. */
  lastSeen(id: number): ConversationSummary | undefined {
    return this.#known.get(id);
  }

  /** These conversations are changed; what is known of them follows. */
  changed(ids: readonly number[], change: HistoryChange): void {
    for (const id of ids) {
      const row = this.#known.get(id);
      if (row) this.#known.set(id, after(row, change));
    }
  }

  async #read(first: number, end: number, fresh: boolean): Promise<void> {
    const pages: Promise<void>[] = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.max(end, 1); page += 1) {
      if (!this.#asked.has(page)) pages.push(this.#pages([page], fresh));
    }
    await Promise.all(pages);
  }

  /**
   * Reads pages one after the other and puts them in together: what follows from the rows is worked out once. `fresh`:
   * rows of other pages are as they were before, and may be somewhere else now.
   */
  async #pages(pages: readonly number[], fresh: boolean): Promise<void> {
    const round = this.#round;
    for (const page of pages) this.#asked.add(page);
    const came: { page: number; rows: readonly ConversationSummary[] }[] = [];
    let total = 0;
    try {
      for (const page of pages) {
        const answer = await this.#client.historyList(this.filter, this.order, page * PAGE, PAGE);
        if (round !== this.#round) return;
        total = answer.total;
        if (answer.rows.length > 0 || total === 0 || page === 0) came.push({ page, rows: answer.rows });
      }
    } catch (thrown) {
      if (round !== this.#round) return;
      for (const page of pages) this.#asked.delete(page);
      this.error = toShownError(thrown);
      if (this.state === 'reading') this.state = 'read';
      return;
    }
    // What was in sight is gone: the list has become shorter than that.
    if (came.length === 0) return await this.#pages([Math.ceil(total / PAGE) - 1], fresh);
    const next: Row[] = Array.from({ length: total }, (_, at) => {
      const read = this.#asked.has(Math.floor(at / PAGE)) || !fresh;
      return read ? this.rows[at] : undefined;
    });
    for (const { page, rows } of came) rows.forEach((row, at) => (next[page * PAGE + at] = row));
    for (const { rows } of came) for (const row of rows) this.#known.set(row.id, row);
    this.rows = next;
    this.state = 'read';
    this.error = null;
  }
}

function after(row: ConversationSummary, change: HistoryChange): ConversationSummary {
  switch (change.do) {
    case 'star':
      return { ...row, starred: change.on };
    case 'pin':
      return { ...row, pinned: change.on };
    case 'archive':
      return { ...row, archived: change.on };
    case 'move': {
      const moved = { ...row };
      if (change.folder === null) delete moved.folder;
      else moved.folder = change.folder;
      return moved;
    }
    case 'delete':
      return row;
  }
}

function same(a: HistoryFilter, b: HistoryFilter): boolean {
  const told = (filter: HistoryFilter): string =>
    JSON.stringify([
      filter.place,
      filter.starred_only,
      filter.folder,
      filter.model,
      filter.written_in,
      filter.from,
      filter.until,
    ]);
  return told(a) === told(b);
}
