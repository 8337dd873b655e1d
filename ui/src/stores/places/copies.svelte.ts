/** The copies of the history: their list, a look into one, and what is put back from it. */
import type { Backup } from '../../client/bindings/Backup';
import type { ImportReceipt } from '../../client/bindings/ImportReceipt';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';
import { CopyLook } from './copy-look.svelte';

/** One thing at a time is done with copies. */
export type CopyWork = 'none' | 'making' | 'picking' | 'restoring';

export class CopiesStore {
  /** Newest first; `null` before they were read. */
  list = $state.raw<readonly Backup[] | null>(null);
  work = $state<CopyWork>('none');
  error = $state.raw<ShownError | null>(null);
  /** The copy that is looked into. */
  open = $state.raw<CopyLook | null>(null);
  /** What the last restoring did. */
  receipt = $state.raw<ImportReceipt | null>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async refresh(): Promise<void> {
    // Beside whatever is being done: a list that comes late ends no work.
    await this.#told(async () => {
      this.list = await this.#client.backupList();
    });
  }

  async make(): Promise<void> {
    await this.#attempt('making', async () => {
      await this.#client.backupMake();
      this.list = await this.#client.backupList();
    });
  }

  /** A copy that lies elsewhere is looked into at once. `title` is the dialog's. */
  async pick(title: string): Promise<void> {
    await this.#attempt('picking', async () => {
      const backup = await this.#client.backupPick(title);
      if (backup) await this.look(backup);
    });
  }

  async look(backup: Backup): Promise<void> {
    this.receipt = null;
    this.open = new CopyLook(this.#client, backup);
    await this.open.begin();
  }

  close(): void {
    this.open = null;
  }

  /** `null`: all of it. What is there already stays as it is. */
  async restore(backup: Backup, uids: string[] | null): Promise<void> {
    await this.#attempt('restoring', async () => {
      this.receipt = await this.#client.backupRestore(backup.path, uids);
      if (this.open?.backup.path === backup.path) await this.open.begin();
    });
  }

  async showFolder(): Promise<void> {
    await this.#told(() => this.#client.historyShowFolder());
  }

  async #attempt(work: Exclude<CopyWork, 'none'>, run: () => Promise<void>): Promise<void> {
    if (this.work !== 'none') return;
    this.work = work;
    await this.#told(run);
    this.work = 'none';
  }

  async #told(run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }
}
