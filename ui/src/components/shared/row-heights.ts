/**
 * Where rows of different heights stand in a list of which only some are drawn. A row counts with an estimate
 * until it was measured. Sums come from a Fenwick tree, so that a change and a look-up cost O(log n).
 */
export class RowHeights {
  readonly #heights: Float64Array;
  readonly #tree: Float64Array;
  readonly length: number;

  /** `heights[i]` in pixels: measured or estimated. */
  constructor(heights: Float64Array) {
    this.length = heights.length;
    this.#heights = heights;
    this.#tree = new Float64Array(this.length + 1);
    for (let at = 1; at <= this.length; at += 1) {
      this.#tree[at] = (this.#tree[at] ?? 0) + (heights[at - 1] ?? 0);
      const parent = at + (at & -at);
      if (parent <= this.length) this.#tree[parent] = (this.#tree[parent] ?? 0) + (this.#tree[at] ?? 0);
    }
  }

  get total(): number {
    return this.offset(this.length);
  }

  height(at: number): number {
    return this.#heights[at] ?? 0;
  }

  /** Pixels from the top to the row; `offset(length)` is the end. */
  offset(at: number): number {
    let sum = 0;
    for (let i = Math.min(at, this.length); i > 0; i -= i & -i) sum += this.#tree[i] ?? 0;
    return sum;
  }

  /** Takes a measured height; returns by how much it differs from what was counted. */
  set(at: number, height: number): number {
    const change = height - this.height(at);
    if (change === 0 || at < 0 || at >= this.length) return 0;
    this.#heights[at] = height;
    for (let i = at + 1; i <= this.length; i += i & -i) this.#tree[i] = (this.#tree[i] ?? 0) + change;
    return change;
  }

  /** The row at this many pixels from the top, the first or last where there is none. */
  at(pixels: number): number {
    let at = 0;
    let left = pixels;
    let step = 2 ** Math.floor(Math.log2(Math.max(1, this.length)));
    for (; step > 0; step = Math.floor(step / 2)) {
      const next = at + step;
      if (next <= this.length && (this.#tree[next] ?? 0) <= left) {
        at = next;
        left -= this.#tree[next] ?? 0;
      }
    }
    return Math.max(0, Math.min(at, this.length - 1));
  }
}
