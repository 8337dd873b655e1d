/** Which language a screen reader speaks a text in, and which fonts a web view takes for it, as far as its script tells. */

/** Looked at; what comes later is seldom of another language, and a long text is not read through with every token. */
const LOOKED_AT = 400;
/** This share of the letters has to be of the script. */
const MOST = 0.5;

/**
 * A language tag, or nothing where the script does not tell: Latin and Cyrillic letters are those of many languages. Kana
 * tell Japanese also between many Han characters.
 */
export function languageOf(text: string): 'zh' | 'ja' | 'ko' | undefined {
  const looked = text.slice(0, LOOKED_AT);
  const count = (script: RegExp): number => looked.match(script)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters === 0) return undefined;
  const [han, kana, hangul] = [
    count(/\p{Script=Han}/gu),
    count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu),
    count(/\p{Script=Hangul}/gu),
  ];
  if (hangul / letters >= MOST) return 'ko';
  // A Han character says as much as a word of letters.
  if ((han + kana) / letters < MOST / 2) return undefined;
  return kana / (han + kana) > 0.1 ? 'ja' : 'zh';
}
