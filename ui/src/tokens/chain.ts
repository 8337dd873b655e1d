/**
 * What the settings leave of the model's opinion, in the window: the rules of `core/src/sampling/chain.rs` in the same
 * order, so that sliders reshape the bars at once. `tests/fixtures/chain.json` is written by the Rust side and
 * holds this file to it.
 *
 * It gets the best candidates and what all others have together. With the whole vocabulary as
 * candidates it is exact; else the others are taken as equally probable, which a long list makes a small error.
 */
import type { CutRule } from '../client/bindings/CutRule';
import type { Sampling } from '../client/bindings/Sampling';

export interface Logit {
  id: number;
  /** Before any setting. Known up to a constant, it gives the same result as long as no repetition penalty acts. */
  logit: number;
}

/** All candidates that are not in the list. */
export interface Others {
  count: number;
  /** What they have together by the model's own opinion, 0 to 1. */
  probability: number;
}

export interface Shaped {
  id: number;
  /** The chance with which it is drawn, 0 to 1. */
  probability: number;
  /** Which rule took it away. */
  cut: CutRule | null;
}

export interface ChainResult {
  /** In the order of the candidates given. */
  shaped: Shaped[];
  /** What the others have together after the settings, 0 to 1. */
  othersProbability: number;
  /** How many can be drawn, others included. */
  survivors: number;
  /** The one with the highest chance. */
  best: number;
}

/** A candidate after bias and penalties. */
interface Adjusted {
  id: number;
  logit: number;
}

const f32 = Math.fround;
const NONE: Others = { count: 0, probability: 0 };

/** Best first: higher logit, then smaller id. */
function bestFirst(a: Adjusted, b: Adjusted): number {
  return b.logit - a.logit || a.id - b.id;
}

/** Would `a` come before `b`? */
function before(a: Adjusted, b: Adjusted): boolean {
  return a.logit > b.logit || (a.logit === b.logit && a.id < b.id);
}

/** Bias and penalties, in 32-bit arithmetic as the worker does it. */
function adjust(candidates: readonly Logit[], recent: readonly number[], sampling: Sampling): Adjusted[] {
  const bias = new Map<number, number[]>();
  for (const [id, amount] of sampling.logit_bias) bias.set(id, [...(bias.get(id) ?? []), f32(amount)]);
  const counts = new Map<number, number>();
  const [repetition, frequency, presence] = [
    f32(sampling.repetition_penalty),
    f32(sampling.frequency_penalty),
    f32(sampling.presence_penalty),
  ];
  if (repetition !== 1 || frequency !== 0 || presence !== 0) {
    for (const id of recent.slice(Math.max(0, recent.length - sampling.penalty_window)))
      counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return candidates.map(({ id, logit }) => {
    let value = Number.isNaN(logit) ? -Infinity : f32(logit);
    for (const amount of bias.get(id) ?? []) value = f32(value + amount);
    const count = counts.get(id);
    if (count !== undefined) {
      value = f32(value > 0 ? value / repetition : value * repetition);
      value = f32(value - f32(f32(count * frequency) + presence));
    }
    return { id, logit: value };
  });
}

/** `recent`: the ids so far, oldest first, prompt included. `null` where no candidate is left. */
export function applyChain(
  candidates: readonly Logit[],
  recent: readonly number[],
  sampling: Sampling,
  others: Others = NONE,
): ChainResult | null {
  const adjusted = adjust(candidates, recent, sampling);
  const order = [...adjusted].sort(bestFirst);
  const best = order[0];
  if (!best || !Number.isFinite(best.logit)) return null;

  const temperature = f32(Math.max(0, sampling.temperature));
  /** The last survivor of each cut that took something away, in the order of the cuts. */
  const cuts: { rule: CutRule; last: Adjusted }[] = [];
  let sum = 1;
  let keptOthers = 0;
  let each = 0;
  let kept = 1;

  if (temperature === 0) {
    cuts.push({ rule: 'greedy', last: best });
  } else {
    const weight = (one: Adjusted): number => Math.exp(f32(one.logit - best.logit) / temperature);
    const sumOf = (list: readonly Adjusted[]): number => list.reduce((total, one) => total + weight(one), 0);
    each = weightOfOthers(candidates, others, best, temperature);
    const total = order.length + others.count;
    let listed: readonly Adjusted[] = order;
    let rest = others.count;
    const cut = (rule: CutRule, keep: number): void => {
      const last = order[Math.min(keep, order.length) - 1];
      if (last && (keep < order.length || rest > Math.max(0, keep - order.length))) cuts.push({ rule, last });
      listed = order.slice(0, keep);
      rest = Math.max(0, keep - order.length);
    };

    const whole = sumOf(order) + each * rest;
    const topK = sampling.top_k === 0 ? total : Math.min(sampling.top_k, total);
    if (topK < total) cut('top_k', topK);
    if (sampling.top_p < 1) {
      const goal = f32(Math.max(0, sampling.top_p)) * (topK < total ? sumOf(listed) + each * rest : whole);
      const keep = reach(listed.map(weight), each, rest, goal);
      if (keep !== null && keep < topK) cut('top_p', keep);
    }
    if (sampling.min_p > 0) {
      const least = f32(Math.min(1, sampling.min_p));
      const enough = listed.findIndex((one) => weight(one) < least);
      const keep = enough === -1 ? listed.length + (each >= least ? rest : 0) : Math.max(1, enough);
      if (keep < listed.length + rest) cut('min_p', keep);
    }
    sum = sumOf(listed) + each * rest;
    keptOthers = rest;
    kept = listed.filter((one) => one.logit > -Infinity).length + rest;
  }

  const shaped = adjusted.map((one): Shaped => {
    const rule: CutRule | null =
      one.logit === -Infinity ? 'logit_bias' : (cuts.find(({ last }) => before(last, one))?.rule ?? null);
    const probability =
      rule !== null ? 0 : temperature === 0 ? 1 : Math.exp(f32(one.logit - best.logit) / temperature) / sum;
    return { id: one.id, probability, cut: rule };
  });
  return { shaped, othersProbability: (keptOthers * each) / sum, survivors: kept, best: best.id };
}

/** How many, best first, it takes until the sum of their weights is at least `goal`; `null` where all do not reach it. */
function reach(weights: readonly number[], each: number, rest: number, goal: number): number | null {
  let sum = 0;
  for (const [at, weight] of weights.entries()) {
    sum += weight;
    if (sum >= goal) return at + 1;
  }
  if (rest === 0 || each === 0) return null;
  const more = Math.ceil((goal - sum) / each);
  return more <= rest ? weights.length + more : null;
}

/** The weight of one of the others, from their probability against that of the listed ones. */
function weightOfOthers(
  candidates: readonly Logit[],
  others: Others,
  best: Adjusted,
  temperature: number,
): number {
  if (others.count === 0 || others.probability <= 0) return 0;
  const top = candidates.reduce((most, one) => Math.max(most, one.logit), -Infinity);
  const listed = candidates.reduce((sum, one) => sum + Math.exp(one.logit - top), 0);
  const share = others.probability / Math.max(1e-12, 1 - others.probability);
  const logit = top + Math.log((listed * share) / others.count);
  return Math.exp((logit - best.logit) / temperature);
}
