/** One entry of a vocabulary in full, for the lens: where it comes from, what it is part of, what lies near it. */
import type { EntryOrigin } from '../../client/bindings/EntryOrigin';
import type { Neighbours } from '../../client/bindings/Neighbours';
import type { SubjectPlace } from '../../client/bindings/SubjectPlace';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

const NEIGHBOURS = 8;

export class EntryStore {
  origin = $state.raw<EntryOrigin | null>(null);
  /** `null`: not there yet, or there is no table to look into. */
  neighbours = $state.raw<Neighbours | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** There is no table of embeddings in this file. */
  meaningless = $state(false);

  readonly #client: Client;
  #asked = '';

  constructor(client: Client) {
    this.#client = client;
  }

  /** `key` changes when the tokenizer at the place does. */
  async show(place: SubjectPlace, key: string, id: number): Promise<void> {
    const asked = `${place} ${key} ${id}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.neighbours = this.error = null;
    this.meaningless = false;
    try {
      const origin = await this.#client.vocabularyEntry(place, id);
      if (asked !== this.#asked) return;
      this.origin = origin;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.origin = null;
      this.error = toShownError(thrown);
      return;
    }
    try {
      const neighbours = await this.#client.neighbours(place, { id }, NEIGHBOURS);
      if (asked === this.#asked) this.neighbours = neighbours;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      const error = toShownError(thrown);
      if (error.code === 'no_embeddings') this.meaningless = true;
      else this.error = error;
    }
  }
}
