/** The double reads a text: made-up surprise, but for the country of a famous tower, which it knows. */
import type { ReadEvent } from '../../bindings/ReadEvent';
import type { ReadSummary } from '../../bindings/ReadSummary';
import type { ReadToken } from '../../bindings/ReadToken';
import type { TokenRecord } from '../../bindings/TokenRecord';
import { fault, pause } from '../faults';
import { hexOf, idOf, tokenize } from '../tokenizer';

const BATCH = 8;
const VOCABULARY = 8192;
const CALM_BITS = 1;
const PLACES = 5;

/** What it expects after the tower, and what it does not. */
const FACTS: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/埃菲尔铁塔在$/, ['法国', '日本']],
  [/埃菲尔铁塔在(?:日本|法国)的$/, ['巴黎', '东京']],
];
const OTHERS = '的,是,在,了,和, the, of, and, in, a'.split(',');

function unit(seed: number): number {
  const x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

/** The probability of this piece here, and of the piece that was expected instead, where one is known. */
function weigh(before: string, text: string, seed: number): { p: number; instead: [string, number] | null } {
  const fact = FACTS.find(([pattern]) => pattern.test(before))?.[1];
  if (fact && text === fact[0]) return { p: 0.985, instead: null };
  if (fact) return { p: 0.0005, instead: [fact[0], 0.985] };
  const draw = unit(seed);
  return {
    p: draw < 0.6 ? 0.82 + 0.3 * draw : draw < 0.85 ? 0.35 : 0.02 + 0.1 * (draw - 0.85),
    instead: null,
  };
}

function recordOf(bytes: string, id: number, position: number, before: string, text: string): TokenRecord {
  const { p, instead } = weigh(before, text, position * 7919 + id);
  const rivals = [...(instead ? [instead[0]] : []), ...OTHERS].filter((other) => other !== text);
  const shares = rivals.map((_, at) =>
    instead && at === 0 ? instead[1] : (1 - p - (instead?.[1] ?? 0)) * 0.3 * 0.6 ** at,
  );
  const candidates = [
    { id, bytes, probability: p },
    ...rivals.map((other, at) => ({
      id: idOf(hexOf(other)),
      bytes: hexOf(other),
      probability: shares[at] ?? 0,
    })),
  ].sort((a, b) => b.probability - a.probability);
  const rest = Math.max(0, 1 - candidates.reduce((sum, one) => sum + one.probability, 0));
  return {
    position,
    id,
    bytes,
    text,
    probability: p,
    settings_probability: p,
    rank: candidates.findIndex((one) => one.id === id) + 1,
    entropy: [...candidates.map((one) => one.probability), rest].reduce(
      (sum, one) => (one > 0 ? sum - one * Math.log2(one) : sum),
      0,
    ),
    alternatives: candidates.map((one, at) => ({
      ...one,
      settings_probability: one.probability,
      rank: at + 1,
    })),
    rest_probability: rest,
    rest_settings_probability: rest,
    rest_count: VOCABULARY - candidates.length,
    origin: 'forced',
    special: false,
    micros: 9000,
  };
}

export class FakeReading {
  #stopped = false;
  #reading = false;

  get busy(): boolean {
    return this.#reading;
  }

  async read(
    text: string,
    model: { context_length: number; base: boolean },
    pace: number,
    tell: (event: ReadEvent) => void,
  ): Promise<void> {
    if (text.trim() === '') throw fault('invalid_params', 'there is nothing to read');
    if (this.#reading) throw fault('busy', 'a text is being read');
    [this.#reading, this.#stopped] = [true, false];
    try {
      await this.#run(text, model, pace, tell);
    } finally {
      this.#reading = false;
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(
    text: string,
    model: { context_length: number; base: boolean },
    pace: number,
    tell: (event: ReadEvent) => void,
  ): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    const decoder = new TextDecoder();
    const tokens = tokenize(text).map((token, at): ReadToken => {
      const { start, end, id } = token;
      const record =
        at === 0
          ? null
          : recordOf(
              token.bytes,
              id,
              at % model.context_length,
              decoder.decode(bytes.subarray(0, start)),
              decoder.decode(bytes.subarray(start, end)),
            );
      return { ...token, bits: record && -Math.log2(record.probability), record };
    });
    const [window, characters] = [model.context_length, [...text].length];
    const overlap = window / 2;
    const windows = Math.max(1, Math.ceil((tokens.length - overlap) / (window - overlap)));
    tell({
      event: 'started',
      tokens: tokens.length,
      characters,
      window,
      overlap,
      windows,
      plain_model: model.base,
    });
    let done = 0;
    while (done < tokens.length && !this.#stopped) {
      const some = tokens.slice(done, done + BATCH);
      tell({ event: 'tokens', from: done, tokens: some });
      done += some.length;
      const seconds_left = ((tokens.length - done) / BATCH) * (pace / 1000);
      tell({ event: 'progress', done, total: tokens.length, seconds_left });
      await pause(pace);
    }
    const read = tokens.slice(0, done);
    tell({
      event: 'ended',
      end: { end: this.#stopped && done < tokens.length ? 'stopped' : 'read' },
      summary: summaryOf(read, decoder.decode(bytes.subarray(0, read.at(-1)?.end ?? 0))),
    });
  }
}

function summaryOf(tokens: readonly ReadToken[], text: string): ReadSummary {
  const measured = tokens.filter((token) => token.bits !== null);
  const bits = measured.reduce((sum, token) => sum + (token.bits ?? 0), 0);
  const characters = [...text].length;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const between = (from: number, to: number): number =>
    [...decoder.decode(encoder.encode(text).subarray(tokens[from]?.start, tokens[to - 1]?.end))].length;
  let calm: ReadSummary['calm'] = null;
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    const one = tokens[at]?.bits ?? Infinity;
    if (one < CALM_BITS) continue;
    if (at - from > (calm ? calm.to - calm.from : 1)) calm = { from, to: at, characters: between(from, at) };
    from = at + 1;
  }
  return {
    tokens: tokens.length,
    measured: measured.length,
    characters,
    bits,
    bits_per_character: characters > 0 ? bits / characters : null,
    calm,
    surprising: tokens
      .map((token, at) => ({ token: at, bits: token.bits ?? 0 }))
      .sort((a, b) => b.bits - a.bits)
      .slice(0, PLACES),
  };
}
