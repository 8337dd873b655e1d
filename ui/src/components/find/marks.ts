/**
 * Marks what was found in the messages that are drawn, by the CSS Custom Highlight API: nothing in the page changes, so
 * tokens keep their elements and their listeners.
 */
import type { Hit } from '../../stores/find.svelte';
import { folded, occurrences } from './occurrences';

/** The words of a message; not its buttons, counts and notes. */
const WORDS = '[data-testid="answer-text"], [data-testid="question-words"]';
/** In them, what is drawn beside the words. */
const BESIDE = 'button, summary, .unseen, .katex, [aria-hidden="true"]';
const BLOCKS = 'p, li, pre, td, th, .block, .heading, div';

/** Names in the style sheet. */
const ALL = 'found';
const CURRENT = 'found-now';

export const CAN_MARK = typeof CSS !== 'undefined' && 'highlights' in CSS && typeof Highlight !== 'undefined';

/** The text nodes of a message's words, and where each begins in its text. */
interface Words {
  text: string;
  nodes: { node: Text; start: number }[];
}

export function wordsOf(row: Element): Words {
  const words: Words = { text: '', nodes: [] };
  let block: Element | null = null;
  for (const place of row.querySelectorAll(WORDS)) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest(BESIDE)) continue;
      const own = parent.closest(BLOCKS);
      // No word goes from one block to the next.
      if (block !== null && own !== block && !words.text.endsWith('\n')) words.text += '\n';
      block = own;
      words.nodes.push({ node: node as Text, start: words.text.length });
      words.text += (node as Text).data;
    }
  }
  return words;
}

/** The stretch `[start, end)` of the words as a range. */
function rangeOf({ nodes }: Words, start: number, end: number): Range | null {
  const at = (place: number, isEnd: boolean): [Text, number] | null => {
    let [low, high] = [0, nodes.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const from = nodes[middle]?.start ?? 0;
      if (isEnd ? from < place : from <= place) low = middle;
      else high = middle - 1;
    }
    const found = nodes[low];
    return found ? [found.node, Math.min(place - found.start, found.node.length)] : null;
  };
  const [from, to] = [at(start, false), at(end, true)];
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

/**
 * Marks all occurrences in the drawn rows (`[data-row]`, the message's id); gives the current one's range, where it is
 * drawn.
 */
export function mark(rows: Iterable<Element>, query: string, current: Hit | null): Range | null {
  const all: Range[] = [];
  let now: Range | null = null;
  for (const row of rows) {
    const words = wordsOf(row);
    const found = occurrences(folded(words.text), query);
    const isCurrent = current !== null && row.getAttribute('data-row') === String(current.messageId);
    // Text that is drawn in another way than it is counted can hold fewer.
    const nth = isCurrent ? Math.min(current.nth, found.length - 1) : -1;
    for (const [place, start] of found.entries()) {
      const range = rangeOf(words, start, start + query.length);
      if (!range) continue;
      if (place === nth) now = range;
      else all.push(range);
    }
  }
  if (CAN_MARK) {
    CSS.highlights.set(ALL, new Highlight(...all));
    CSS.highlights.set(CURRENT, now ? new Highlight(now) : new Highlight());
  }
  return now;
}

export function unmark(): void {
  if (!CAN_MARK) return;
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(CURRENT);
}

/** Thoughts that are folded hide what was found in them: opens them. Whether there were any. */
export function unfold(row: Element): boolean {
  const folds = [...row.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
  for (const fold of folds) fold.open = true;
  return folds.length > 0;
}
