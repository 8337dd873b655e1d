/**
 * The double's table of embeddings: an entry's vector is made of its script, its characters and their pairs, so that
 * entries that look alike lie near each other. Some entries are short, as those that training hardly met are.
 */
import type { EmbeddingTable } from '../../bindings/EmbeddingTable';
import type { HardlyMet } from '../../bindings/HardlyMet';
import type { Neighbours } from '../../bindings/Neighbours';
import type { OddOneOut } from '../../bindings/OddOneOut';
import type { VocabularyEntry } from '../../bindings/VocabularyEntry';
import { fault } from '../faults';
import { cut, idOf } from '../tokenizer';
import type { FakeVocabulary } from './vocabulary';

const WIDTH = 24;
const BINS = 40;
/** Every so many entries one was hardly met. */
const RARE = 149;

/** -1 to 1, the same for the same text and place. */
function draw(text: string, at: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(at + 1, 0x9e3779b9);
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 31 - 1;
}

function add(sum: Float64Array, text: string, weight: number): void {
  for (let at = 0; at < WIDTH; at += 1) sum[at] = (sum[at] ?? 0) + weight * draw(text, at);
}

function vectorOf(entry: VocabularyEntry): Float64Array {
  const vector = new Float64Array(WIDTH);
  const text = (entry.text ?? entry.bytes).trim().toLowerCase();
  add(vector, `script ${entry.script}`, 0.8);
  for (let at = 0; at < text.length; at += 1) add(vector, text.slice(at, at + 2), 1);
  const unused = entry.kind === 'unused';
  const rare = unused || (entry.kind === 'text' && entry.id % RARE === 7);
  const length = rare ? 0.12 + (entry.id % 13) * 0.004 : 0.7 + 0.3 * draw(entry.bytes, 99);
  const norm = normOf(vector) || 1;
  return vector.map((one) => (one / norm) * length);
}

function normOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0));
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  const dot = a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0);
  return dot / (normOf(a) * normOf(b) || 1);
}

function mean(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(WIDTH);
  for (const vector of vectors)
    vector.forEach((one, at) => (sum[at] = (sum[at] ?? 0) + one / vectors.length));
  return sum;
}

export class FakeEmbeddings {
  readonly #vocabulary: FakeVocabulary;
  readonly #vectors = new Map<number, Float64Array>();

  constructor(vocabulary: FakeVocabulary) {
    this.#vocabulary = vocabulary;
  }

  neighbours(of: { text: string } | { id: number }, count: number): Neighbours {
    const ids = 'id' in of ? [of.id] : this.#idsOf(of.text);
    const wanted = mean(ids.map((id) => this.#vector(id)));
    const neighbours = this.#vocabulary.entries
      .filter(({ id, kind }) => kind !== 'special' && !ids.includes(id))
      .map((entry) => ({ entry, cosine: cosineOf(wanted, this.#vector(entry.id)) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, count);
    return {
      of: ids.map((id) => this.#vocabulary.entry(id)),
      norm: normOf(wanted),
      neighbours,
      table: this.#table(),
      micros: 41_000,
    };
  }

  oddOneOut(words: readonly string[]): OddOneOut {
    if (words.length < 3 || words.length > 8) throw fault('invalid_params', 'three to eight words');
    const ids = words.map((word) => this.#idsOf(word));
    const vectors = ids.map((one) => mean(one.map((id) => this.#vector(id))));
    const cosines = vectors.map((a) => vectors.map((b) => cosineOf(a, b)));
    const means = cosines.map((row) => (row.reduce((sum, one) => sum + one, 0) - 1) / (row.length - 1));
    return {
      words: words.map((word, at) => ({ word, ids: ids[at] ?? [], mean_cosine: means[at] ?? 0 })),
      odd: means.indexOf(Math.min(...means)),
      cosines,
    };
  }

  hardlyMet(count: number): HardlyMet {
    const rows = this.#vocabulary.entries.map((entry) => ({ entry, norm: normOf(this.#vector(entry.id)) }));
    const unused = rows.filter(({ entry }) => entry.kind === 'unused').map(({ norm }) => norm);
    const threshold = unused.sort((a, b) => a - b)[Math.floor(unused.length * 0.95)] ?? 0.2;
    const found = rows
      .filter(({ entry, norm }) => entry.kind === 'text' && norm <= threshold)
      .sort((a, b) => a.norm - b.norm);
    const most = Math.max(...rows.map(({ norm }) => norm));
    const norms = Array.from({ length: BINS }, (_, at) => ({
      from: (most * at) / BINS,
      to: (most * (at + 1)) / BINS,
      count: 0,
    }));
    for (const { norm } of rows) {
      const bin = norms[Math.min(BINS - 1, Math.floor((norm / most) * BINS))];
      if (bin) bin.count += 1;
    }
    return {
      basis: 'unused',
      known: unused.length,
      threshold,
      total: found.length,
      candidates: found
        .slice(0, count)
        .map(({ entry, norm }) => ({ entry, value: norm, norm, reachable: entry.id % 5 !== 0 })),
      norms,
      known_norm: unused.reduce((sum, one) => sum + one, 0) / unused.length,
    };
  }

  #idsOf(text: string): number[] {
    const ids = cut(text).map(idOf);
    if (ids.length === 0) throw fault('invalid_params', 'no text');
    // A piece that the double's tokenizer has made up since has no row: its bytes stand in.
    const known = ids.filter((id) => id < this.#vocabulary.entries.length);
    return known.length > 0 ? known : [16];
  }

  #vector(id: number): Float64Array {
    let vector = this.#vectors.get(id);
    if (!vector) {
      vector = vectorOf(this.#vocabulary.entry(id));
      this.#vectors.set(id, vector);
    }
    return vector;
  }

  #table(): EmbeddingTable {
    return this.#vocabulary.embeddings ?? { rows: 0, width: 0, format: '', tied: true };
  }
}
