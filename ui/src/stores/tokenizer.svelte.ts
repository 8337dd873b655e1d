/** The Tokens view's text, cut up by the loaded model's tokenizer shortly after each change. */
import type { TextToken } from '../client/bindings/TextToken';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import { byteOffsetsToIndices } from '../tokens/bytes';
import { joinPieces, type Piece } from '../tokens/pieces';

const DEBOUNCE_MS = 120;

export interface CutText {
  /** The text that was cut; the box may be ahead of it by a keystroke. */
  text: string;
  pieces: readonly Piece<TextToken>[];
  /** Where each piece lies in the JavaScript string: `[start, end)`. */
  ranges: readonly (readonly [number, number])[];
  tokens: number;
  characters: number;
}

export class TokenizerStore {
  text = $state('');
  result = $state.raw<CutText | null>(null);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  setText(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), DEBOUNCE_MS);
  }

  /** Cuts now; an answer that was overtaken is dropped. */
  async run(): Promise<void> {
    clearTimeout(this.#timer);
    const request = ++this.#request;
    const text = this.text;
    if (text === '') {
      this.result = null;
      this.error = null;
      return;
    }
    try {
      const { tokens } = await this.#client.textTokenize(text);
      if (request !== this.#request) return;
      this.result = cut(text, tokens);
      this.error = null;
    } catch (thrown) {
      if (request === this.#request) this.error = toShownError(thrown);
    }
  }

  /** The model changed: what stands there was cut by another vocabulary. */
  reset(): void {
    this.#request += 1;
    this.result = null;
    this.error = null;
  }
}

function cut(text: string, tokens: readonly TextToken[]): CutText {
  const pieces = joinPieces(tokens);
  const offsets = pieces.flatMap((piece) => [piece.tokens[0]?.start ?? 0, piece.tokens.at(-1)?.end ?? 0]);
  const indices = byteOffsetsToIndices(text, offsets);
  return {
    text,
    pieces,
    ranges: pieces.map((_, at) => [indices[2 * at] ?? 0, indices[2 * at + 1] ?? 0] as const),
    tokens: tokens.length,
    characters: [...text].length,
  };
}
