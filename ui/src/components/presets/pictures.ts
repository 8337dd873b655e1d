/**
 * What each setting does, on one example: twelve candidates as a model might have them, and what the setting alone
 * leaves of them. The same chain that the worker applies does the reckoning.
 */
import type { Sampling } from '../../client/bindings/Sampling';
import { applyChain } from '../../tokens/chain';

/** The model's own opinion in the example, best first; the fourth and the seventh stood in the text before. */
export const EXAMPLE = [
  0.26, 0.18, 0.13, 0.1, 0.08, 0.065, 0.052, 0.042, 0.033, 0.026, 0.019, 0.013,
] as const;
export const SEEN: readonly number[] = [3, 6, 6];

export const NEUTRAL: Sampling = {
  temperature: 1,
  top_k: 0,
  top_p: 1,
  min_p: 0,
  repetition_penalty: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  penalty_window: 64,
  logit_bias: [],
};

export interface ExampleBar {
  /** Under the model. */
  before: number;
  /** Under the setting. */
  after: number;
  cut: boolean;
  /** Stood in the text before: what penalties act on. */
  seen: boolean;
}

/** The example under these settings. */
export function exampleBars(sampling: Sampling): ExampleBar[] {
  // Around zero, as logits are: the repetition penalty depends on their sign.
  const candidates = EXAMPLE.map((probability, id) => ({ id, logit: Math.log(probability) + 3 }));
  const shaped = applyChain(candidates, SEEN, sampling)?.shaped ?? [];
  return EXAMPLE.map((before, id) => ({
    before,
    after: shaped[id]?.probability ?? 0,
    cut: shaped[id]?.cut != null,
    seen: SEEN.includes(id),
  }));
}

/** The first draws that a seed gives, 0 to 1: not the worker's numbers, but as telling apart. */
export function drawsOf(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => {
    let x =
      (Math.imul((seed % 0x100000000) ^ Math.floor(seed / 0x100000000), 0x9e3779b1) + step * 0x85ebca6b) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  });
}
