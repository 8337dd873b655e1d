/**
 * TeX in Markdown, as models write it: `$x$`, `\(x\)` in a line, `$$x$$`, `\[x\]` set apart. A dollar sign is
 * money unless what it encloses touches both signs and no digit follows (the rule that Pandoc has).
 */
import type { TokenizerAndRendererExtension, Tokens } from 'marked';

export interface MathToken extends Tokens.Generic {
  type: 'math';
  /** The TeX source without its marks. */
  text: string;
  /** Set apart, on a line of its own. */
  display: boolean;
}

const BLOCK = /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]) *(?:\n+|$)/;
const BLOCK_START = /(?:^|\n) {0,3}(?:\$\$|\\\[)/;
const INLINE =
  /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|\$(?![\s$])((?:\\[\s\S]|[^$\\\n])*?[^\s\\$]|[^\s\\$])\$(?!\d))/;

function token(raw: string, text: string, display: boolean): MathToken {
  return { type: 'math', raw, text: text.trim(), display };
}

export const blockMath: TokenizerAndRendererExtension = {
  name: 'math',
  level: 'block',
  start: (source) => BLOCK_START.exec(source)?.index,
  tokenizer(source) {
    const found = BLOCK.exec(source);
    return found ? token(found[0], found[1] ?? found[2] ?? '', true) : undefined;
  },
};

export const inlineMath: TokenizerAndRendererExtension = {
  name: 'math',
  level: 'inline',
  start(source) {
    const at = source.search(/\$|\\[([]/);
    return at < 0 ? undefined : at;
  },
  tokenizer(source) {
    const found = INLINE.exec(source);
    if (!found) return undefined;
    const display = found[1] ?? found[2];
    return token(found[0], display ?? found[3] ?? found[4] ?? '', display !== undefined);
  },
};

/** Closes a formula that is set apart and still being written. */
export function closeMath(text: string): string {
  const opened = text.lastIndexOf('\\[');
  return opened >= 0 && text.indexOf('\\]', opened) < 0 ? `${text.trimEnd()}\\]` : text;
}
