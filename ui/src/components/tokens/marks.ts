/** Marks in the text of an answer: where it left another version, and where others left it. */
import type { TreeNode } from '../../client/upcoming';

/** `fork`: here this version left another one; `left`: here another one left this. */
export type Mark = 'fork' | 'left';

/**
 * The marks as a text, `[[piece, mark], ...]`: equal marks are the same text, so that nothing is drawn anew while an
 * answer grows. `pieceOf` gives the piece that a token is in.
 */
export function marksKey(
  forkAt: number | null,
  leaving: readonly TreeNode[],
  pieceOf: (token: number) => number | undefined,
): string {
  const found = new Map<number, Mark>();
  for (const { branch } of leaving) {
    const index = branch ? pieceOf(branch.token_index) : undefined;
    if (index !== undefined) found.set(index, 'left');
  }
  const own = forkAt === null ? undefined : pieceOf(forkAt);
  if (own !== undefined) found.set(own, 'fork');
  return JSON.stringify([...found]);
}

export function marksOf(key: string): ReadonlyMap<number, Mark> {
  return new Map(JSON.parse(key) as [number, Mark][]);
}
