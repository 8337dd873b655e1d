/**
 * A cut text in the form in which it is drawn. Rows cross as lengths in bytes of UTF-8; here they are ends in the
 * JavaScript string, in typed arrays: a megabyte of text has hundreds of thousands of them.
 */
import type { TextCut } from '../client/bindings/TextCut';
import type { TokenCut } from '../client/bindings/TokenCut';
import { hexToText, spacedHex } from './bytes';
import { allInvisible } from './invisible';
import { visibleText } from './pieces';

/** Any row: where its parts end in the string, one after the other from 0. */
export type Ends = Uint32Array;

/** Tokens in groups: the ones that share characters are together, in order. */
export interface TokenRow {
  ids: readonly number[];
  /** By group. */
  ends: Ends;
  /** By group: the bytes of the text before its end. */
  byteEnds: Uint32Array;
  /** By group: the place of its first token; one more for the end. */
  first: Uint32Array;
  /** Places of control tokens. */
  special: ReadonlySet<number>;
}

export interface CutView {
  text: string;
  bytes: number;
  characters: Ends;
  words: Ends;
  /** Those of the words that hold a letter, a digit or a character. */
  wordCount: number;
  tokens: TokenRow;
  /** The stretch of the string that a template was put around; all of it where none was. */
  content: readonly [number, number];
}

/**
 * `token`: one for a stretch of text. `joined`: several that share characters. `special`: a control token. `mark`: a
 * token that stands for nothing of the text. `dropped`: text that no token stands for.
 */
export type GroupKind = 'token' | 'joined' | 'special' | 'mark' | 'dropped';

/** Lengths in bytes, added up to ends in the string. */
export function endsInString(text: string, lengths: readonly number[], bytes: number): Ends {
  const ends = new Uint32Array(lengths.length);
  if (bytes === text.length) {
    // One byte a character: nothing to count.
    let end = 0;
    for (let at = 0; at < lengths.length; at += 1) ends[at] = end += lengths[at] ?? 0;
    return ends;
  }
  let index = 0;
  let seen = 0;
  let wanted = 0;
  for (let at = 0; at < lengths.length; at += 1) {
    wanted += lengths[at] ?? 0;
    while (seen < wanted && index < text.length) {
      const code = text.charCodeAt(index);
      if (code < 0x80) {
        seen += 1;
        index += 1;
      } else if (code < 0x800) {
        seen += 2;
        index += 1;
      } else if (code >= 0xd800 && code < 0xdc00) {
        seen += 4;
        index += 2;
      } else {
        seen += 3;
        index += 1;
      }
    }
    ends[at] = index;
  }
  return ends;
}

export function tokenRow(text: string, cut: TokenCut, bytes: number): TokenRow {
  const { tokens, bytes: lengths } = cut.groups;
  const first = new Uint32Array(tokens.length + 1);
  const byteEnds = new Uint32Array(lengths.length);
  let end = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    first[at + 1] = (first[at] ?? 0) + (tokens[at] ?? 0);
    byteEnds[at] = end += lengths[at] ?? 0;
  }
  return {
    ids: cut.ids,
    ends: endsInString(text, lengths, bytes),
    byteEnds,
    first,
    special: new Set(cut.special),
  };
}

export function cutView(text: string, cut: TextCut, tokens: TokenCut): CutView {
  const { bytes } = cut;
  return {
    text,
    bytes,
    characters: endsInString(text, cut.characters ?? [], bytes),
    words: endsInString(text, cut.words ?? [], bytes),
    wordCount: cut.word_count ?? 0,
    tokens: tokenRow(text, tokens, bytes),
    content: [0, text.length],
  };
}

/** The part with this index: `[start, end)` in the string. */
export function rangeOf(ends: Ends, index: number): readonly [number, number] {
  return [index > 0 ? (ends[index - 1] ?? 0) : 0, ends[index] ?? 0];
}

export function byteRangeOf(row: TokenRow, group: number): readonly [number, number] {
  return rangeOf(row.byteEnds, group);
}

/** The part in which this place of the string lies; -1 behind the last. */
export function partAt(ends: Ends, index: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low < ends.length ? low : -1;
}

/** The first part that begins here or behind. */
export function firstPartFrom(ends: Ends, index: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rangeOf(ends, middle)[0] < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many tokens a group has. */
export function tokensIn(row: TokenRow, group: number): number {
  return (row.first[group + 1] ?? 0) - (row.first[group] ?? 0);
}

export function idsIn(row: TokenRow, group: number): readonly number[] {
  return row.ids.slice(row.first[group] ?? 0, row.first[group + 1] ?? 0);
}

/** The group of the token in this place. */
export function groupOfToken(row: TokenRow, token: number): number {
  let [low, high] = [0, row.ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((row.first[middle + 1] ?? 0) <= token) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function kindOf(row: TokenRow, group: number): GroupKind {
  const count = tokensIn(row, group);
  if (count === 0) return 'dropped';
  if (count > 1) return 'joined';
  if (row.special.has(row.first[group] ?? 0)) return 'special';
  const [start, end] = byteRangeOf(row, group);
  return start === end ? 'mark' : 'token';
}

export function textOfPart(text: string, ends: Ends, index: number): string {
  return text.slice(...rangeOf(ends, index));
}

/** A text as a chip shows it: white space and what has no ink are named. */
export function drawn(text: string): string {
  return visibleText(text);
}

/** Has it something that can be seen, or is it only named? */
export function isNamed(text: string): boolean {
  return allInvisible(text) !== null;
}

/** Bytes as a chip shows them: as text where they are whole characters, in hex where not. */
export function drawnBytes(hex: string): string {
  const text = hexToText(hex);
  return text === null || text === '' ? spacedHex(hex) : drawn(text);
}

const encoder = new TextEncoder();

/** The bytes of a text in hex. */
export function hexOfText(text: string): string {
  let hex = '';
  for (const byte of encoder.encode(text)) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** A place in UTF-8 bytes as a place in the string. */
export function indexOfByte(text: string, byte: number): number {
  return endsInString(text, [byte], -1)[0] ?? 0;
}
