import { describe, expect, it } from 'vitest';

import { byteOffsetsToIndices, decodeUtf8, hexToBytes, spacedHex } from '../src/tokens/bytes';
import { joinPieces, PieceJoiner, pieceHex, stretchesOf, visibleText } from '../src/tokens/pieces';
import {
  candidateRows,
  certainty,
  everythingElse,
  pieceProbability,
  reasonTaken,
  surpriseStep,
} from '../src/tokens/probability';
import { record, splitCharacter, word } from './support';

describe('bytes', () => {
  it('tells whole, open and invalid', () => {
    expect(decodeUtf8(hexToBytes('e59f83'))).toEqual({ kind: 'whole', text: '埃' });
    expect(decodeUtf8(hexToBytes('41e59f'))).toEqual({ kind: 'open' });
    expect(decodeUtf8(hexToBytes('f09f98'))).toEqual({ kind: 'open' });
    expect(decodeUtf8(hexToBytes('83'))).toEqual({ kind: 'invalid' });
    expect(decodeUtf8(hexToBytes('ff'))).toEqual({ kind: 'invalid' });
    expect(decodeUtf8(hexToBytes('c0'))).toEqual({ kind: 'invalid' });
    expect(spacedHex('e59f83')).toBe('E5 9F 83');
  });

  it('finds byte offsets in a JavaScript string', () => {
    // a: 1 byte, é: 2, 埃: 3, 😀: 4 bytes and two units.
    expect(byteOffsetsToIndices('aé埃😀b', [0, 1, 3, 6, 10, 11])).toEqual([0, 1, 2, 3, 5, 6]);
  });
});

describe('pieces', () => {
  it('joins the tokens of one character', () => {
    const pieces = joinPieces([word('在'), ...splitCharacter(), word('菲')]);
    expect(pieces.map((piece) => piece.text)).toEqual(['在', '埃', '菲']);
    expect(pieces[1]?.tokens.map((token) => token.id)).toEqual([301, 302]);
    expect(pieceHex(pieces[1] ?? { index: 0, start: 0, tokens: [], text: null, stretches: [] })).toBe(
      'E5 9F · 83',
    );
  });

  it('shows bytes while a character is open, and the character when it is whole', () => {
    const joiner = new PieceJoiner();
    const [head, tail] = splitCharacter();
    if (!head || !tail) throw new Error('two tokens expected');
    expect(joiner.append([word('a'), head])).toBe(0);
    expect(joiner.pieces.map((piece) => piece.text)).toEqual(['a', null]);
    expect(joiner.append([tail])).toBe(1);
    expect(joiner.pieces.map((piece) => piece.text)).toEqual(['a', '埃']);
  });

  it('never makes up a character of bytes that are none', () => {
    const pieces = joinPieces([record({ bytes: 'e59f' }), word('a'), record({ bytes: 'ff' })]);
    expect(pieces.map((piece) => piece.text)).toEqual([null, 'a', null]);
    expect(pieces.map((piece) => piece.index)).toEqual([0, 1, 2]);
  });

  it('keeps control tokens apart', () => {
    const pieces = joinPieces([record({ bytes: 'e59f' }), record({ bytes: '', special: true })]);
    expect(pieces.map((piece) => [piece.text, piece.tokens.length])).toEqual([
      [null, 1],
      [null, 1],
    ]);
  });

  it('joins the same however the tokens arrive', () => {
    const tokens = [word(' the'), ...splitCharacter(), word('\n'), record({ bytes: 'ff' }), word('x')];
    const whole = joinPieces(tokens).map((piece) => [piece.index, piece.text]);
    const joiner = new PieceJoiner();
    for (const token of tokens) joiner.append([token]);
    expect(joiner.pieces.map((piece) => [piece.index, piece.text])).toEqual(whole);
  });

  it('marks white space', () => {
    expect(visibleText(' a\tb\n')).toBe('␣a⇥b↵');
    expect(stretchesOf(' a\n')).toEqual([
      { kind: 'space', text: ' ' },
      { kind: 'text', text: 'a' },
      { kind: 'newline', text: '\n' },
    ]);
  });
});

describe('probability', () => {
  it('steps from expected to surprising', () => {
    expect([1, 0.8, 0.79, 0.5, 0.2, 0.05, 0.0001].map(surpriseStep)).toEqual([0, 0, 1, 1, 2, 3, 4]);
  });

  it('multiplies over the tokens of one character', () => {
    const piece = joinPieces(splitCharacter())[0];
    expect(piece && pieceProbability(piece)).toBeCloseTo(0.45);
  });

  it('marks the taken token by its id, not by its probability', () => {
    const twins = record({
      bytes: '61',
      id: 2,
      probability: 0.4,
      rank: 2,
      alternatives: [
        { id: 1, bytes: '62', probability: 0.4, settings_probability: 0.5, rank: 1 },
        { id: 2, bytes: '61', probability: 0.4, settings_probability: 0.5, rank: 2 },
      ],
    });
    expect(candidateRows(twins).map((row) => row.taken)).toEqual([false, true]);
  });

  it('gives a taken token from below the list its own row, and takes it out of the rest', () => {
    const rare = record({
      bytes: '61',
      id: 9,
      rank: 40,
      probability: 0.01,
      settings_probability: 0.02,
      alternatives: [{ id: 1, bytes: '62', probability: 0.5, settings_probability: 0.9, rank: 1 }],
      rest_probability: 0.5,
      rest_settings_probability: 0.1,
      rest_count: 99,
    });
    const rows = candidateRows(rare);
    const rest = everythingElse(rare);
    expect(rows.map((row) => [row.id, row.taken])).toEqual([
      [1, false],
      [9, true],
    ]);
    expect(rest.count).toBe(98);
    expect(rows.reduce((sum, row) => sum + row.probability, rest.probability)).toBeCloseTo(1);
    expect(rows.reduce((sum, row) => sum + row.settings_probability, rest.settings_probability)).toBeCloseTo(
      1,
    );
  });

  it('sums to one for any number of rows', () => {
    const one = word('a', { probability: 0.6 });
    for (const limit of [1, 2]) {
      const rest = everythingElse(one, limit);
      const sum = candidateRows(one, limit).reduce((total, row) => total + row.probability, rest.probability);
      expect(sum).toBeCloseTo(1);
    }
  });

  it('says why a token was taken', () => {
    expect(reasonTaken(word('a', { origin: 'forced' }))).toBe('forced');
    expect(reasonTaken(word('a', { origin: 'chosen' }))).toBe('chosen');
    expect(reasonTaken(word('a'))).toBe('drawn_first');
    expect(reasonTaken(word('a', { rank: 3 }))).toBe('drawn_other');
    expect(reasonTaken(word('a', { settings_probability: 1 }))).toBe('only_left');
    const greedy = word('a', { settings_probability: 1 });
    greedy.alternatives = greedy.alternatives.map((one, at) => (at === 0 ? one : { ...one, cut: 'greedy' }));
    expect(reasonTaken(greedy)).toBe('greedy');
  });

  it('puts entropy into words', () => {
    expect([0, 0.5, 1.6, 6].map(certainty)).toEqual(['certain', 'nearly_certain', 'torn', 'open']);
  });
});
