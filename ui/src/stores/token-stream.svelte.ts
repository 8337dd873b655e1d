/**
 * The pieces of one answer, growing while it is written. Pieces sit in chunks of fixed size that are
 * replaced whole: a new batch touches the last chunk only, so drawing costs the same at token 10 and 10,000.
 */
import type { TokenRecord } from '../client/bindings/TokenRecord';
import { PieceJoiner, type Piece } from '../tokens/pieces';

const CHUNK = 64;
/** Speed while writing is taken over this many tokens. */
const SPEED_WINDOW = 40;

export type Chunk = readonly Piece<TokenRecord>[];

export class TokenStream {
  chunks = $state.raw<readonly Chunk[]>([]);
  /** What has been written, as text. */
  text = $state('');
  /** The newest record. */
  last = $state.raw<TokenRecord | null>(null);
  /** Tokens a second over the last few, `null` before the second token. */
  speed = $state<number | null>(null);

  readonly #joiner = new PieceJoiner<TokenRecord>();
  readonly #micros: number[] = [];

  static of(records: readonly TokenRecord[]): TokenStream {
    const stream = new TokenStream();
    stream.append(records);
    return stream;
  }

  /** The records so far, in order. */
  get records(): TokenRecord[] {
    return this.#joiner.pieces.flatMap((piece) => piece.tokens);
  }

  get pieces(): readonly Piece<TokenRecord>[] {
    return this.#joiner.pieces;
  }

  /** How many tokens there are. */
  get count(): number {
    const end = this.chunks.at(-1)?.at(-1);
    return end ? end.start + end.tokens.length : 0;
  }

  /** The piece that a token is in, and which one of it; `null` where there is no such token. */
  locate(token: number): { piece: Piece<TokenRecord>; at: number } | null {
    // Read, so that who asked is asked again when more is written.
    if (this.chunks.length === 0) return null;
    const pieces = this.#joiner.pieces;
    let [low, high] = [0, pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.start ?? 0) <= token) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    const at = token - (piece?.start ?? 0);
    return piece && at >= 0 && at < piece.tokens.length ? { piece, at } : null;
  }

  append(records: readonly TokenRecord[]): void {
    const newest = records.at(-1);
    if (!newest) return;
    const firstChanged = this.#joiner.append(records);
    const keep = Math.floor(firstChanged / CHUNK);
    const chunks = this.chunks.slice(0, keep);
    for (let at = keep * CHUNK; at < this.#joiner.pieces.length; at += CHUNK) {
      chunks.push(this.#joiner.pieces.slice(at, at + CHUNK));
    }
    this.chunks = chunks;
    this.text += records.map((record) => record.text).join('');
    this.#measure(records);
    this.last = newest;
  }

  #measure(records: readonly TokenRecord[]): void {
    // The first token's time is the prompt's, not the writing's.
    const written = this.last === null ? records.slice(1) : records;
    this.#micros.push(...written.map((record) => record.micros));
    this.#micros.splice(0, this.#micros.length - SPEED_WINDOW);
    const micros = this.#micros.reduce((sum, one) => sum + one, 0);
    this.speed = micros > 0 ? (this.#micros.length * 1e6) / micros : null;
  }
}
