/** From tokens with their places to the compact form that crosses: which tokens and bytes belong together. */
import type { TokenCut } from '../../bindings/TokenCut';

/** A token and the bytes of the text that it stands for, `[start, end)`. */
export interface Span {
  id: number;
  start: number;
  end: number;
  special?: boolean;
}

const encoder = new TextEncoder();

/** Tokens in order; what none of them covers is a group without tokens, what shares a character is one group. */
export function tokenCut(text: string, spans: readonly Span[]): TokenCut {
  const raw = encoder.encode(text);
  const isBoundary = (at: number): boolean => at >= raw.length || ((raw[at] ?? 0) & 0xc0) !== 0x80;
  const groups: TokenCut['groups'] = { tokens: [], bytes: [] };
  const push = (tokens: number, bytes: number): void => {
    groups.tokens.push(tokens);
    groups.bytes.push(bytes);
  };
  let done = 0;
  for (let at = 0; at < spans.length; at += 1) {
    const first = spans[at];
    if (!first) break;
    if (first.start > done) push(0, first.start - done);
    let { end } = first;
    let count = 1;
    while (!isBoundary(end) && at + 1 < spans.length) {
      at += 1;
      count += 1;
      end = spans[at]?.end ?? end;
    }
    push(count, end - first.start);
    done = end;
  }
  if (done < raw.length) push(0, raw.length - done);
  return {
    ids: spans.map(({ id }) => id),
    groups,
    special: spans.flatMap(({ special }, at) => (special ? [at] : [])),
  };
}

/** Ends of groups in bytes, in order. */
export function ends({ groups }: TokenCut): number[] {
  let at = 0;
  return groups.bytes.map((length) => (at += length));
}

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Lengths in bytes of what a segmenter finds. */
export function segments(text: string, granularity: 'word' | 'grapheme'): { text: string; word: boolean }[] {
  return [...new Intl.Segmenter('zh', { granularity }).segment(text)].map((one) => ({
    text: one.segment,
    word: one.isWordLike ?? false,
  }));
}
