/**
 * Byte pair encoding as it is trained and applied: words by GPT-2's rule, the most frequent pair of neighbours first,
 * of equal ones that with the smaller ids. Small and slow, for texts of a few pages.
 */
import { hexOf } from '../tokenizer';

const WORDS = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const encoder = new TextEncoder();

export interface Merge {
  left: number;
  right: number;
  id: number;
  /** How often the pair stood there. */
  count: number;
  /** Length of the text in tokens afterwards. */
  tokens: number;
}

interface Word {
  ids: number[];
  times: number;
}

export class Trainer {
  readonly merges: Merge[] = [];
  /** In hex, by id; the first 256 are the bytes. */
  readonly pieces: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  readonly #words: Word[];
  readonly wordCount: number;
  #tokens = 0;

  constructor(text: string) {
    const counts = new Map<string, number>();
    let words = 0;
    for (const [word] of text.matchAll(WORDS)) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      words += 1;
    }
    this.wordCount = words;
    this.#words = [...counts].map(([word, times]) => ({ ids: [...encoder.encode(word)], times }));
    this.#tokens = this.#words.reduce((sum, { ids, times }) => sum + ids.length * times, 0);
  }

  get tokens(): number {
    return this.#tokens;
  }

  get distinctWords(): number {
    return this.#words.length;
  }

  /** The next round; null where no pair stands there twice. */
  next(): Merge | null {
    const pairs = new Map<number, number>();
    for (const { ids, times } of this.#words) {
      for (let at = 0; at + 1 < ids.length; at += 1) {
        const key = (ids[at] ?? 0) * 65536 + (ids[at + 1] ?? 0);
        pairs.set(key, (pairs.get(key) ?? 0) + times);
      }
    }
    let [best, count] = [-1, 1];
    for (const [key, times] of pairs) {
      if (times > count || (times === count && best >= 0 && key < best)) [best, count] = [key, times];
    }
    if (best < 0) return null;
    const [left, right, id] = [Math.floor(best / 65536), best % 65536, this.pieces.length];
    this.pieces.push((this.pieces[left] ?? '') + (this.pieces[right] ?? ''));
    for (const word of this.#words) {
      const before = word.ids.length;
      word.ids = joined(word.ids, left, right, id);
      this.#tokens -= (before - word.ids.length) * word.times;
    }
    const merge = { left, right, id, count, tokens: this.#tokens };
    this.merges.push(merge);
    return merge;
  }

  /** The ids of a text after the first `merges` rounds. */
  cut(text: string, merges: number): number[] {
    const rules = this.merges.slice(0, merges);
    const known = new Map<string, number[]>();
    return [...text.matchAll(WORDS)].flatMap(([word]) => {
      let ids = known.get(word);
      if (!ids) {
        ids = rules.reduce(
          (ids, { left, right, id }) => joined(ids, left, right, id),
          [...encoder.encode(word)],
        );
        known.set(word, ids);
      }
      return ids;
    });
  }
}

function joined(ids: readonly number[], left: number, right: number, id: number): number[] {
  const result: number[] = [];
  for (let at = 0; at < ids.length; at += 1) {
    const one = ids[at] ?? 0;
    if (one === left && ids[at + 1] === right) {
      result.push(id);
      at += 1;
    } else result.push(one);
  }
  return result;
}

/** Tokens and bytes that belong together: those of a character that is split over several tokens stay in one group. */
export function groupsOf(text: string, lengths: readonly number[]): { tokens: number[]; bytes: number[] } {
  const ends = new Set<number>([0]);
  let end = 0;
  for (const character of text) ends.add((end += hexOf(character).length / 2));
  const groups: { tokens: number[]; bytes: number[] } = { tokens: [], bytes: [] };
  let [at, tokens, bytes] = [0, 0, 0];
  for (const length of lengths) {
    at += length;
    tokens += 1;
    bytes += length;
    if (!ends.has(at)) continue;
    groups.tokens.push(tokens);
    groups.bytes.push(bytes);
    [tokens, bytes] = [0, 0];
  }
  return groups;
}
