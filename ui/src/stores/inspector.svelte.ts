/** The token inspector: which of its tabs is open, and the text that all of them are about. */
import type { LensStore } from './lens.svelte';
import type { NavStore } from './nav.svelte';

export const INSPECTOR_TABS = ['cut', 'vocabulary', 'compare', 'read'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

/** What another view asks to have looked at here. */
export interface Look {
  text: string;
  /** The tab that is open without it. */
  tab?: InspectorTab;
  /** The stretch that is meant, `[start, end)` in UTF-8 bytes of the text. */
  bytes?: readonly [number, number];
}

export class InspectorStore {
  tab = $state<InspectorTab>('cut');
  /** One text for every tab: it is cut, compared and read. */
  text = $state('');
  /** The stretch that was asked for, until the text changes. */
  wanted = $state.raw<readonly [number, number] | null>(null);
  /** Grows with every look: a view that is open already turns to what is wanted. */
  looks = $state(0);

  /** The id that the vocabulary is asked to show, until it has shown it. */
  entry = $state<number | null>(null);

  readonly #nav: NavStore;
  readonly #lens: LensStore;

  constructor(nav: NavStore, lens: LensStore) {
    this.#nav = nav;
    this.#lens = lens;
  }

  open(tab: InspectorTab): void {
    if (tab === this.tab) return;
    this.#lens.clear();
    this.tab = tab;
  }

  /** A tab, from any view. */
  visit(tab: InspectorTab): void {
    this.open(tab);
    this.#nav.go('tokens');
  }

  /** Shows an entry of the vocabulary at place a. */
  findEntry(id: number): void {
    this.entry = id;
    this.visit('vocabulary');
  }

  /** Half a pair of UTF-16, as a cut in the middle of an emoji leaves it, is no text that could be sent. */
  setText(text: string): void {
    this.text = text.toWellFormed();
    this.wanted = null;
  }

  /** "Look at this in the inspector": goes there with a text, from any view. */
  look({ text, tab, bytes }: Look): void {
    this.#lens.clear();
    this.text = text.toWellFormed();
    this.wanted = bytes ?? null;
    if (tab) this.tab = tab;
    this.looks += 1;
    this.#nav.go('tokens');
  }
}
