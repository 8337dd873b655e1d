/**
 * Reasoning models write their thoughts into the answer, between marks of their own. Told apart here, so that the
 * thoughts can be folded: only at the beginning of an answer, since anywhere else the marks are just text.
 */
import type { TokenRecord } from '../../client/bindings/TokenRecord';
import type { Piece } from '../../tokens/pieces';

export interface Reply {
  /** `null` where the model did not think aloud. */
  thoughts: string | null;
  /** The thoughts have no end yet. */
  thinking: boolean;
  /** Where they end in the text, in UTF-16 units, the closing mark included. */
  thoughtsEnd: number;
  answer: string;
}

const MARKS: readonly (readonly [string, string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['[THINK]', '[/THINK]'],
];

export function splitReply(text: string): Reply {
  const start = text.length - text.trimStart().length;
  for (const [open, close] of MARKS) {
    if (text.startsWith(open, start))
      return split(text, start + open.length, text.indexOf(close, start), close);
  }
  // Some templates write the opening mark into the prompt: then only the closing one is the model's.
  for (const [, close] of MARKS) {
    const at = text.indexOf(close);
    if (at >= 0 && standsAlone(text, at, close)) return split(text, 0, at, close);
  }
  return { thoughts: null, thinking: false, thoughtsEnd: 0, answer: text };
}

/** Is the mark at `at` by itself in its line? */
function standsAlone(text: string, at: number, close: string): boolean {
  return /(^|\n)\s*$/.test(text.slice(0, at)) && /^\s*(\n|$)/.test(text.slice(at + close.length));
}

function split(text: string, from: number, to: number, close: string): Reply {
  if (to < 0) {
    return { thoughts: text.slice(from).trim(), thinking: true, thoughtsEnd: text.length, answer: '' };
  }
  const end = to + close.length;
  return {
    thoughts: text.slice(from, to).trim(),
    thinking: false,
    thoughtsEnd: end,
    answer: text.slice(end).trimStart(),
  };
}

/** Where the thoughts of a reply stand, for who draws its tokens. */
export interface ThoughtSpan {
  /** They have no end yet. */
  thinking: boolean;
  /** Where they end in the text, in UTF-16 units; where it ends, while they go on. */
  end: number;
}

/**
 * What `splitReply` says of a text that grows. What was looked through once is not looked through again: a batch of
 * tokens costs what the batch is long.
 */
export class ThoughtFinder {
  /** The mark that opened the text, once there is one. */
  #opened: { from: number; close: string } | null = null;
  /** It can't begin with a mark any more. */
  #plain = false;
  /** Where a closing mark was found first, by mark; -1 for not yet. */
  readonly #closed = MARKS.map(() => -1);
  /** So much of the text has been looked through. */
  #seen = 0;

  /** `text` is the text of the last call, and more. `null`: the model did not think aloud. */
  update(text: string): ThoughtSpan | null {
    if (!this.#opened && !this.#plain) this.#begin(text);
    for (const [place, [, close]] of MARKS.entries()) {
      if ((this.#closed[place] ?? -1) < 0 && (!this.#opened || this.#opened.close === close)) {
        this.#closed[place] = text.indexOf(close, Math.max(0, this.#seen - close.length + 1));
      }
    }
    this.#seen = text.length;
    return this.#opened ? this.#afterOpening(text, this.#opened) : this.#alone(text);
  }

  #begin(text: string): void {
    const start = text.length - text.trimStart().length;
    for (const [open, close] of MARKS) {
      if (text.startsWith(open, start)) this.#opened = { from: start + open.length, close };
      if (this.#opened) return;
    }
    const rest = text.slice(start);
    this.#plain = rest !== '' && !MARKS.some(([open]) => open.startsWith(rest));
  }

  #afterOpening(text: string, { from, close }: { from: number; close: string }): ThoughtSpan | null {
    const at = this.#closed[MARKS.findIndex((mark) => mark[1] === close)] ?? -1;
    const [to, end] = at < 0 ? [text.length, text.length] : [at, at + close.length];
    // Thoughts of white space are none. Looked at from their beginning, where the first letter ends it.
    return /\S/.test(text.slice(from, Math.min(to, from + BLANK))) || text.slice(from, to).trim() !== ''
      ? { thinking: at < 0, end }
      : null;
  }

  /** Some templates write the opening mark into the prompt: then only the closing one is the model's. */
  #alone(text: string): ThoughtSpan | null {
    for (const [place, [, close]] of MARKS.entries()) {
      const at = this.#closed[place] ?? -1;
      if (at < 0 || !standsAlone(text, at, close)) continue;
      return text.slice(0, at).trim() === '' ? null : { thinking: false, end: at + close.length };
    }
    return null;
  }
}

/** Most thoughts begin within so many characters. */
const BLANK = 64;

/** What the thoughts took: tokens, and milliseconds of computing. */
export interface ThoughtCost {
  tokens: number;
  ms: number;
}

/** The cost of the text up to `end`, in UTF-16 units. */
export function costOf(pieces: readonly Piece<TokenRecord>[], end: number): ThoughtCost {
  let written = 0;
  let micros = 0;
  let tokens = 0;
  for (const piece of pieces) {
    for (const record of piece.tokens) {
      if (written >= end) return { tokens, ms: micros / 1000 };
      written += record.text.length;
      // The first token's time is the prompt's.
      if (tokens > 0) micros += record.micros;
      tokens += 1;
    }
  }
  return { tokens, ms: micros / 1000 };
}
