/**
 * The tab "Cut" of the inspector: the text as it is cut by the tokenizer at place a, by itself or as a message, and
 * what is lit of it. One question at a time, the newest last.
 */
import type { TextToken } from '../client/bindings/TextToken';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import {
  byteLength,
  byteRangeOf,
  cutView,
  idsIn,
  indexOfByte,
  partAt,
  rangeOf,
  type CutView,
} from '../tokens/cut-view';
import { hexToText } from '../tokens/bytes';
import { stretchesOf, type Piece } from '../tokens/pieces';
import { GuessStore } from './inspector-guess.svelte';
import { IdsStore } from './inspector-ids.svelte';
import { WordStore } from './inspector-word.svelte';
import type { InspectorStore } from './inspector.svelte';
import type { LensStore } from './lens.svelte';
import { Newest } from './newest';
import type { SubjectsStore } from './subjects.svelte';

/** The text as it stands, or through the chat template. */
export type CutForm = 'text' | 'message';
/** What stands below each token. */
export type BelowToken = 'ids' | 'bytes' | 'nothing';
export const BELOW_TOKEN: readonly BelowToken[] = ['ids', 'bytes', 'nothing'];
export type CutSection = 'guess' | 'steps' | 'guises' | 'ids';

/** A longer text is cut after a pause: every answer takes a moment of the window's time. */
const LONG = 60_000;
const PAUSE_MS = 180;
/** An overtaken cut is drawn at most so often. */
const STALE_MS = 100;

interface Wanted {
  text: string;
  key: string;
  form: CutForm;
}

export class CutTabStore {
  form = $state<CutForm>('text');
  below = $state<BelowToken>('ids');
  /** The newest cut; the text in the box may be ahead of it. */
  view = $state.raw<CutView | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** What is lit everywhere: a stretch of the cut text. */
  lit = $state.raw<readonly [number, number] | null>(null);
  /** The group of tokens that keys reach. */
  current = $state(0);
  /** Grows with every wish to see `current`. */
  reveals = $state(0);
  /** Which of the sections below are unfolded. */
  readonly open = $state<Record<CutSection, boolean>>({
    guess: false,
    steps: true,
    guises: false,
    ids: false,
  });
  /** The section that is to come into sight, until it has. */
  wished = $state<CutSection | null>(null);
  readonly word: WordStore;
  readonly ids: IdsStore;
  readonly guess = new GuessStore();

  readonly #client: Client;
  readonly #inspector: InspectorStore;
  readonly #subjects: SubjectsStore;
  readonly #lens: LensStore;
  #shownAt = 0;
  readonly #questions = new Newest<Wanted>((wanted) => this.#cut(wanted));

  constructor(client: Client, inspector: InspectorStore, subjects: SubjectsStore, lens: LensStore) {
    this.#client = client;
    this.#inspector = inspector;
    this.#subjects = subjects;
    this.#lens = lens;
    this.word = new WordStore(client);
    this.ids = new IdsStore(client);
  }

  /** What is to be cut now, by the tokenizer with this key. */
  want(text: string, key: string | null, form: CutForm): void {
    if (text === '' || key === null) {
      this.#questions.drop();
      this.#show(null);
      this.error = null;
      return;
    }
    this.#questions.ask({ text, key, form }, text.length > LONG ? PAUSE_MS : 0);
  }

  async #cut({ text, key, form }: Wanted): Promise<void> {
    try {
      const view = form === 'message' ? await this.#message(text) : await this.#plain(text);
      const stands = this.#inspector.text !== '' && this.#subjects.a.key === key && this.form === form;
      if (!stands) return;
      // While keys come quickly an answer that is overtaken already is drawn now and then, to show that it goes on.
      if (this.#questions.overtaken && performance.now() - this.#shownAt < STALE_MS) return;
      this.#show(view);
      this.error = null;
    } catch (thrown) {
      if (this.#questions.overtaken) return;
      this.error = toShownError(thrown);
      this.#show(null);
    }
  }

  async #plain(text: string): Promise<CutView> {
    const cut = await this.#client.textCut('a', text, ['words', 'characters', 'tokens']);
    if (!cut.tokens) throw new Error('no tokens were sent');
    return cutView(text, cut, cut.tokens);
  }

