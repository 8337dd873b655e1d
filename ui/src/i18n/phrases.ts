/**
 * Where a Chinese sentence may break: between its words. A web view breaks between any two characters, and knows no
 * `word-break: auto-phrase` for Chinese; in a narrow column that tears words apart.
 */

/** Never at the beginning of a line by itself: it leans on the word before it. */
const LEANS = /^(?:[的地得了着过吗呢吧啊们里上下中后前时]|[^\p{L}\p{N}「『“‘（《【<÷≈+([{]+)$/u;
/** Belongs to what follows it. */
const OPENS = /[「『“‘（《【([{<÷≈+]$/u;
/** A number goes with what it counts. */
const NUMBER = /\d\s?$/;
const HAN = /\p{Script=Han}/u;
/** Words of the field, which dictionaries do not know. */
const TERMS = /词元|词表|首选|采样|候选|概率|随机数|种子|惩罚|上下文|提示词|模板|量化|词缀|存档|时间线/g;

let segmenter: Intl.Segmenter | null | undefined;

function words(): Intl.Segmenter | null {
  if (segmenter === undefined)
    segmenter = 'Segmenter' in Intl ? new Intl.Segmenter('zh', { granularity: 'word' }) : null;
  return segmenter;
}

/** The text in pieces that stay whole; joined they are the text. A text without Chinese is one piece: it has spaces. */
export function phrases(text: string): readonly string[] {
  const cut = HAN.test(text) ? words() : null;
  if (!cut) return [text];
  const pieces: string[] = [];
  const terms = [...text.matchAll(TERMS)].map(({ index, 0: term }) => [index, index + term.length] as const);
  const inTerm = (place: number): boolean => terms.some(([start, end]) => start < place && place < end);
  for (const { segment, index } of cut.segment(text)) {
    const last = pieces.at(-1);
    const together =
      last !== undefined &&
      (inTerm(index) ||
        LEANS.test(segment) ||
        OPENS.test(last) ||
        (NUMBER.test(last) && HAN.test(segment)) ||
        !(HAN.test(segment) || HAN.test(last.slice(-1))));
    if (together) pieces[pieces.length - 1] = last + segment;
    else pieces.push(segment);
  }
  return pieces;
}
