/** One word, or a short text: how it is cut step by step, and how it is cut in its guises. */
import type { Guise } from '../client/bindings/Guise';
import type { TextSteps } from '../client/bindings/TextSteps';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import { Newest } from './newest';

interface Wanted {
  text: string;
  key: string;
}

export class WordStore {
  /** `null` until somebody chose one: the inspector offers one of the text's. */
  chosen = $state<string | null>(null);
  steps = $state.raw<{ text: string; steps: TextSteps } | null>(null);
  guises = $state.raw<readonly Guise[]>([]);
  error = $state.raw<ShownError | null>(null);
  /** Which of the words is shown. */
  at = $state(0);
  /** How many steps of it are done. */
  done = $state(0);

  readonly #client: Client;
  readonly #stepQuestions = new Newest<Wanted>((wanted) => this.#askSteps(wanted));
  readonly #guiseQuestions = new Newest<Wanted>((wanted) => this.#askGuises(wanted));

  constructor(client: Client) {
    this.#client = client;
  }

  take(text: string): void {
    this.chosen = text;
  }

  /** Asks for the steps; `null` where there is no tokenizer. */
  wantSteps(text: string, key: string | null): void {
    if (text === '' || key === null) {
      this.#stepQuestions.drop();
      this.steps = null;
      return;
    }
    this.#stepQuestions.ask({ text, key });
  }

  wantGuises(text: string, key: string | null): void {
    if (text === '' || key === null) {
      this.#guiseQuestions.drop();
      this.guises = [];
      return;
    }
    this.#guiseQuestions.ask({ text, key });
  }

  async #askSteps({ text }: Wanted): Promise<void> {
    try {
      const steps = await this.#client.textSteps('a', text);
      this.error = null;
      this.steps = { text, steps };
      const longest = steps.words.reduce(
        (best, one, at) => (one.ids.length > (steps.words[best]?.ids.length ?? 0) ? at : best),
        0,
      );
      this.show(longest);
    } catch (thrown) {
      if (this.#stepQuestions.overtaken) return;
      this.error = toShownError(thrown);
      this.steps = null;
    }
  }

  async #askGuises({ text }: Wanted): Promise<void> {
    try {
      this.guises = await this.#client.textGuises('a', text);
      this.error = null;
    } catch (thrown) {
      if (this.#guiseQuestions.overtaken) return;
      this.error = toShownError(thrown);
      this.guises = [];
    }
  }

  /** Turns to one of the words, at its end: the result is what one has just seen. */
  show(at: number): void {
    this.at = at;
    const word = this.steps?.steps.words[at];
    this.done = word?.steps.kind === 'merges' ? word.steps.merges.length : 0;
  }
}
