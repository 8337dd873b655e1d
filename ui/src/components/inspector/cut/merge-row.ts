/** The row of symbols of a word as it is after some of its merges. */
import type { Steps } from '../../../client/bindings/Steps';
import type { Symbol as StepSymbol } from '../../../client/bindings/Symbol';

export function symbolsAfter(
  { symbols, merges }: Pick<Extract<Steps, { kind: 'merges' }>, 'symbols' | 'merges'>,
  done: number,
): StepSymbol[] {
  const row = [...symbols];
  for (const { at, result } of merges.slice(0, done)) row.splice(at, 2, result);
  return row;
}
