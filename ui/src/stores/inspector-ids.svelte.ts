/** Back again: a list of ids, typed or pasted, and the text that it stands for. */
import type { TextFromIds } from '../client/bindings/TextFromIds';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import { Newest } from './newest';

export class IdsStore {
  list = $state('');
  result = $state.raw<TextFromIds | null>(null);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #questions = new Newest<string>((list) => this.#ask(list));

  constructor(client: Client) {
    this.#client = client;
  }

  /** By the tokenizer with this key. */
  want(list: string, key: string | null): void {
    if (list.trim() === '' || key === null) {
      this.#questions.drop();
      this.result = null;
      this.error = null;
      return;
    }
    this.#questions.ask(list);
  }

  async #ask(list: string): Promise<void> {
    try {
      const result = await this.#client.textFromIds('a', list);
      if (this.list.trim() === '') return;
      this.result = result;
      this.error = null;
    } catch (thrown) {
      if (this.#questions.overtaken) return;
      this.error = toShownError(thrown);
      this.result = null;
    }
  }
}
