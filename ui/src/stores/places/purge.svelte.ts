/** Deleting for good what is in the bin: asked first, and told afterwards what became of the copies. */
import type { PurgeReport } from '../../client/bindings/PurgeReport';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

/** What is to go. */
export interface PurgeWish {
  /** `null`: the whole bin. */
  ids: readonly number[] | null;
  count: number;
  /** Of a single conversation. */
  title: string | null;
}

export class PurgeStore {
  wish = $state.raw<PurgeWish | null>(null);
  working = $state(false);
  report = $state.raw<PurgeReport | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** Told when it ends while its question is shut; `show` opens what there is to say. */
  onUnseenEnd: (report: PurgeReport | null, show: () => void) => void = () => undefined;
  /** These are gone now. */
  onPurged: () => void = () => undefined;

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Opens the question. `ids` null: the whole bin, which holds `count`. */
  ask(ids: readonly number[] | null, count: number, title: string | null = null): void {
    if (count === 0 || this.working) return;
    this.report = this.error = null;
    this.wish = { ids, count, title };
  }

  /** What goes on goes on. */
  close(): void {
    this.wish = null;
  }

  async purge(): Promise<void> {
    const { wish } = this;
    if (!wish || this.working) return;
    const { ids } = wish;
    this.working = true;
    this.error = null;
    try {
      this.report = await this.#client.historyPurge(ids && [...ids]);
      this.onPurged();
    } catch (thrown) {
      this.error = toShownError(thrown);
    } finally {
      this.working = false;
      if (this.#shut()) this.onUnseenEnd(this.report, () => void (this.wish = wish));
    }
  }

  /** Now, after a wait, which the compiler does not follow. */
  #shut(): boolean {
    return this.wish === null;
  }
}
