/** The double's inspector: tokenizers at their places, and everything that is asked of them. */
import type { Comparison } from '../../bindings/Comparison';
import type { CutRow } from '../../bindings/CutRow';
import type { Guise } from '../../bindings/Guise';
import type { LanguageRow } from '../../bindings/LanguageRow';
import type { MessageCut } from '../../bindings/MessageCut';
import type { ModelInfo } from '../../bindings/ModelInfo';
import type { Piece } from '../../bindings/Piece';
import type { SubjectPlace } from '../../bindings/SubjectPlace';
import type { SubjectSource } from '../../bindings/SubjectSource';
import type { TextCut } from '../../bindings/TextCut';
import type { TextFromIds } from '../../bindings/TextFromIds';
import type { TextPart } from '../../bindings/TextPart';
import type { TextSteps } from '../../bindings/TextSteps';
import type { TokenCut } from '../../bindings/TokenCut';
import type { TokenizerSubject } from '../../bindings/TokenizerSubject';
import { joinPieces } from '../../../tokens/pieces';
import { prompt } from '../context';
import { STARTER } from '../data';
import { fault } from '../faults';
import type { FakeModels } from '../models';
import { textOf } from '../tokenizer';
import { guisesOf } from './guises';
import { SENTENCES } from './sentences';
import { byteLength, ends, segments, tokenCut, type Span } from './spans';
import { textSteps } from './steps';
import { tokenizerOf, type FakeTokenizer } from './tokenizers';

interface Seat {
  info: ModelInfo;
  source: SubjectSource;
  tokenizer: FakeTokenizer;
}

export class FakeInspector {
  readonly #models: FakeModels;
  /** What was opened; place a falls back to the loaded model. */
  readonly #opened = new Map<SubjectPlace, Seat>();

  constructor(models: FakeModels) {
    this.#models = models;
  }

  open(place: SubjectPlace, path: string | null): TokenizerSubject {
    if (path === null && place === 'a') this.#opened.delete('a');
    else if (path === null) this.#opened.set(place, seat(STARTER, 'starter'));
    else this.#opened.set(place, seat(this.#models.inspect(path), 'file'));
    const subject = this.subject(place);
    if (!subject) throw fault('no_tokenizer', `nothing at ${place}`);
    return subject;
  }

  close(place: SubjectPlace): void {
    this.#opened.delete(place);
  }

  /** What was trained stands at its place. */
  seatLearned(tokenizer: FakeTokenizer, vocabulary_size: number): TokenizerSubject {
    const info = { ...STARTER, name: 'BPE', path: '', vocabulary_size, has_chat_template: false };
    this.#opened.set('trained', { info, source: 'trained', tokenizer });
    const subject = this.subject('trained');
    if (!subject) throw fault('no_tokenizer', 'nothing was trained');
    return subject;
  }

  subject(place: SubjectPlace): TokenizerSubject | null {
    const there = this.#seat(place);
    if (!there) return null;
    const { info, source, tokenizer } = there;
    return {
      place,
      source,
      key: `${source}:${info.path}:${info.vocabulary_size}`,
      summary: {
        name: info.name,
        path: info.path,
        fingerprint: `fake:${info.path}`,
        kind: tokenizer.kind,
        byte_level: tokenizer.kind === 'bpe',
        byte_fallback: tokenizer.kind === 'bpe',
        vocabulary_size: info.vocabulary_size,
        merges: tokenizer.kind === 'bpe' ? info.vocabulary_size - 300 : 0,
        special: [...tokenizer.special],
        special_count: tokenizer.special.length,
        bos_id: null,
        end_ids: [2],
        has_chat_template: info.has_chat_template && tokenizer.kind === 'bpe',
      },
    };
  }

  cut(place: SubjectPlace, text: string, rows: readonly CutRow[]): TextCut {
    const { tokenizer } = this.#there(place);
    const cut: TextCut = { bytes: byteLength(text) };
    if (rows.includes('words')) {
      const words = segments(text, 'word');
      cut.words = words.map((one) => byteLength(one.text));
      cut.word_count = words.filter((one) => one.word).length;
    }
    if (rows.includes('characters'))
      cut.characters = segments(text, 'grapheme').map((one) => byteLength(one.text));
    if (rows.includes('tokens')) cut.tokens = tokenCut(text, tokenizer.cut(text));
    return cut;
  }

  pieces(place: SubjectPlace, ids: readonly number[]): Piece[] {
    const { tokenizer } = this.#there(place);
    return ids.flatMap((id) => tokenizer.piece(id) ?? []);
  }

