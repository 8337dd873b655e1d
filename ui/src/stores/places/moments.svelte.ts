/** Places in answers that only token records know of. They come a stretch at a time, more when they are wanted. */
import type { Moment } from '../../client/bindings/Moment';
import type { MomentQuery } from '../../client/bindings/MomentQuery';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

export class MomentsStore {
  query = $state.raw<MomentQuery>({ kind: 'most_surprising' });
  moments = $state.raw<readonly Moment[]>([]);
  /** How many there are in all; `null` before the first answer. */
  total = $state<number | null>(null);
  /** Over all of them, between 0 and 1; `null` where there are none. */
  mean = $state<number | null>(null);
  /** Answers that are not in the index yet. */
  waiting = $state(0);
  reading = $state(false);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #stretch: number;
  #asked = 0;

  /** `stretch`: so many are asked for at a time. */
  constructor(client: Client, stretch: number) {
    this.#client = client;
    this.#stretch = stretch;
  }

  get more(): boolean {
    return this.total !== null && this.moments.length < this.total;
  }

  /** Asks for something else; what was found before goes. */
  async ask(query: MomentQuery): Promise<void> {
    if (JSON.stringify(query) !== JSON.stringify(this.query)) {
      this.moments = [];
      this.total = this.mean = null;
    }
    this.query = query;
    await this.#read(0, Math.max(this.#stretch, this.moments.length));
  }

  /** The same once more: something was written or deleted since. */
  async again(): Promise<void> {
    await this.ask(this.query);
  }

  async next(): Promise<void> {
    if (this.more && !this.reading) await this.#read(this.moments.length, this.#stretch);
  }

  async #read(offset: number, count: number): Promise<void> {
    const asked = ++this.#asked;
    this.reading = true;
    try {
      const page = await this.#client.historyMoments(this.query, offset, count);
      if (asked !== this.#asked) return;
      this.moments = [...this.moments.slice(0, offset), ...page.moments];
      this.total = page.total;
      this.mean = page.mean_probability ?? null;
      this.waiting = page.waiting;
      this.error = null;
    } catch (thrown) {
      if (asked === this.#asked) this.error = toShownError(thrown);
    } finally {
      if (asked === this.#asked) this.reading = false;
    }
  }
}
