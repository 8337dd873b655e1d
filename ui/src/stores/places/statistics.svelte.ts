/** What the history adds up to, over a stretch of time. */
import type { HistoryStatistics } from '../../client/bindings/HistoryStatistics';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';
import { beginOf, type Range } from './ranges';

export class StatisticsStore {
  range = $state<Range>('month');
  found = $state.raw<HistoryStatistics | null>(null);
  /** The stretch that `found` is about. */
  shown = $state<Range>('month');
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async ask(range: Range = this.range): Promise<void> {
    this.range = range;
    const asked = ++this.#asked;
    try {
      const found = await this.#client.historyStatistics(beginOf(range), null);
      if (asked !== this.#asked) return;
      this.found = found;
      this.shown = range;
      this.error = null;
    } catch (thrown) {
      if (asked === this.#asked) this.error = toShownError(thrown);
    }
  }
}
