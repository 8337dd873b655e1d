/**
 * The tree of a conversation as rows with a graph beside them: a turn a row, a way a column. A first version stays
 * in its parent's column, each further one opens the next. Long stretches without a fork are folded into one row.
 */
import type { TreeNode } from '../../client/upcoming';

export interface TreeRow {
  kind: 'node';
  node: TreeNode;
  column: number;
  /** Where its parent stands; `null` for a root. */
  parent: { row: number; column: number } | null;
}

/** Turns that are not drawn one by one. */
export interface FoldedRow {
  kind: 'folded';
  count: number;
  /** The turns it stands for, to open it again. */
  first: number;
  column: number;
  parent: { row: number; column: number } | null;
  active: boolean;
}

export interface TreeLayout {
  rows: (TreeRow | FoldedRow)[];
  columns: number;
}

/** A stretch without a fork is folded from this length on; both ends stay. */
const FOLD_FROM = 8;
const KEEP = 2;

export function layoutTree(nodes: readonly TreeNode[], opened: ReadonlySet<number> = new Set()): TreeLayout {
  const children = new Map<number | null, TreeNode[]>();
  for (const node of nodes) {
    const list = children.get(node.parent_id);
    if (list) list.push(node);
    else children.set(node.parent_id, [node]);
  }
  const rows: TreeLayout['rows'] = [];
  let columns = 0;
  /** Depth first, without recursion: a conversation may be thousands of turns deep. */
  const stack: { node: TreeNode; column: number | null; parent: TreeRow['parent'] }[] = [];
  const push = (parentId: number | null, parent: TreeRow['parent']): void => {
    const list = children.get(parentId) ?? [];
    // The first version goes on straight; it comes off the stack first.
    for (let at = list.length - 1; at >= 0; at -= 1) {
      const node = list[at];
      if (node) stack.push({ node, column: at === 0 ? (parent?.column ?? null) : null, parent });
    }
  };
  push(null, null);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const column = next.column ?? columns;
    columns = Math.max(columns, column + 1);
    const run = stretch(next.node, children);
    const first = run[KEEP];
    const middle = run.slice(KEEP, run.length - KEEP);
    const fold = run.length >= FOLD_FROM && first !== undefined && !opened.has(first.id);
    let parent = next.parent;
    let last = next.node;
    for (const [at, node] of run.entries()) {
      if (fold && at >= KEEP && at < KEEP + middle.length) {
        if (at === KEEP) {
          const active = middle.some((one) => one.active);
          rows.push({ kind: 'folded', count: middle.length, first: first.id, column, parent, active });
          parent = { row: rows.length - 1, column };
        }
        continue;
      }
      rows.push({ kind: 'node', node, column, parent });
      parent = { row: rows.length - 1, column };
      last = node;
    }
    push(last.id, parent);
  }
  return { rows, columns };
}

/** From a turn down as long as each has just one that follows. */
function stretch(start: TreeNode, children: ReadonlyMap<number | null, TreeNode[]>): TreeNode[] {
  const run = [start];
  for (let at = start; ;) {
    const next = children.get(at.id);
    if (!next || next.length !== 1 || !next[0]) return run;
    at = next[0];
    run.push(at);
  }
}
