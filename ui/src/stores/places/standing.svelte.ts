/** How the history stands, and what is done about it where it is not open and whole. */
import type { HistoryState } from '../../client/bindings/HistoryState';
import type { MissingChoice } from '../../client/bindings/MissingChoice';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

export type StandingWork = 'none' | MissingChoice['do'] | 'retry';

export class StandingStore {
  state = $state.raw<HistoryState>({ state: 'open' });
  work = $state<StandingWork>('none');
  error = $state.raw<ShownError | null>(null);
  /** The question what becomes of a missing history was put off. */
  later = $state(false);
  /** It was looked for again, and is still not there. */
  stillMissing = $state(false);
  /** It is open now and was not before: lists are read anew. */
  onOpened: () => void = () => undefined;

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A decision is wanted now. */
  get asks(): boolean {
    return this.state.state === 'missing' && !this.later;
  }

  /** Asks once; after that the shell tells. */
  async start(): Promise<void> {
    try {
      this.onState(await this.#client.historyState());
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  onState(state: HistoryState): void {
    const opened = state.state === 'open' && this.state.state !== 'open';
    this.state = state;
    if (!opened) return;
    this.later = this.stillMissing = false;
    this.error = null;
    this.onOpened();
  }

  async decide(choice: MissingChoice): Promise<void> {
    await this.#attempt(choice.do, () => this.#client.historyDecide(choice));
    this.stillMissing = choice.do === 'look_again' && this.state.state === 'missing' && this.error === null;
  }

  /** From a copy that lies elsewhere; `title` is the dialog's. */
  async decideByFile(title: string): Promise<void> {
    await this.#attempt('restore', async () => {
      const backup = await this.#client.backupPick(title);
      if (backup === null) return this.state;
      return this.#client.historyDecide({ do: 'restore', path: backup.path });
    });
  }

  async retry(): Promise<void> {
    await this.#attempt('retry', () => this.#client.historyRetry());
  }

  async #attempt(work: StandingWork, run: () => Promise<HistoryState>): Promise<void> {
    if (this.work !== 'none') return;
    this.work = work;
    this.error = null;
    this.stillMissing = false;
    try {
      this.onState(await run());
    } catch (thrown) {
      this.error = toShownError(thrown);
    } finally {
      this.work = 'none';
    }
  }
}
