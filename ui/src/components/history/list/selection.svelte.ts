/** Which conversations of a list are selected, and which one the keys are at. Places are those of the list, from 0. */
import { SvelteSet } from 'svelte/reactivity';

import type { HistoryList } from '../../../stores/history/list.svelte';

export class Selection {
  readonly ids = new SvelteSet<number>();
  /** The place that the keys are at; -1 before any was used. */
  at = $state(-1);
  readonly #list: HistoryList;
  /** Where a stretch begins that Shift goes on with. */
  #from = -1;

  constructor(list: HistoryList) {
    this.#list = list;
  }

  get size(): number {
    return this.ids.size;
  }

  get idAt(): number | null {
    return this.#list.rows[this.at]?.id ?? null;
  }

  /** Those that are selected, else the one that the keys are at. */
  get wanted(): number[] {
    if (this.size > 0) return [...this.ids];
    return this.idAt === null ? [] : [this.idAt];
  }

  clear(): void {
    this.ids.clear();
    this.#from = -1;
  }

  /** The keys are here now. */
  go(at: number): void {
    this.at = Math.max(0, Math.min(at, this.#list.total - 1));
  }

  toggle(at: number): void {
    const id = this.#list.rows[at]?.id;
    this.at = at;
    this.#from = at;
    if (id === undefined) return;
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  /** From where the last one was taken up to here, and nothing else; rows that are not read are read for it. */
  async extend(at: number): Promise<void> {
    const to = Math.max(0, Math.min(at, this.#list.total - 1));
    if (this.#from < 0) this.#from = Math.max(0, this.at);
    this.at = to;
    const [first, last] = [Math.min(this.#from, to), Math.max(this.#from, to)];
    const ids = await this.#list.idsOf(first, last + 1);
    // Another key went further meanwhile.
    if (this.at !== to) return;
    this.ids.clear();
    for (const id of ids) this.ids.add(id);
  }

  async all(): Promise<void> {
    for (const id of await this.#list.idsOf(0, this.#list.total)) this.ids.add(id);
  }

  /** What is in the list no longer is not selected either. */
  keepTo(there: (id: number) => boolean): void {
    for (const id of this.ids) if (!there(id)) this.ids.delete(id);
    if (this.at >= this.#list.total) this.at = this.#list.total - 1;
  }
}
