/** The double's tokenizers: its own, in the manner of byte pairs, and small ones in the manners of Unigram and WordPiece. */
import type { Piece } from '../../bindings/Piece';
import type { TokenizerKind } from '../../bindings/TokenizerKind';
import { bytesOf, END_ID, hexOf, tokenize } from '../tokenizer';
import { byteLength, segments, type Span } from './spans';

export interface FakeTokenizer {
  kind: TokenizerKind;
  special: readonly Piece[];
  cut(text: string): Span[];
  piece(id: number): Piece | undefined;
}

const special = (id: number, name: string): Piece => ({ id, bytes: hexOf(name), special: true });

const CHAT = [special(END_ID, '<|endoftext|>'), special(3, '<|im_start|>'), special(4, '<|im_end|>')];

/** The tokenizer of the double's models. */
export const PAIRS: FakeTokenizer = {
  kind: 'bpe',
  special: CHAT,
  cut: (text) => tokenize(text),
  piece(id) {
    const control = CHAT.find((one) => one.id === id);
    const bytes = bytesOf(id);
    return control ?? (bytes === '' ? undefined : { id, bytes, special: false });
  },
};

/** Ids by the text of their piece, handed out as they are first seen. */
class Numbered {
  readonly #ids = new Map<string, number>();
  readonly #pieces: string[] = [];

  constructor(
    readonly special: readonly Piece[],
    /** Marks of the format that stand for no bytes. */
    readonly marks: RegExp,
  ) {}

  id(piece: string): number {
    let id = this.#ids.get(piece);
    if (id === undefined) {
      id = 100 + this.#pieces.length;
      this.#ids.set(piece, id);
      this.#pieces.push(piece);
    }
    return id;
  }

  piece(id: number): Piece | undefined {
    const control = this.special.find((one) => one.id === id);
    const text = this.#pieces[id - 100];
    if (control || text === undefined) return control;
    return { id, bytes: hexOf(text.replace(this.marks, '').replaceAll('▁', ' ')), special: false };
  }
}

/** Words are taken apart into stretches of at most so many letters; other scripts by characters. */
function stretches(word: string, letters: number): string[] {
  if (!/^[\x20-\x7e▁]+$/.test(word)) return [...word];
  return word.match(new RegExp(`.{1,${letters}}`, 'gs')) ?? [];
}

const SENTENCE = new Numbered([special(0, '<unk>'), special(1, '<s>'), special(2, '</s>')], /^$/);

/** In the manner of SentencePiece: `▁` is a space, and one is put before the text. */
export const LATTICE: FakeTokenizer = {
  kind: 'unigram',
  special: SENTENCE.special,
  cut(text) {
    if (text === '') return [];
    let at = -1;
    return `▁${text}`
      .split(/(?=[ ▁])/)
      .flatMap((word) => stretches(word.replaceAll(' ', '▁'), 4))
      .map((piece) => {
        const start = Math.max(0, at);
        at += byteLength(piece.replaceAll('▁', ' '));
        return { id: SENTENCE.id(piece), start, end: Math.max(0, at) };
      });
  },
  piece: (id) => SENTENCE.piece(id),
};

const WORDS = new Numbered([special(0, '[PAD]'), special(1, '[UNK]'), special(2, '[CLS]')], /^##/);

/** In the manner of WordPiece: small letters, spaces fall away, what goes on in a word has `##` before it. */
export const GREEDY: FakeTokenizer = {
  kind: 'word_piece',
  special: WORDS.special,
  cut(text) {
    const spans: Span[] = [];
    let at = 0;
    for (const { text: word } of segments(text, 'word')) {
      const length = byteLength(word);
      if (!/^\s+$/.test(word)) {
        let start = at;
        for (const [place, piece] of stretches(word, 5).entries()) {
          const id = WORDS.id(`${place > 0 ? '##' : ''}${piece.toLowerCase()}`);
          spans.push({ id, start, end: start + byteLength(piece) });
          start += byteLength(piece);
        }
      }
      at += length;
    }
    return spans;
  },
  piece: (id) => WORDS.piece(id),
};

/** By a word in the path of a file. */
export function tokenizerOf(path: string): FakeTokenizer {
  if (/unigram|\.model$/.test(path)) return LATTICE;
  return /bert|wordpiece/.test(path) ? GREEDY : PAIRS;
}
