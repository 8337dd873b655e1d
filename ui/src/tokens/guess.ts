/** The cut that a reader guesses, against the tokenizer's: where one can cut, and how many were found. */
import { rangeOf, type CutView } from './cut-view';

/** A guess is made of the beginning of a text: so many characters at most. */
export const GUESS_CHARACTERS = 80;

export interface GuessScore {
  /** Cuts that both made. */
  found: number;
  /** Cuts of the tokenizer. */
  wanted: number;
  /** Cuts that the tokenizer does not make. */
  more: number;
}

/** The characters that are guessed at: `[start, end)` in the string. */
export function guessedCharacters(view: CutView): (readonly [number, number])[] {
  const count = Math.min(GUESS_CHARACTERS, view.characters.length);
  return Array.from({ length: count }, (_, at) => rangeOf(view.characters, at));
}

/** Where the tokenizer cuts between them; a cut within a character is none that one could set. */
export function cutsOf(view: CutView): Set<number> {
  const places = new Set(
    guessedCharacters(view)
      .slice(1)
      .map(([start]) => start),
  );
  return new Set([...view.tokens.ends].filter((end) => places.has(end)));
}

export function scoreOf(guessed: ReadonlySet<number>, cuts: ReadonlySet<number>): GuessScore {
  const found = [...guessed].filter((one) => cuts.has(one)).length;
  return { found, wanted: cuts.size, more: guessed.size - found };
}
