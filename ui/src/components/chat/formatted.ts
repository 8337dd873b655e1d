/**
 * Is a question written in Markdown? Most are plain words, in which a star or a number sign means itself; only fences,
 * `code` and **strong** words in pairs are signs that somebody meant them.
 */
const FENCE = /^ {0,3}(```|~~~)[^\n]*\n[\s\S]*^ {0,3}\1/m;
const STRONG = /\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*/;
const CODE = /(^|[^`])`[^`\n]+`(?!`)/;

export function isFormatted(text: string): boolean {
  return FENCE.test(text) || STRONG.test(text) || CODE.test(text);
}
