/** A font for Chinese that this system lacks, until that was read. */
import type { MissingFont } from '../client/bindings/MissingFont';
import type { Client } from '../client/client';

export class MissingFontStore {
  readonly #client: Client;
  #missing = $state.raw<MissingFont | null>(null);

  constructor(client: Client, missing: MissingFont | undefined) {
    this.#client = client;
    this.#missing = missing ?? null;
  }

  get missing(): MissingFont | null {
    return this.#missing;
  }

  /** It was read. Where that can't be kept, the next start says it again. */
  forget(): void {
    this.#missing = null;
    this.#client.missingFontForget().catch(() => {
      // Gone from this window all the same.
    });
  }
}
