/** Guess the cut first: where the reader would cut a text, against where the tokenizer does. */
import { SvelteSet } from 'svelte/reactivity';

export class GuessStore {
  /** Places in the string before which the reader cuts. */
  readonly cuts = new SvelteSet<number>();
  shown = $state(false);

  /** Another text, or another tokenizer. */
  reset(): void {
    this.cuts.clear();
    this.shown = false;
  }

  toggle(index: number): void {
    if (this.shown) return;
    if (!this.cuts.delete(index)) this.cuts.add(index);
  }
}
