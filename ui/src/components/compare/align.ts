/**
 * Two answers laid against each other, token by token: where both took the same one they stand together, where they
 * part they stand one above the other. A longest common subsequence of token ids.
 */
import type { TokenRecord } from '../../client/bindings/TokenRecord';

export interface Pair {
  a: TokenRecord[];
  b: TokenRecord[];
  same: boolean;
}

/** The table of the middle part has at most this many cells; longer answers are told apart in one piece. */
const MOST_CELLS = 4_000_000;

/** Do both have the same vocabulary, as far as their tokens and alternatives tell? */
export function sameVocabulary(a: readonly TokenRecord[], b: readonly TokenRecord[]): boolean {
  const known = new Map<number, string>();
  for (const [id, bytes] of seen(a)) known.set(id, bytes);
  let shared = 0;
  for (const [id, bytes] of seen(b)) {
    const other = known.get(id);
    if (other === undefined) continue;
    if (other !== bytes) return false;
    shared += 1;
  }
  return shared >= 3;
}

function* seen(records: readonly TokenRecord[]): Iterable<readonly [number, string]> {
  for (const record of records) {
    if (!record.special) yield [record.id, record.bytes];
    for (const { id, bytes } of record.alternatives) if (bytes !== '') yield [id, bytes];
  }
}

export function align(a: readonly TokenRecord[], b: readonly TokenRecord[]): Pair[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start]?.id === b[start]?.id) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end)?.id === b.at(-1 - end)?.id)
    end += 1;

  const pairs: Pair[] = [];
  const put = (left: readonly TokenRecord[], right: readonly TokenRecord[], same: boolean): void => {
    const last = pairs.at(-1);
    if (!same && last && !last.same) {
      last.a.push(...left);
      last.b.push(...right);
    } else if (left.length + right.length > 0) {
      pairs.push({ a: [...left], b: [...right], same });
    }
  };
  for (let at = 0; at < start; at += 1) put(a.slice(at, at + 1), b.slice(at, at + 1), true);
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), put);
  for (let at = end; at > 0; at -= 1) {
    put(a.slice(a.length - at, a.length - at + 1), b.slice(b.length - at, b.length - at + 1), true);
  }
  return pairs;
}

type Put = (a: readonly TokenRecord[], b: readonly TokenRecord[], same: boolean) => void;

function middle(a: readonly TokenRecord[], b: readonly TokenRecord[], put: Put): void {
  const [rows, columns] = [a.length, b.length];
  if (rows * columns > MOST_CELLS) return put(a, b, false);
  // longest[i][j]: of a from i and b from j.
  const width = columns + 1;
  const longest = new Uint16Array((rows + 1) * width);
  const cell = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i]?.id === b[j]?.id ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[i]?.id === b[j]?.id) {
      put(a.slice(i, i + 1), b.slice(j, j + 1), true);
      i += 1;
      j += 1;
    } else if (i < rows && (j >= columns || cell(i + 1, j) >= cell(i, j + 1))) {
      put(a.slice(i, i + 1), [], false);
      i += 1;
    } else {
      put([], b.slice(j, j + 1), false);
      j += 1;
    }
  }
}

/** How many of both answers' tokens stand together, 0 to 1. */
export function agreement(pairs: readonly Pair[]): number {
  let [same, all] = [0, 0];
  for (const pair of pairs) {
    all += pair.a.length + pair.b.length;
    if (pair.same) same += 2;
  }
  return all === 0 ? 0 : same / all;
}
