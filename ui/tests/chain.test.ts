import { describe, expect, it } from 'vitest';

import type { CutRule } from '../src/client/bindings/CutRule';
import type { Sampling } from '../src/client/bindings/Sampling';
import { applyChain } from '../src/tokens/chain';
import cases from './fixtures/chain.json';

/** As the Rust side writes it: JSON has no infinity. */
interface Case {
  logits: number[];
  recent: number[];
  sampling: Sampling;
  expected: [number, CutRule | null][];
  survivors: number;
  best: number;
}

const read = (logit: number): number => (logit === -1e30 ? -Infinity : logit);

function chainOf({ logits, recent, sampling }: Case): ReturnType<typeof applyChain> {
  const candidates = logits.map((logit, id) => ({ id, logit: read(logit) }));
  const logit_bias = sampling.logit_bias.map(([id, bias]): [number, number] => [id, read(bias)]);
  return applyChain(candidates, recent, { ...sampling, logit_bias });
}

describe('the chain in the window', () => {
  it.each((cases as unknown as Case[]).map((one, at) => [at, one] as const))(
    'gives what the Rust one gives, case %i',
    (_, one) => {
      const result = chainOf(one);
      expect(result?.best).toBe(one.best);
      expect(result?.survivors).toBe(one.survivors);
      expect(result?.othersProbability).toBe(0);
      one.expected.forEach(([probability, cut], id) => {
        expect(result?.shaped[id]?.cut, `token ${id}`).toBe(cut);
        expect(result?.shaped[id]?.probability, `token ${id}`).toBeCloseTo(probability, 9);
      });
    },
  );

  it('comes close with the best candidates alone, and says what the others have', () => {
    for (const one of cases as unknown as Case[]) {
      if (one.sampling.repetition_penalty !== 1 || one.sampling.logit_bias.length > 0) continue;
      if (one.sampling.frequency_penalty !== 0 || one.sampling.temperature > 1) continue;
      const top = Math.max(...one.logits);
      const weights = one.logits.map((logit) => Math.exp(logit - top));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const listed = one.logits
        .map((logit, id) => ({ id, logit: Math.log((weights[id] ?? 0) / sum), raw: logit }))
        .sort((a, b) => b.raw - a.raw || a.id - b.id)
        .slice(0, 20);
      const inside = listed.reduce((total, { logit }) => total + Math.exp(logit), 0);
      const others = { count: one.logits.length - listed.length, probability: 1 - inside };
      const result = applyChain(listed, one.recent, one.sampling, others);
      const total = (result?.shaped ?? []).reduce((all, { probability }) => all + probability, 0);
      expect(total + (result?.othersProbability ?? 0)).toBeCloseTo(1, 9);
      listed.forEach(({ id }, at) => {
        expect(result?.shaped[at]?.probability).toBeCloseTo(one.expected[id]?.[0] ?? NaN, 2);
      });
    }
  });

  it('is nothing where nothing can be drawn', () => {
    const { sampling } = (cases as unknown as Case[])[0] ?? { sampling: undefined };
    if (!sampling) throw new Error('a case expected');
    expect(applyChain([], [], sampling)).toBeNull();
    expect(applyChain([{ id: 1, logit: NaN }], [], sampling)).toBeNull();
  });
});
