/**
 * The pieces of one answer, growing while it is written. They sit in chunks, and these in blocks that end where a
 * line ends. A new batch replaces the last chunk of the last block only: what is above is neither read, drawn nor laid
 * out again. Token 10,000 of a text with paragraphs costs what token 10 did, but for a copy of the list of its lines.
 */
import type { TokenRecord } from '../client/bindings/TokenRecord';
import { costOf, ThoughtFinder, type ThoughtCost, type ThoughtSpan } from '../components/markdown/thinking';
import { PieceJoiner, type Piece } from '../tokens/pieces';

const CHUNK = 64;
/** Speed while writing is taken over this many tokens. */
const SPEED_WINDOW = 40;

export type Chunk = readonly Piece<TokenRecord>[];
/** Up to and with a piece that ends a line. */
export type Block = readonly Chunk[];

export class TokenStream {
  blocks = $state.raw<readonly Block[]>([]);
  /** What has been written, as text. */
  text = $state('');
  /** The newest record. */
  last = $state.raw<TokenRecord | null>(null);
  /** Tokens a second over the last few, `null` before the second token. */
  speed = $state<number | null>(null);

  /** The thoughts at the beginning and what they took; `null` where there are none. */
  thoughts = $state.raw<(ThoughtSpan & ThoughtCost) | null>(null);

  readonly #joiner = new PieceJoiner<TokenRecord>();
  readonly #finder = new ThoughtFinder();
  readonly #micros: number[] = [];
  /** Of all records but the first, whose time is the prompt's. */
  #spent = 0;

  static of(records: readonly TokenRecord[]): TokenStream {
    const stream = new TokenStream();
    stream.append(records);
    return stream;
  }

  /** The records so far, in order. */
  get records(): TokenRecord[] {
    return this.pieces.flatMap((piece) => piece.tokens);
  }

  get pieces(): readonly Piece<TokenRecord>[] {
    // Read, so that who asked is asked again when more is written.
    if (this.blocks.length === 0) return [];
    return this.#joiner.pieces;
  }

  /** How many tokens there are. */
  get count(): number {
    const end = this.blocks.at(-1)?.at(-1)?.at(-1);
    return end ? end.start + end.tokens.length : 0;
  }

  /** The piece that a token is in, and which one of it; `null` where there is no such token. */
  locate(token: number): { piece: Piece<TokenRecord>; at: number } | null {
    const pieces = this.pieces;
    if (pieces.length === 0) return null;
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
    this.blocks = withPieces(this.blocks, this.#joiner.pieces, this.#joiner.append(records));
    this.text += records.map((record) => record.text).join('');
    this.#measure(records);
    this.last = newest;
    this.#think();
  }

  /** While they go on, thoughts are all there is: their cost is a running sum. Once they have ended it stays. */
  #think(): void {
    const span = this.#finder.update(this.text);
    const before = this.thoughts;
    if (span === null) {
      if (before !== null) this.thoughts = null;
    } else if (span.thinking) {
      this.thoughts = { ...span, tokens: this.count, ms: this.#spent / 1000 };
    } else if (before === null || before.thinking || before.end !== span.end) {
      this.thoughts = { ...span, ...costOf(this.pieces, span.end) };
    }
  }

  #measure(records: readonly TokenRecord[]): void {
    // The first token's time is the prompt's, not the writing's.
    const written = this.last === null ? records.slice(1) : records;
    for (const record of written) this.#spent += record.micros;
    this.#micros.push(...written.map((record) => record.micros));
    this.#micros.splice(0, this.#micros.length - SPEED_WINDOW);
    const micros = this.#micros.reduce((sum, one) => sum + one, 0);
    this.speed = micros > 0 ? (this.#micros.length * 1e6) / micros : null;
  }
}

/** The blocks of `pieces`, given those of before; pieces from `changed` on are new. */
function withPieces(
  before: readonly Block[],
  pieces: readonly Piece<TokenRecord>[],
  changed: number,
): readonly Block[] {
  const blocks = [...before];
  while (blocks.length > 0 && firstOf(blocks.at(-1)) >= changed) blocks.pop();
  let block: Chunk[] = [];
  const last = blocks.at(-1);
  if (last && !endsLine(pieces[changed - 1])) {
    // It is still open: its full chunks stay as they are.
    blocks.pop();
    block = last.filter((chunk) => chunk.length === CHUNK && firstOf([chunk]) + CHUNK <= changed);
  }
  let chunk: Piece<TokenRecord>[] = [];
  const start =
    block.length > 0
      ? firstOf([block.at(-1) ?? []]) + CHUNK
      : last && blocks.at(-1) !== last
        ? firstOf(last)
        : changed;
  for (const piece of pieces.slice(start)) {
    chunk.push(piece);
    const ends = endsLine(piece);
    if (ends || chunk.length === CHUNK) {
      block.push(chunk);
      chunk = [];
    }
    if (ends) {
      blocks.push(block);
      block = [];
    }
  }
  if (chunk.length > 0) block.push(chunk);
  if (block.length > 0) blocks.push(block);
  return blocks;
}

function firstOf(block: Block | undefined): number {
  return block?.[0]?.[0]?.index ?? 0;
}

function endsLine(piece: Piece<TokenRecord> | undefined): boolean {
  return piece?.text?.endsWith('\n') ?? false;
}
