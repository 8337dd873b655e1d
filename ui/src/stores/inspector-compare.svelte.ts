/** The tab "Compare" of the inspector: the same text by the tokenizers at places a and b, and one sentence in eight languages. */
import type { LanguageRow } from '../client/bindings/LanguageRow';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import { endsInString, tokenRow, type Ends, type TokenRow } from '../tokens/cut-view';
import { Newest } from './newest';

export interface ComparedView {
  text: string;
  characters: Ends;
  a: TokenRow;
  b: TokenRow;
  /** Stretches of the string that the two cut otherwise, in order. */
  differences: readonly (readonly [number, number])[];
  /** Tokens that both have, for the same bytes. */
  shared: number;
}

/** A longer text is compared after a pause. */
const LONG = 60_000;
const PAUSE_MS = 180;

export class CompareTabStore {
  view = $state.raw<ComparedView | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** What is lit in both: a stretch of the string. */
  lit = $state.raw<readonly [number, number] | null>(null);
  /** The difference that was jumped to, -1 for none. */
  at = $state(-1);
  languages = $state.raw<readonly LanguageRow[]>([]);

  readonly #client: Client;
  readonly #questions = new Newest<string>((text) => this.#compare(text));
  readonly #tables = new Newest<null>(() => this.#table());

  constructor(client: Client) {
    this.#client = client;
  }

  /** Keys of the two tokenizers; `null` where there is none. */
  want(text: string, a: string | null, b: string | null): void {
    if (text === '' || a === null || b === null) {
      this.#questions.drop();
      this.#show(null);
      this.error = null;
      return;
    }
    this.#questions.ask(text, text.length > LONG ? PAUSE_MS : 0);
  }

  /** The table of languages, for the tokenizers that are there now. */
  wantLanguages(): void {
    this.#tables.ask(null);
  }

  /** Goes to a difference, round at both ends. */
  jump(to: number): void {
    const count = this.view?.differences.length ?? 0;
    if (count === 0) return;
    this.at = (to + count) % count;
    this.lit = this.view?.differences[this.at] ?? null;
  }

  async #compare(text: string): Promise<void> {
    try {
      const [compared, rows] = await Promise.all([
        this.#client.textCompare(text),
        this.#client.textCut('a', text, ['characters']),
      ]);
      const { bytes, a, b, differences, shared } = compared;
      // Ends of all differences at once: one walk through the text.
      let before = 0;
      const steps = differences.flatMap(([from, to]) => {
        const both = [from - before, to - from];
        before = to;
        return both;
      });
      const places = endsInString(text, steps, bytes);
      this.#show({
        text,
        characters: endsInString(text, rows.characters ?? [], bytes),
        a: tokenRow(text, a, bytes),
        b: tokenRow(text, b, bytes),
        differences: differences.map((_, at) => [places[2 * at] ?? 0, places[2 * at + 1] ?? 0] as const),
        shared,
      });
      this.error = null;
    } catch (thrown) {
      if (this.#questions.overtaken) return;
      this.error = toShownError(thrown);
      this.#show(null);
    }
  }

  async #table(): Promise<void> {
    try {
      this.languages = await this.#client.languageTable();
    } catch {
      // The comparison itself says what is wrong.
      this.languages = [];
    }
  }

  #show(view: ComparedView | null): void {
    this.view = view;
    this.lit = null;
    this.at = -1;
  }
}
