/** Sentences of a text that is still being written: what a screen reader is given, so that it is not given every token. */

/**
 * Where a sentence may end. A Chinese mark ends it by itself; a Latin one only before a space, or 3.14 and file names
 * would be cut. Quotes and brackets that close behind it belong to it. A line ends one too: titles, items of a list, code.
 */
const END = /(?:[。！？…]+[”’」』）)\]]*|[.!?]+["'”’)\]]*(?=\s)|\n)/gu;

/** Gives each part of a growing text once. What was looked through is not looked through again. */
export class Sentences {
  #taken: number;

  /** `from`: what is before it (UTF-16 units) was there already. */
  constructor(from = 0) {
    this.#taken = from;
  }

  /** The sentences that became whole since the last call, as one text; empty where none did. */
  whole(text: string): string {
    const rest = text.slice(this.#taken);
    let end = 0;
    for (const found of rest.matchAll(END)) end = found.index + found[0].length;
    return this.#take(rest, end);
  }

  /** All that was not given yet: nothing comes after it. */
  rest(text: string): string {
    const rest = text.slice(this.#taken);
    return this.#take(rest, rest.length);
  }

  /** What is before `end` is not given: thoughts. */
  skip(end: number): void {
    this.#taken = Math.max(this.#taken, end);
  }

  #take(rest: string, end: number): string {
    this.#taken += end;
    return rest.slice(0, end).trim();
  }
}
