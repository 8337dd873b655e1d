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
    const alone =
      at >= 0 && /(^|\n)\s*$/.test(text.slice(0, at)) && /^\s*(\n|$)/.test(text.slice(at + close.length));
    if (alone) return split(text, 0, at, close);
  }
  return { thoughts: null, thinking: false, thoughtsEnd: 0, answer: text };
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
