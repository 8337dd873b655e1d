/** A look into a copy: its conversations, by pages as they come into sight, and those that are chosen. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Backup } from '../../client/bindings/Backup';
import type { BackupRow } from '../../client/bindings/BackupRow';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

/** Rows that are asked for together. */
const PAGE = 100;

export class CopyLook {
  /** How many conversations it holds; `null` before the first answer. */
  total = $state<number | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** Identities of the conversations that are chosen. */
  readonly chosen = new SvelteSet<string>();

  readonly #client: Client;
  readonly #pages = new SvelteMap<number, readonly BackupRow[]>();
  /** Pages that were asked for; not state, since rows ask while they are drawn. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody draws what is being asked for
  readonly #wanted = new Set<number>();

  constructor(
    client: Client,
    readonly backup: Backup,
  ) {
    this.#client = client;
  }

  /** From the first page on, also after something was put back. */
  async begin(): Promise<void> {
    this.#wanted.clear();
    this.chosen.clear();
    const pages = [...this.#pages.keys()];
    await Promise.all((pages.length > 0 ? pages : [0]).map((page) => this.#fetch(page)));
  }

  /** The conversation in a row, where it is here; else its page is sent for. */
  row(index: number): BackupRow | null {
    const page = Math.floor(index / PAGE);
    const rows = this.#pages.get(page);
    if (!rows) void this.#fetch(page);
    return rows?.[index - page * PAGE] ?? null;
  }

  choose(uid: string, on: boolean): void {
    if (on) this.chosen.add(uid);
    else this.chosen.delete(uid);
  }

  async #fetch(page: number): Promise<void> {
    if (this.#wanted.has(page)) return;
    this.#wanted.add(page);
    try {
      const { total, rows } = await this.#client.backupLook(this.backup.path, page * PAGE, PAGE);
      this.#pages.set(page, rows);
      this.total = total;
      this.error = null;
    } catch (thrown) {
      this.#wanted.delete(page);
      this.error = toShownError(thrown);
    }
  }
}
