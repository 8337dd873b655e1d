/** Questions about pieces that are not among the candidates: where a text is in the vocabulary, and how likely it was. */
import type { Client } from '../client/client';
import type { Guess, VocabularyHit } from '../client/upcoming';

export class VocabularyStore {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Tokens of the loaded model whose text contains this; exact ones first. */
  search(query: string, limit: number): Promise<readonly VocabularyHit[]> {
    return this.#client.vocabularySearch(query, limit);
  }

  /** Rank and probability of a text at a stored token. */
  measure(messageId: number, tokenIndex: number, text: string): Promise<Guess> {
    return this.#client.messageGuess(messageId, tokenIndex, text);
  }
}