  async #message(text: string): Promise<CutView> {
    const { text: whole, content, cut } = await this.#client.textAsMessage('a', text);
    const rows = await this.#client.textCut('a', whole, ['words', 'characters']);
    const [from, to] = content ?? [0, byteLength(whole)];
    return { ...cutView(whole, rows, cut), content: [indexOfByte(whole, from), indexOfByte(whole, to)] };
  }

  #show(view: CutView | null): void {
    this.#shownAt = performance.now();
    this.view = view;
    this.lit = null;
    if (view === null) return;
    this.current = Math.min(this.current, Math.max(0, view.tokens.ends.length - 1));
    this.#turnToWanted(view);
  }

  /** What another view asked to have looked at. */
  #turnToWanted(view: CutView): void {
    const { wanted, text } = this.#inspector;
    if (!wanted || view.text !== text) return;
    this.#inspector.wanted = null;
    const group = partAt(view.tokens.byteEnds, wanted[0]);
    if (group >= 0) void this.pin(group);
  }

  light(range: readonly [number, number] | null): void {
    this.lit = range;
  }

  lightGroup(group: number): void {
    this.lit = this.view && group >= 0 ? rangeOf(this.view.tokens.ends, group) : null;
  }

  /** Shows a group of tokens in the lens, and where it stands. */
  async pin(group: number): Promise<void> {
    const view = this.view;
    const piece = await this.#piece(group);
    if (!piece || view !== this.view) return;
    this.current = group;
    this.lightGroup(group);
    this.reveals += 1;
    this.#lens.show({ kind: 'text', piece, at: 0, place: 'a', group });
  }

  /** How the word in which a group lies is cut: goes to the steps. */
  explain(group: number): void {
    const text = this.wordAt(group);
    if (text === '') return;
    this.word.take(text);
    this.goTo('steps');
  }

  /** Unfolds a section and brings it into sight. */
  goTo(section: CutSection): void {
    this.open[section] = true;
    this.wished = section;
  }

  /** The word around a group, with the space that belongs to its first token. */
  wordAt(group: number): string {
    if (!this.view) return '';
    const { text, words, tokens } = this.view;
    const [start, end] = rangeOf(tokens.ends, group);
    const word = partAt(words, Math.max(start, end - 1));
    if (word < 0) return text.slice(start, end);
    const [from, to] = rangeOf(words, word);
    const first = partAt(tokens.ends, Math.min(start, from));
    const last = partAt(tokens.ends, Math.max(end, to) - 1);
    return text.slice(
      first < 0 ? from : rangeOf(tokens.ends, first)[0],
      last < 0 ? to : rangeOf(tokens.ends, last)[1],
    );
  }

  /** The tokens of a group as the lens tells them. */
  async #piece(group: number): Promise<Piece<TextToken> | null> {
    const view = this.view;
    if (!view) return null;
    const { tokens: row } = view;
    const ids = idsIn(row, group);
    if (ids.length === 0) return null;
    const known = await this.#subjects.a.pieces.all(ids);
    const first = row.first[group] ?? 0;
    const [from, to] = byteRangeOf(row, group);
    const bytes = ids.map((id) => known.get(id)?.bytes ?? '');
    // Where the tokens spell the text byte by byte, each has its own place; else they share the group's.
    const spelled = bytes.join('').length / 2 === to - from;
    let at = from;
    const tokens = ids.map((id, place): TextToken => {
      const length = (bytes[place] ?? '').length / 2;
      const [start, end] = spelled ? [at, at + length] : [from, to];
      at += length;
      return { id, bytes: bytes[place] ?? '', start, end, special: row.special.has(first + place) };
    });
    const text =
      spelled && from < to ? hexToText(bytes.join('')) : view.text.slice(...rangeOf(row.ends, group));
    return { index: group, start: first, tokens, text, stretches: text === null ? [] : stretchesOf(text) };
  }
}
