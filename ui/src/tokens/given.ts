/** Which pieces of an answer a person wrote: they are told apart from what the model wrote. */
import type { TokenRecord } from '../client/bindings/TokenRecord';
import type { Piece } from './pieces';

/** Pieces from one index up to another, which is not of them. */
export interface Run {
  from: number;
  to: number;
}

const NONE: Run = { from: 0, to: 0 };

/** The beginning that was given with the question. */
export function givenRun(pieces: readonly Piece<TokenRecord>[]): Run {
  const first = pieces.findIndex((piece) => !isGiven(piece));
  const to = first < 0 ? pieces.length : first;
  return to === 0 ? NONE : { from: 0, to };
}

/** What was typed in at a fork: from the token with index `at` as long as tokens were chosen. */
export function typedRun(pieces: readonly Piece<TokenRecord>[], at: number | null): Run {
  if (at === null) return NONE;
  const from = pieces.findIndex((piece) => piece.start >= at);
  if (from < 0) return NONE;
  const end = pieces.findIndex(
    (piece, index) => index >= from && !piece.tokens.every((token) => token.origin === 'chosen'),
  );
  return { from, to: end < 0 ? pieces.length : end };
}

function isGiven(piece: Piece<TokenRecord>): boolean {
  return piece.tokens.every((token) => token.origin === 'forced');
}

export function inRun(index: number, run: Run): boolean {
  return index >= run.from && index < run.to;
}
