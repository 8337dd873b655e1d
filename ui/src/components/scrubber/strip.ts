/** The strip of bars under an answer: one bar a token, the higher the more surprising; drawn as one path a colour. */
import type { TokenRecord } from '../../client/bindings/TokenRecord';
import { surpriseStep, tokenShare, type Measure, type SurpriseStep } from '../../tokens/probability';

/** Height of the drawing; one token is one unit wide. */
export const STRIP_HEIGHT = 20;
/** A token as expected as can be still has a foot to stand on. */
const LEAST = 2;

export interface StripPath {
  step: SurpriseStep;
  /** SVG path in a box of `records.length` by `STRIP_HEIGHT`. */
  d: string;
}

export function stripPaths(records: readonly TokenRecord[], measure: Measure): StripPath[] {
  const parts = new Map<SurpriseStep, string[]>();
  records.forEach((record, at) => {
    // What a person wrote is no surprise of the model's.
    const share = record.origin === 'forced' ? 1 : tokenShare(record, measure);
    const step = surpriseStep(share);
    const height = Number((LEAST + (STRIP_HEIGHT - LEAST) * (1 - share)).toFixed(2));
    const bar = `M${at + 0.1} ${STRIP_HEIGHT}v${-height}h.8V${STRIP_HEIGHT}z`;
    const list = parts.get(step);
    if (list) list.push(bar);
    else parts.set(step, [bar]);
  });
  return [...parts].sort(([a], [b]) => a - b).map(([step, bars]) => ({ step, d: bars.join('') }));
}

/** The token under a place on the strip, `fraction` from its left edge (0) to its right one (1). */
export function tokenAtFraction(fraction: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(fraction * count)));
}
