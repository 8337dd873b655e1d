/**
 * The double's "language model": for every token of the reply it makes up a distribution over pieces
 * of the same kind, by a number drawn from place and piece, so that the same question always gives the
 * same numbers. The settings act on it as they do on a real one.
 */
import type { Alternative } from '../bindings/Alternative';
import type { CutRule } from '../bindings/CutRule';
import type { Sampling } from '../bindings/Sampling';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { StepOffer } from '../upcoming';
import { cut, END_ID, hexOf, idOf, tokenize } from './tokenizer';

const VOCABULARY = 8192;
const LISTED = 10;
const OTHERS_EN =
  ' the, a, in, is, of, city, tower, and, it, was, France, Paris, on, London, not, old, great'.split(',');
const OTHERS_ZH = '是,在,的,巴黎,法国,它,位于,英国,这,一座,欧洲,著名,城市,和,有,高,了'.split(',');

/** Pieces that are offered besides, in step mode. */
const FURTHER =
  ' river bridge long small large many people year first last name north south world house tree water light time day' +
  '不太清楚能换问法吗哪光红蓝地河年高约米这个我和里比被上为最多圈于';

/** 0 to 1, the same for the same seed. */
function unit(seed: number): number {
  let x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

interface Candidate {
  id: number;
  bytes: string;
  probability: number;
}

/** Candidates sorted by probability, and the rest's share. */
function opinion(bytes: string, id: number, position: number): { candidates: Candidate[]; rest: number } {
  const draw = unit(position * 7919 + id);
  // Most tokens are expected, a few surprising: what real models look like.
  const best = draw < 0.55 ? 0.9 + draw * 0.17 : draw < 0.8 ? 0.35 + draw * 0.5 : 0.15 + draw * 0.2;
  const taken = draw < 0.85 ? 0 : draw < 0.95 ? 1 : 3;
  const rest = (1 - best) * 0.18;
  const others = (parseInt(bytes.slice(0, 2) || '20', 16) >= 0x80 ? OTHERS_ZH : OTHERS_EN)
    .map((text) => ({ id: idOf(hexOf(text)), bytes: hexOf(text) }))
    .filter((other) => other.bytes !== bytes)
    .sort((a, b) => unit(position + a.id) - unit(position + b.id))
    .slice(0, LISTED - 1);
  const order = [...others.slice(0, taken), { id, bytes }, ...others.slice(taken)];
  const tail = Array.from({ length: LISTED - 1 }, (_, at) => 0.55 ** at);
  const sum = tail.reduce((total, one) => total + one, 0);
  const candidates = order.map((piece, at) => ({
    ...piece,
    probability: at === 0 ? best : ((1 - best - rest) * (tail[at - 1] ?? 0)) / sum,
  }));
  candidates.sort((a, b) => b.probability - a.probability);
  return { candidates, rest };
}

/** Which rule cuts a candidate, in the order of the chain. */
function cutBy(
  sampling: Sampling,
  at: number,
  probability: number,
  before: number,
  best: number,
): CutRule | null {
  if (sampling.temperature === 0) return at === 0 ? null : 'greedy';
  if (sampling.top_k > 0 && at >= sampling.top_k) return 'top_k';
  if (before >= sampling.top_p) return 'top_p';
  return probability < sampling.min_p * best ? 'min_p' : null;
}

/** What the settings leave; `taken` had a chance, whatever the made-up numbers say. */
function shape(
  candidates: Candidate[],
  rest: number,
  sampling: Sampling,
  taken: number | null,
): { alternatives: Alternative[]; restShare: number } {
  const best = candidates[0]?.probability ?? 1;
  let before = 0;
  const cuts = candidates.map((candidate, at) => {
    const rule = cutBy(sampling, at, candidate.probability, before, best);
    before += candidate.probability;
    return at === taken ? null : rule;
  });
  const heat = (probability: number): number => probability ** (1 / Math.max(0.05, sampling.temperature));
  const restKept = sampling.top_p >= 1 && sampling.top_k === 0 && sampling.temperature > 0 ? heat(rest) : 0;
  const total = candidates.reduce((sum, one, at) => sum + (cuts[at] ? 0 : heat(one.probability)), restKept);
  const alternatives = candidates.map((candidate, at): Alternative => {
    const rule = cuts[at];
    return {
      ...candidate,
      settings_probability: rule ? 0 : heat(candidate.probability) / total,
      rank: at + 1,
      ...(rule ? { cut: rule } : {}),
    };
  });
  return { alternatives, restShare: restKept / total };
}

function record(bytes: string, id: number, position: number, sampling: Sampling, text: string): TokenRecord {
  const { candidates, rest } = opinion(bytes, id, position);
  const taken = candidates.findIndex((candidate) => candidate.id === id);
  const { alternatives, restShare } = shape(candidates, rest, sampling, taken);
  const entropy = [...candidates.map((one) => one.probability), rest].reduce(
    (sum, p) => sum - p * Math.log2(p),
    0,
  );
  return {
    position,
    id,
    bytes,
    text,
    probability: alternatives[taken]?.probability ?? 0,
    settings_probability: alternatives[taken]?.settings_probability ?? 0,
    rank: taken + 1,
    entropy,
    alternatives,
    rest_probability: rest,
    rest_settings_probability: restShare,
    rest_count: VOCABULARY - LISTED,
    origin: 'sampled',
    special: bytes === '',
    micros: 9000 + Math.round(unit(position) * 5000),
  };
}

/** All tokens of a reply, the end token last where the limit allows it. */
export function write(reply: string, promptTokens: number, sampling: Sampling, limit: number): TokenRecord[] {
  const pen = new Pen(promptTokens);
  return [...cut(reply), ''].slice(0, limit).map((bytes) => pen.put(bytes, sampling));
}

/** Writes one token after the other. */
export class Pen {
  readonly #decoder = new TextDecoder('utf-8');
  #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  /** A token with these bytes (in hex; the end token has none). */
  put(bytes: string, sampling: Sampling): TokenRecord {
    const raw = Uint8Array.from({ length: bytes.length / 2 }, (_, i) =>
      parseInt(bytes.slice(2 * i, 2 * i + 2), 16),
    );
    const text = this.#decoder.decode(raw, { stream: true });
    const id = bytes === '' ? END_ID : idOf(bytes);
    return record(bytes, id, this.#position++, sampling, text);
  }
}

/** The candidates where the token with these bytes would come next, and many less probable ones. */
export function offer(bytes: string, position: number, tokenIndex: number, sampling: Sampling): StepOffer {
  const id = bytes === '' ? END_ID : idOf(bytes);
  const { candidates, rest } = opinion(bytes, id, position);
  const known = new Set(candidates.map((candidate) => candidate.id));
  let left = rest;
  for (const other of tokenize([...OTHERS_EN, ...OTHERS_ZH].join('') + FURTHER)) {
    if (known.has(other.id)) continue;
    known.add(other.id);
    candidates.push({ id: other.id, bytes: other.bytes, probability: left * 0.05 });
    left *= 0.95;
  }
  candidates.sort((a, b) => b.probability - a.probability);
  const shaped = shape(candidates, left, sampling, null);
  const all = [...candidates.map((one) => one.probability), left];
  return {
    position,
    token_index: tokenIndex,
    sampling,
    entropy: all.reduce((sum, p) => sum - p * Math.log2(p), 0),
    candidates: shaped.alternatives,
    rest_probability: left,
    rest_settings_probability: shaped.restShare,
    rest_count: VOCABULARY - candidates.length,
    survivors:
      shaped.alternatives.filter((one) => !one.cut).length +
      (shaped.restShare > 0 ? VOCABULARY - candidates.length : 0),
    best: candidates[0]?.id ?? id,
    // The double's text has no past that penalties could look at.
    log_sum_exp: 12,
    recent: [],
  };
}
