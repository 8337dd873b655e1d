/** What the table of embeddings tells: neighbours of a text, the odd one out of some words, entries that training hardly met. */
import type { HardlyMet } from '../../client/bindings/HardlyMet';
import type { Neighbours } from '../../client/bindings/Neighbours';
import type { OddOneOut } from '../../client/bindings/OddOneOut';
import type { SubjectPlace } from '../../client/bindings/SubjectPlace';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

export const LEAST_WORDS = 3;
export const MOST_WORDS = 8;
const NEIGHBOURS = 24;
/** How many of the entries that were hardly met are listed. */
const CANDIDATES = 200;

/** A question to the table: not asked, on its way, answered, failed. */
export type Asked<T> =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'answered'; answer: T }
  | { state: 'failed'; error: ShownError };

/** Words between commas, Chinese ones too, and line ends; each once. */
export function wordsOf(typed: string): string[] {
  const words = typed.split(/[,，、;；\n]/).map((word) => word.trim());
  return words.filter((word, at) => word !== '' && words.indexOf(word) === at);
}

export class MeaningStore {
  /** What neighbours are looked for. */
  text = $state('');
  /** What was asked, as long as its answer is shown. */
  asked = $state('');
  neighbours = $state.raw<Asked<Neighbours>>({ state: 'idle' });
  /** The words of the game as they were typed. */
  words = $state('');
  odd = $state.raw<Asked<OddOneOut>>({ state: 'idle' });
  /** The word that the player took for the odd one, before it is told. */
  guess = $state<number | null>(null);
  hardly = $state.raw<Asked<HardlyMet>>({ state: 'idle' });

  readonly #client: Client;
  #place: SubjectPlace = 'a';
  #key: string | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  turnTo(place: SubjectPlace, key: string): void {
    if (place === this.#place && key === this.#key) return;
    [this.#place, this.#key] = [place, key];
    this.neighbours = this.odd = this.hardly = { state: 'idle' };
    this.guess = null;
  }

  async findNeighbours(text: string): Promise<void> {
    this.text = this.asked = text;
    if (text.trim() === '') return;
    const ask = this.#client.neighbours(this.#place, { text }, NEIGHBOURS);
    await this.#follow(ask, (state) => {
      if (this.asked === text) this.neighbours = state;
    });
  }

  async findOdd(): Promise<void> {
    const [typed, words] = [this.words, wordsOf(this.words)];
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS) return;
    this.guess = null;
    await this.#follow(this.#client.oddOneOut(this.#place, words), (state) => {
      if (this.words === typed) this.odd = state;
    });
  }

  setWords(typed: string): void {
    this.words = typed;
    this.odd = { state: 'idle' };
    this.guess = null;
  }

  async findHardlyMet(): Promise<void> {
    await this.#follow(this.#client.hardlyMet(this.#place, CANDIDATES), (state) => (this.hardly = state));
  }

  /** Shows how a question fares, unless another vocabulary is looked at meanwhile. */
  async #follow<T>(question: Promise<T>, show: (state: Asked<T>) => void): Promise<void> {
    const key = this.#key;
    show({ state: 'asking' });
    let state: Asked<T>;
    try {
      state = { state: 'answered', answer: await question };
    } catch (thrown) {
      state = { state: 'failed', error: toShownError(thrown) };
    }
    if (key === this.#key) show(state);
  }
}
