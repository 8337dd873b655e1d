/**
 * TeX set by KaTeX, loaded when the first formula comes. The nodes are built, not parsed from HTML, and styled
 * through their style objects: the content policy allows nothing else.
 */
import katex, { type KatexOptions } from 'katex';
import 'katex/dist/katex.min.css';

/** KaTeX's own tree, before it becomes DOM: what is needed of it. */
interface Tree {
  attributes?: Record<string, string>;
  children?: Tree[];
  toNode(): Node;
}

const LIMITS: KatexOptions = {
  // A formula is somebody else's text: no links, no endless macros, nothing larger than the page.
  trust: false,
  maxExpand: 500,
  maxSize: 20,
  strict: 'ignore',
  throwOnError: true,
  output: 'htmlAndMathml',
};

const toTree = (katex as unknown as { __renderToDomTree(source: string, options: KatexOptions): Tree })
  .__renderToDomTree;

/** The formula's node, or `null` where the source can't be read (yet). */
export function setMath(source: string, display: boolean): Node | null {
  try {
    const tree = toTree(source, { ...LIMITS, displayMode: display });
    dropStyleAttributes(tree);
    return tree.toNode();
  } catch {
    return null;
  }
}

/** The MathML for screen readers carries a few; it is not drawn, and the policy would refuse them aloud. */
function dropStyleAttributes(tree: Tree): void {
  if (tree.attributes) delete tree.attributes['style'];
  for (const child of tree.children ?? []) dropStyleAttributes(child);
}
