/** What the tree of a conversation says: how many ways it went, and which versions left which answer. */
import type { ModelSlot, TreeNode } from '../client/upcoming';

/** Leaves of the tree. */
export function countWays(nodes: readonly TreeNode[]): number {
  const parents = new Set(nodes.map((node) => node.parent_id));
  return nodes.filter((node) => !parents.has(node.id)).length;
}

/** Versions that left an answer, by that answer. */
export function leavingByMessage(nodes: readonly TreeNode[]): ReadonlyMap<number, readonly TreeNode[]> {
  const leaving = new Map<number, TreeNode[]>();
  for (const node of nodes) {
    if (!node.branch) continue;
    const list = leaving.get(node.branch.from_message);
    if (list) list.push(node);
    else leaving.set(node.branch.from_message, [node]);
  }
  return leaving;
}

/** Which slot wrote each answer. */
export function slotByAnswer(nodes: readonly TreeNode[]): ReadonlyMap<number, ModelSlot> {
  const answers = nodes.filter((node) => node.role === 'assistant');
  return new Map(answers.map((node) => [node.id, node.slot ?? 'a']));
}
