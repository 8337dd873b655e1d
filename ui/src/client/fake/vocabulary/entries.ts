/**
 * The double's vocabulary: control tokens, bytes, what its tokenizer hands out, and for the rest made-up words in
 * several scripts. Built from what came before by joining, so that entries have merges.
 */
import type { EntryKind } from '../../bindings/EntryKind';
import type { VocabularyEntry } from '../../bindings/VocabularyEntry';
import { OLD_CONVERSATIONS, reply } from '../data';
import { hexOf, knownPieces, textOf, tokenize } from '../tokenizer';

const SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|pad|>'];
const FIRST_BYTE = 16;
const SYLLABLES = 'an ter ri lo mi sen ka ton be ou ver in sta pro men al co de ti ra'.split(' ');
const OTHERS = [
  'ст',
  'но',
  'при',
  'です',
  'ます',
  'の',
  '입니다',
  'は',
  'في',
  '1',
  '20',
  '。',
  '--',
  '})',
  'का',
];

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Hani', /\p{Script=Han}/u],
  ['Latn', /\p{Script=Latin}/u],
  ['Cyrl', /\p{Script=Cyrillic}/u],
  ['Hira', /\p{Script=Hiragana}/u],
  ['Hang', /\p{Script=Hangul}/u],
  ['Arab', /\p{Script=Arabic}/u],
  ['Deva', /\p{Script=Devanagari}/u],
];

function scriptOf(text: string | null): string {
  if (text === null) return 'part';
  const found = SCRIPTS.filter(([, pattern]) => pattern.test(text));
  return found.length > 1 ? 'mixed' : (found[0]?.[0] ?? 'Zyyy');
}

export function entryOf(id: number, bytes: string, kind: EntryKind): VocabularyEntry {
  const decoded = textOf(bytes);
  const text = decoded.includes('\ufffd') ? null : decoded;
  const leading_space = text?.startsWith(' ') ?? false;
  return {
    id,
    bytes,
    text,
    kind,
    script: scriptOf(text),
    characters: text === null ? 0 : [...text].length,
    leading_space,
    word_beginning: /^ \p{L}/u.test(text ?? ''),
  };
}

/** Made-up word number `at`. */
function made(at: number): string {
  const [kind, number] = [at % 5, Math.floor(at / 5)];
  if (kind === 4) {
    const first = OTHERS[number % OTHERS.length] ?? '';
    const times = 1 + (Math.floor(number / OTHERS.length) % 6);
    return first.repeat(times);
  }
  if (kind === 2) {
    const one = String.fromCodePoint(0x4e00 + (number % 6000));
    return number < 6000 ? one : one + String.fromCodePoint(0x4e00 + ((number * 7) % 3000));
  }
  let word = '';
  for (let rest = number + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word = (SYLLABLES[rest % SYLLABLES.length] ?? '') + word;
  if (kind === 3) return ` ${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return kind === 0 ? ` ${word}` : word;
}

export function makeEntries(size: number): VocabularyEntry[] {
  for (const { question } of OLD_CONVERSATIONS) tokenize(question + reply(question, 0) + reply(question, 1));
  const handed = new Map(knownPieces().map((piece) => [piece.id, piece.bytes]));
  const taken = new Set(handed.values());
  const entries: VocabularyEntry[] = [];
  let word = 0;
  for (let id = 0; id < size; id += 1) {
    const special = SPECIAL[id];
    const piece = handed.get(id);
    if (special !== undefined) entries.push(entryOf(id, hexOf(special), 'special'));
    else if (id < FIRST_BYTE) entries.push(entryOf(id, hexOf(`<|unused_${id}|>`), 'unused'));
    else if (id < FIRST_BYTE + 256)
      entries.push(entryOf(id, (id - FIRST_BYTE).toString(16).padStart(2, '0'), 'byte'));
    else if (piece !== undefined) entries.push(entryOf(id, piece, 'text'));
    else {
      let bytes = hexOf(made(word++));
      while (taken.has(bytes)) bytes = hexOf(made(word++));
      taken.add(bytes);
      entries.push(entryOf(id, bytes, 'text'));
    }
  }
  return entries;
}
