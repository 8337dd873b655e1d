/** How the double's tokenizers cut a word, step by step; the steps end in the ids of the cut. */
import type { Steps } from '../../bindings/Steps';
import type { Symbol as StepSymbol } from '../../bindings/Symbol';
import type { TextSteps } from '../../bindings/TextSteps';
import type { WordSteps } from '../../bindings/WordSteps';
import { idOf } from '../tokenizer';
import { byteLength, segments, type Span } from './spans';
import type { FakeTokenizer } from './tokenizers';

/** Bytes as GPT-2 writes them: a space is Ġ, what is no letter of ASCII is written as a byte here. */
function written(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code === 0x20 ? 'Ġ' : code > 0x20 && code < 0x7f ? String.fromCharCode(code) : `<${hex}>`;
}

function symbol(hex: string): StepSymbol {
  const text = (hex.match(/../g) ?? []).map(written).join('');
  return { id: idOf(hex), bytes: hex, text };
}

/** Each token is built from its first byte on; ranks are made up, and the same for the same pair. */
function merges(tokens: readonly string[]): Steps {
  const symbols = tokens.flatMap((hex) => (hex.match(/../g) ?? []).map(symbol));
  const steps: Extract<Steps, { kind: 'merges' }>['merges'] = [];
  tokens.forEach((hex, at) => {
    for (let end = 4; end <= hex.length; end += 2) {
      const left = symbol(hex.slice(0, end - 2));
      const right = symbol(hex.slice(end - 2, end));
      const result = symbol(hex.slice(0, end));
      steps.push({
        at,
        rank: (result.id ?? 0) % 5000,
        score: null,
        left: left.text,
        right: right.text,
        result,
      });
    }
  });
  return { kind: 'merges', ranked_by: 'list', symbols, merges: steps, fallback: false };
}

function unigram(pieces: readonly { text: string; id: number }[]): Steps {
  const score = (text: string): number => -4 - text.length / 2 - ((text.codePointAt(0) ?? 0) % 7) / 10;
  let from = 0;
  const edges: Extract<Steps, { kind: 'unigram' }>['edges'] = [];
  for (const { text, id } of pieces) {
    const characters = [...text];
    edges.push({ from, to: from + characters.length, piece: text, id, score: score(text), best: true });
    if (characters.length > 1)
      characters.forEach((piece, at) =>
        edges.push({ from: from + at, to: from + at + 1, piece, id: 10 + at, score: -9.5, best: false }),
      );
    from += characters.length;
  }
  const best = pieces.map(({ text }) => text);
  const apart = best.flatMap((text) => [...text]);
  return {
    kind: 'unigram',
    edges,
    ways: [
      {
        pieces: best,
        ids: pieces.map(({ id }) => id),
        score: best.reduce((sum, one) => sum + score(one), 0),
      },
      { pieces: apart, ids: apart.map((_, at) => 10 + at), score: apart.length * -9.5 },
    ],
  };
}

function greedy(pieces: readonly { text: string; id: number; hex: string }[], word: string): Steps {
  let from = 0;
  return {
    kind: 'greedy',
    rounds: pieces.map(({ text, id, hex }) => {
      const length = [...text].length;
      const rest = [...word.toLowerCase()].slice(from);
      const tried = rest.slice(length).map((_, at) => rest.slice(0, rest.length - at).join(''));
      const round = {
        from,
        tried: tried.map((one) => (from > 0 ? `##${one}` : one)),
        found: { id, bytes: hex, text: from > 0 ? `##${text}` : text },
      };
      from += length;
      return round;
    }),
  };
}

/** One word: the tokens that lie in it. */
function wordSteps(tokenizer: FakeTokenizer, text: string, start: number, spans: readonly Span[]): WordSteps {
  const pieces = spans.map(({ id }) => {
    const hex = tokenizer.piece(id)?.bytes ?? '';
    const raw = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const plain = new TextDecoder().decode(raw);
    return { id, hex, text: tokenizer.kind === 'unigram' ? plain.replaceAll(' ', '▁') : plain };
  });
  const made: Record<string, () => Steps> = {
    bpe: () => merges(pieces.map(({ hex }) => hex)),
    unigram: () => unigram(pieces),
    word_piece: () => greedy(pieces, text),
  };
  return {
    text: asWritten(tokenizer, text, start),
    start,
    end: start + byteLength(text),
    ids: spans.map(({ id }) => id),
    steps: made[tokenizer.kind]?.() ?? { kind: 'whole', reason: 'whole_word' },
  };
}

/** The word as the model gets it. */
function asWritten({ kind }: FakeTokenizer, text: string, start: number): string {
  if (kind === 'word_piece') return text.toLowerCase();
  if (kind === 'bpe') return text.replaceAll(' ', 'Ġ');
  return `${start === 0 ? '▁' : ''}${text.replaceAll(' ', '▁')}`;
}

export function textSteps(tokenizer: FakeTokenizer, text: string): TextSteps {
  const spans = tokenizer.cut(text);
  const words: WordSteps[] = [];
  const parts = splitWords(text);
  let start = 0;
  for (const part of parts) {
    const end = start + byteLength(part);
    const inside = spans.filter(
      (one) => one.start >= start && one.end <= end && (one.end > start || start === 0),
    );
    if (inside.length > 0) words.push(wordSteps(tokenizer, part, start, inside));
    start = end;
  }
  const lowered = tokenizer.kind === 'word_piece' ? text.toLowerCase() : text;
  return {
    ids: spans.map(({ id }) => id),
    stages: [
      {
        kind: 'normalizer',
        name: tokenizer.kind === 'word_piece' ? 'Lowercase' : 'NFC',
        detail: '',
        before: [text],
        after: [lowered.normalize('NFC')],
      },
      {
        kind: 'pre_tokenizer',
        name: 'Split',
        detail: '\\s?\\p{L}+|\\p{N}{1,3}|.',
        before: [lowered],
        after: parts,
      },
    ],
    words,
  };
}

/** A space belongs to the word behind it. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const { text: part } of segments(text, 'word')) {
    const before = words.at(-1);
    if (before === ' ') words[words.length - 1] = ` ${part}`;
    else words.push(part);
  }
  return words;
}
