/**
 * What is told to a screen reader, besides what it finds by itself: the answer sentence by sentence, how it ended, how
 * far a load is. One place that is always there, as a region that comes together with its words is often not read.
 */

export interface Announcement {
  id: number;
  text: string;
}

/** As many stay in the page, so that a reader that comes late to one finds it. */
const KEPT = 3;
/** After so long (ms) they are read, and nobody who goes through the page shall meet them a second time. */
const READ_MS = 15_000;

export class AnnouncerStore {
  said = $state.raw<readonly Announcement[]>([]);
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Read out when the reader has ended what it reads now. Nothing empty is. */
  say(text: string): void {
    if (text === '') return;
    this.said = [...this.said.slice(1 - KEPT), { id: this.#next++, text }];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.said = []), READ_MS);
  }
}
