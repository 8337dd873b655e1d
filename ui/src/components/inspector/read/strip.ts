/** The map of surprise: one bar a token, or one for several that stand together; its height is the largest of their bits. */
import { surpriseStep, type SurpriseStep } from '../../../tokens/probability';

export const MAP_HEIGHT = 48;
/** More bits than this are not drawn higher: a chance of one in 65,536. */
export const MOST_BITS = 16;
/** More bars than this can't be told apart. */
const MOST_BARS = 480;
const LEAST = 1.5;

export interface MapPath {
  step: SurpriseStep;
  d: string;
}

export interface SurpriseMap {
  /** How many bars there are; each is one unit wide. */
  bars: number;
  /** Tokens that one bar stands for. */
  each: number;
  paths: MapPath[];
}

/** `bits` by token; `count` tokens are to come in all, so that the map does not change its scale while it is read. */
export function surpriseMap(bits: readonly (number | null)[], count: number): SurpriseMap {
  const each = Math.max(1, Math.ceil(count / MOST_BARS));
  const parts = new Map<SurpriseStep, string[]>();
  for (let bar = 0; bar * each < bits.length; bar += 1) {
    const most = Math.max(0, ...bits.slice(bar * each, (bar + 1) * each).map((one) => one ?? 0));
    const step = surpriseStep(2 ** -most);
    const height = LEAST + (MAP_HEIGHT - LEAST) * (Math.min(most, MOST_BITS) / MOST_BITS);
    const d = `M${bar + 0.08} ${MAP_HEIGHT}v${(-height).toFixed(2)}h.84V${MAP_HEIGHT}z`;
    const list = parts.get(step);
    if (list) list.push(d);
    else parts.set(step, [d]);
  }
  return {
    bars: Math.ceil(Math.max(count, 1) / each),
    each,
    paths: [...parts].sort(([a], [b]) => a - b).map(([step, bars]) => ({ step, d: bars.join('') })),
  };
}
