/**
 * From tokens to what is drawn. A token need not end where a character ends, so one drawn piece is the
 * shortest run of tokens whose bytes are whole characters: mostly one token, for a rare character several.
 */
import { decodeUtf8, hexToBytes, spacedHex } from './bytes';
import { allInvisible, shortNames } from './invisible';

/** What both a generated token and a token of a text have. */
export interface TokenLike {
  id: number;
  /** Hex. */
  bytes: string;
  special: boolean;
}

/** A stretch of a piece's text: letters, or white space that gets a mark. */
export interface Stretch {
  kind: 'text' | 'space' | 'tab' | 'newline';
  text: string;
}

export interface Piece<T extends TokenLike = TokenLike> {
  /** Place among the pieces. */
  index: number;
  /** Place of its first token among the tokens. */
  start: number;
  /** One token, or the several that make up one character. */
  tokens: readonly T[];
  /** `null` where the bytes are no whole characters (yet), or where it is a control token without text. */
  text: string | null;
  stretches: readonly Stretch[];
}

/**
 * Text marks for places where colour and drawing are not at hand: lists, labels, the lens. What consists of characters
 * that cannot be seen is named: ⟨ZWJ⟩; a mark that sits on another character gets a circle to sit on.
 */
export function visibleText(text: string): string {
  const unseen = allInvisible(text);
  if (unseen) return `⟨${shortNames(unseen)}⟩`;
  if (/^\p{M}/u.test(text)) return `◌${text}`;
  return text.replaceAll(' ', '␣').replaceAll('\r', '␍').replaceAll('\n', '↵').replaceAll('\t', '⇥');
}

/** The bytes of a piece in hex, tokens apart. */
export function pieceHex(piece: Piece): string {
  return piece.tokens.map((token) => spacedHex(token.bytes)).join(' · ');
}

export function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  for (const part of text.split(/( |\t|\r?\n)/)) {
    if (part === '') continue;
    const kind = part === ' ' ? 'space' : part === '\t' ? 'tab' : part.endsWith('\n') ? 'newline' : 'text';
    stretches.push({ kind, text: part });
  }
  return stretches;
}

/** Joins tokens as they come. Pieces that are finished never change again. */
export class PieceJoiner<T extends TokenLike> {
  readonly pieces: Piece<T>[] = [];
  /** Tokens at the end whose bytes wait for the rest of a character. */
  #open: T[] = [];

  /** Takes more tokens; returns the index of the first piece that is new or changed. */
  append(tokens: readonly T[]): number {
    // An open piece at the end is drawn provisionally; take it off and build it anew.
    if (this.#open.length > 0) this.pieces.pop();
    const first = this.pieces.length;
    for (const token of tokens) this.#take(token);
    if (this.#open.length > 0) this.#push(this.#open, null);
    return first;
  }

  #take(token: T): void {
    if (token.special || token.bytes === '') {
      this.#giveUp();
      this.#push([token], token.bytes === '' ? null : textOf([token]));
      return;
    }
    const run = [...this.#open, token];
    const decoded = decodeUtf8(hexToBytes(run.map((one) => one.bytes).join('')));
    if (decoded.kind === 'whole') {
      this.#open = [];
      this.#push(run, decoded.text);
    } else if (decoded.kind === 'open') {
      this.#open = run;
    } else if (this.#open.length > 0) {
      // What was open never became a character; this token begins afresh.
      this.#giveUp();
      this.#take(token);
    } else {
      this.#push([token], null);
    }
  }

  /** Draws each waiting token by itself, as bytes. */
  #giveUp(): void {
    for (const token of this.#open) this.#push([token], null);
    this.#open = [];
  }

  #push(tokens: readonly T[], text: string | null): void {
    const before = this.pieces.at(-1);
    this.pieces.push({
      index: this.pieces.length,
      start: before ? before.start + before.tokens.length : 0,
      tokens,
      text,
      stretches: text === null ? [] : stretchesOf(text),
    });
  }
}

function textOf(tokens: readonly TokenLike[]): string | null {
  const decoded = decodeUtf8(hexToBytes(tokens.map((token) => token.bytes).join('')));
  return decoded.kind === 'whole' ? decoded.text : null;
}

/** All tokens at once. */
export function joinPieces<T extends TokenLike>(tokens: readonly T[]): Piece<T>[] {
  const joiner = new PieceJoiner<T>();
  joiner.append(tokens);
  return joiner.pieces;
}