  asMessage(place: SubjectPlace, text: string): MessageCut {
    const { info } = this.#there(place);
    if (!this.subject(place)?.summary.has_chat_template) throw fault('no_template', info.name);
    const view = prompt([{ role: 'user', text }], '', info, []);
    const spans: Span[] = [];
    let at = 0;
    for (const { id, bytes, special } of view.tokens) {
      spans.push({ id, start: at, end: (at += bytes.length / 2), special });
    }
    const whole = textOf(view.tokens.map(({ bytes }) => bytes).join(''));
    const own = view.segments.find(({ kind }) => kind === 'user');
    const content: MessageCut['content'] = own
      ? [spans[own.start]?.start ?? 0, spans[own.end - 1]?.end ?? 0]
      : null;
    return { text: whole, content, cut: tokenCut(whole, spans) };
  }

  steps(place: SubjectPlace, text: string): TextSteps {
    if (byteLength(text) > 4096) throw fault('invalid_params', 'the text is too long for its steps');
    return textSteps(this.#there(place).tokenizer, text);
  }

  guises(place: SubjectPlace, text: string): Guise[] {
    const { tokenizer } = this.#there(place);
    return guisesOf(text).map((one) => ({ ...one, cut: tokenCut(one.text, tokenizer.cut(one.text)) }));
  }

  fromIds(place: SubjectPlace, list: string): TextFromIds {
    const { tokenizer } = this.#there(place);
    const given = list
      .replace(/[[\]]/g, ' ')
      .split(/[\s,，、]+/)
      .filter((one) => one !== '');
    const found: Piece[] = [];
    const problems: TextFromIds['problems'] = [];
    for (const [index, one] of given.entries()) {
      const number = /^\d+$/.test(one) ? Number(one) : null;
      const piece = number === null ? undefined : tokenizer.piece(number);
      if (piece) found.push(piece);
      else problems.push({ index, given: one, problem: number === null ? 'no_number' : 'not_in_vocabulary' });
    }
    const parts: TextPart[] = [];
    for (const piece of joinPieces(found)) {
      const [first] = piece.tokens;
      const last = parts.at(-1);
      if (first?.special) parts.push({ kind: 'special', id: first.id, name: textOf(first.bytes) });
      else if (piece.text === null)
        parts.push({ kind: 'bytes', hex: piece.tokens.map(({ bytes }) => bytes).join('') });
      else if (last?.kind === 'text') last.text += piece.text;
      else parts.push({ kind: 'text', text: piece.text });
    }
    const ids = found.map(({ id }) => id);
    const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    const again = tokenizer.cut(text).map(({ id }) => id);
    return { ids, problems, parts, text, round_trip: again.join() === ids.join() };
  }

  compare(text: string): Comparison {
    const a = this.#tokens('a', text);
    const b = this.#tokens('b', text);
    const [endsA, endsB] = [new Set(ends(a)), new Set(ends(b))];
    const common = [...endsA].filter((end) => endsB.has(end)).sort((x, y) => x - y);
    const inside = (list: Set<number>, from: number, to: number): boolean =>
      [...list].some((end) => end > from && end < to);
    const differences: Comparison['differences'] = [];
    let [from, shared] = [0, 0];
    for (const to of common) {
      if (to === from) continue;
      if (!inside(endsA, from, to) && !inside(endsB, from, to)) shared += 1;
      else if (differences.at(-1)?.[1] === from)
        differences[differences.length - 1] = [differences.at(-1)?.[0] ?? 0, to];
      else differences.push([from, to]);
      from = to;
    }
    return {
      bytes: byteLength(text),
      characters: segments(text, 'grapheme').length,
      a,
      b,
      differences,
      shared,
    };
  }

  languages(): LanguageRow[] {
    const places = (['a', 'b', 'trained'] as const).filter((place) => this.#seat(place) !== null);
    return SENTENCES.map(([language, text]) => ({
      language,
      text,
      characters: segments(text, 'grapheme').length,
      bytes: byteLength(text),
      counts: places.map((place) => ({ place, tokens: this.#tokens(place, text).ids.length })),
    }));
  }

  #tokens(place: SubjectPlace, text: string): TokenCut {
    return tokenCut(text, this.#there(place).tokenizer.cut(text));
  }

  #there(place: SubjectPlace): Seat {
    const there = this.#seat(place);
    if (!there) throw fault('no_tokenizer', `nothing at ${place}`);
    return there;
  }

  #seat(place: SubjectPlace): Seat | null {
    const opened = this.#opened.get(place);
    if (opened || place !== 'a') return opened ?? null;
    const { active } = this.#models;
    return active.state === 'ready' ? seat(active.model.info, 'loaded') : seat(STARTER, 'starter');
  }
}

function seat(info: ModelInfo, source: SubjectSource): Seat {
  return { info, source, tokenizer: tokenizerOf(info.path) };
}
