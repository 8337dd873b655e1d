/** The word of a text that is most worth a close look: the one that is cut into the most tokens. */
import { partAt, rangeOf, textOfPart, tokensIn, type CutView } from '../../../tokens/cut-view';

/** Words from the beginning of the text. */
const LOOKED_AT = 120;
const WORD = /^[\p{L}\p{N}\p{M}]+$/u;

export function wordOfText(view: CutView): string | null {
  const { words, tokens, text } = view;
  let best: { word: string; tokens: number } | null = null;
  for (let at = 0; at < Math.min(LOOKED_AT, words.length); at += 1) {
    const word = textOfPart(text, words, at);
    if (!WORD.test(word) || word.length > 60) continue;
    const [from, to] = rangeOf(words, at);
    let count = 0;
    for (let group = partAt(tokens.ends, from); group >= 0 && group < tokens.ends.length; group += 1) {
      if (rangeOf(tokens.ends, group)[0] >= to) break;
      count += tokensIn(tokens, group);
    }
    const better = !best || count > best.tokens || (count === best.tokens && word.length > best.word.length);
    if (better) best = { word: ` ${word}`.slice(spaced(view, from) ? 0 : 1), tokens: count };
  }
  return best?.word ?? null;
}

/** Does its first token hold the space before it? */
function spaced({ text, tokens }: CutView, from: number): boolean {
  const group = partAt(tokens.ends, from);
  const start = group < 0 ? from : rangeOf(tokens.ends, group)[0];
  return start === from - 1 && text[start] === ' ';
}
