/** What the tab "Vocabulary" of the inspector keeps: which of its views is open, whose vocabulary it is, and the stores of each view. */
import { tick } from 'svelte';

import type { SubjectPlace } from '../client/bindings/SubjectPlace';
import type { Client } from '../client/client';
import { joinPieces, type Piece } from '../tokens/pieces';
import { BrowserStore, isFiltered, NO_FILTERS } from './inspector/browser.svelte';
import { EntryStore } from './inspector/entry.svelte';
import { MeaningStore } from './inspector/meaning.svelte';
import { TrainingStore } from './inspector/training.svelte';
import type { LensStore } from './lens.svelte';
import type { SubjectsStore, SubjectStore } from './subjects.svelte';

export const VOCABULARY_VIEWS = ['browse', 'meaning', 'made'] as const;
export type VocabularyView = (typeof VOCABULARY_VIEWS)[number];

export class VocabularyTabStore {
  view = $state<VocabularyView>('browse');
  /** Whose entries are browsed: the inspected tokenizer's, or those that were learned here. */
  place = $state<Extract<SubjectPlace, 'a' | 'trained'>>('a');
  /** The text beside the training as the inspected tokenizer cuts it. */
  beside = $state.raw<readonly Piece[] | null>(null);
  readonly browser: BrowserStore;
  readonly meaning: MeaningStore;
  readonly entry: EntryStore;
  readonly training: TrainingStore;

  readonly #client: Client;
  readonly #subjects: SubjectsStore;
  readonly #lens: LensStore;
  #trial = 0;

  constructor(client: Client, subjects: SubjectsStore, lens: LensStore) {
    this.#client = client;
    this.#subjects = subjects;
    this.#lens = lens;
    this.browser = new BrowserStore(client);
    this.meaning = new MeaningStore(client);
    this.entry = new EntryStore(client);
    this.training = new TrainingStore(client);
    this.training.onReplaced = () => void subjects.trained.refresh();
  }

  get subject(): SubjectStore {
    return this.#subjects.at(this.place);
  }

  /** How many entries there are; 0 before that is known. */
  get size(): number {
    return this.browser.overview?.size ?? this.subject.subject?.summary.vocabulary_size ?? 0;
  }

  /** The entry in the lens, where one of this vocabulary is. */
  get picked(): number | null {
    const subject = this.#lens.subject;
    return subject?.kind === 'entry' && subject.place === this.place ? subject.id : null;
  }

  /** The tokenizer that stands at the place: another one is browsed from the beginning. */
  follow(): void {
    const { key } = this.subject;
    if (key === null) {
      if (this.place === 'trained' && this.subject.known) this.place = 'a';
      return;
    }
    void this.browser.turnTo(this.place, key);
    this.meaning.turnTo(this.place, key);
  }

  open(view: VocabularyView): void {
    if (view === this.view) return;
    this.#lens.clear();
    this.training.pause();
    this.view = view;
  }

  look(place: 'a' | 'trained'): void {
    this.#lens.clear();
    this.place = place;
  }

  /** An entry in the lens; the one that is there can be gone back to. */
  show(id: number): void {
    const { key } = this.subject;
    if (key === null) return;
    const before = this.#lens.subject;
    if (before?.kind === 'entry' && before.id === id && before.key === key) return;
    const trail = before?.kind === 'entry' && before.key === key ? [...before.trail, before.id] : [];
    this.#lens.show({ kind: 'entry', place: this.place, key, id, trail });
  }

  /** An entry picked afresh, from a list. */
  pick(id: number): void {
    const { key } = this.subject;
    if (key !== null) this.#lens.show({ kind: 'entry', place: this.place, key, id, trail: [] });
  }

  back(): void {
    const subject = this.#lens.subject;
    if (subject?.kind !== 'entry') return;
    const id = subject.trail.at(-1);
    if (id !== undefined) this.#lens.show({ ...subject, id, trail: subject.trail.slice(0, -1) });
  }

  /** A token of the inspected tokenizer, found in its vocabulary and shown. */
  async reveal(id: number): Promise<void> {
    this.view = 'browse';
    this.place = 'a';
    if (this.subject.key === null) await this.subject.refresh();
    // The view puts away what the lens showed of the tokenizer before.
    await tick();
    this.follow();
    this.browser.change({ ...NO_FILTERS, by: 'id', typed: String(id) });
    this.pick(id);
  }

  async setTrial(text: string): Promise<void> {
    const trial = ++this.#trial;
    void this.training.setTrial(text);
    if (text === '') {
      this.beside = null;
      return;
    }
    const { pieces } = this.#subjects.a;
    try {
      const { tokens } = await this.#client.textCut('a', text, ['tokens']);
      if (!tokens || trial !== this.#trial) return;
      const known = await pieces.all(tokens.ids);
      if (trial !== this.#trial) return;
      this.beside = joinPieces(tokens.ids.map((id) => known.get(id) ?? { id, bytes: '', special: true }));
    } catch {
      // The row of the learned vocabulary stands alone then.
      if (trial === this.#trial) this.beside = null;
    }
  }

  /** What was learned so far, in the browser. */
  async browseLearned(): Promise<void> {
    if ((await this.training.use()) === null) return;
    await this.#subjects.trained.refresh();
    this.open('browse');
    this.place = 'trained';
    this.follow();
    // All of what was learned, not what was looked for in another vocabulary.
    if (isFiltered(this.browser.filters)) this.browser.clear();
  }
}
