/**
 * Names for characters that cannot be seen: a token may be nothing but one of them. Abbreviations are Unicode's own
 * (NameAliases.txt); white space that is drawn with a mark of its own (space, tab, line end) is not meant.
 */
import type { MessageKey } from '../i18n/messages';

export interface Invisible {
  /** `ZWJ`, else `U+E0067`. */
  short: string;
  name: MessageKey;
}

const NAMED: Readonly<Record<number, Invisible>> = {
  0x00a0: { short: 'NBSP', name: 'invisible_nbsp' },
  0x00ad: { short: 'SHY', name: 'invisible_shy' },
  0x034f: { short: 'CGJ', name: 'invisible_cgj' },
  0x200b: { short: 'ZWSP', name: 'invisible_zwsp' },
  0x200c: { short: 'ZWNJ', name: 'invisible_zwnj' },
  0x200d: { short: 'ZWJ', name: 'invisible_zwj' },
  0x200e: { short: 'LRM', name: 'invisible_lrm' },
  0x200f: { short: 'RLM', name: 'invisible_rlm' },
  0x2028: { short: 'LSEP', name: 'invisible_line' },
  0x2029: { short: 'PSEP', name: 'invisible_paragraph' },
  0x202f: { short: 'NNBSP', name: 'invisible_nnbsp' },
  0x2060: { short: 'WJ', name: 'invisible_wj' },
  0x3000: { short: 'IDSP', name: 'invisible_idsp' },
  0xfe0e: { short: 'VS15', name: 'invisible_text_style' },
  0xfe0f: { short: 'VS16', name: 'invisible_emoji_style' },
  0xfeff: { short: 'BOM', name: 'invisible_bom' },
};

/** By what Unicode says a character is; the first that fits. */
const KINDS: readonly (readonly [RegExp, MessageKey])[] = [
  [/[\u{e0020}-\u{e007f}]/u, 'invisible_tag'],
  [/[\p{Variation_Selector}]/u, 'invisible_variant'],
  [/\p{Zs}/u, 'invisible_space'],
  [/\p{Cc}/u, 'invisible_control'],
  // Fillers have a width and no ink.
  [/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, 'invisible_format'],
];

function invisible(character: string): Invisible | null {
  if (character === ' ' || character === '\n' || character === '\r' || character === '\t') return null;
  const code = character.codePointAt(0) ?? 0;
  const named = NAMED[code];
  if (named) return named;
  const kind = KINDS.find(([pattern]) => pattern.test(character));
  return kind ? { short: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, name: kind[1] } : null;
}

/** The characters of a text that is nothing but such; `null` where anything of it can be seen. */
export function allInvisible(text: string): readonly Invisible[] | null {
  // Nearly every text begins with a letter: no need to look closer.
  const code = text.charCodeAt(0);
  if ((code > 0x20 && code < 0x7f) || (code >= 0x4e00 && code < 0xa000)) return null;
  const found: Invisible[] = [];
  for (const character of text) {
    const one = invisible(character);
    if (!one) return null;
    found.push(one);
  }
  return found.length > 0 ? found : null;
}

/** `ZWJ`, or `NBSP NBSP`. */
export function shortNames(characters: readonly Invisible[]): string {
  return characters.map((one) => one.short).join(' ');
}
