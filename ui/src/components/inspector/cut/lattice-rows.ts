/** The pieces that a Unigram tokenizer weighed, laid out below the characters that they span: none over another. */
import type { LatticeEdge } from '../../../client/bindings/LatticeEdge';

export interface PlacedEdge extends LatticeEdge {
  /** Row, from 0. The pieces of the best way have the first. */
  row: number;
}

export function placeEdges(edges: readonly LatticeEdge[]): PlacedEdge[] {
  /** By row: the stretches that are taken. */
  const taken: [number, number][][] = [];
  const byPlace = (a: LatticeEdge, b: LatticeEdge): number =>
    Number(b.best) - Number(a.best) || b.to - b.from - (a.to - a.from) || a.from - b.from;
  return [...edges].sort(byPlace).map((edge) => {
    const isFree = (row: [number, number][]): boolean =>
      row.every(([from, to]) => edge.to <= from || edge.from >= to);
    // The first row is the best way's alone.
    let row = edge.best ? 0 : taken.findIndex((one, at) => at > 0 && isFree(one));
    if (row < 0) row = Math.max(1, taken.length);
    while (taken.length <= row) taken.push([]);
    taken[row]?.push([edge.from, edge.to]);
    return { ...edge, row };
  });
}
