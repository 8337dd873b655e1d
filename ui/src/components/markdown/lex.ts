/**
 * Markdown as tokens, never as HTML. While an answer is being written only its last blocks are cut anew: what
 * stands before them is done, keeps its identity, and is not drawn again. Open ends (`**bold`, a code fence, a
 * formula) are closed provisionally, so that nothing flickers between source and result.
 */
import { Marked, type Token } from 'marked';
import remend from 'remend';

import { blockMath, closeMath, inlineMath } from './math-syntax';

/** An instance of its own: the package's global one stays as it is. */
const marked = new Marked({ gfm: true, extensions: [blockMath, inlineMath] });

/** The newest blocks may still change their kind: a paragraph becomes a table, a list goes on. */
const OPEN_BLOCKS = 2;

/** HTML is shown as text here, so half a tag is no harm; half a link is shown as its words. */
const CLOSING = { linkMode: 'text-only', htmlTags: false } as const;

export class BlockLexer {
  /** Blocks that will not change, and the text they were cut from. */
  #done: Token[] = [];
  #doneText = '';
  #open: Token[] = [];

  /** The blocks of the text; `writing`: more will be appended to it. */
  update(text: string, writing: boolean): Token[] {
    const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    if (!writing || !source.startsWith(this.#doneText)) return this.#afresh(source, writing);
    const tail = source.slice(this.#doneText.length);
    const blocks = this.#keep(this.#open, cut(closed(tail)).blocks);
    this.#settle(blocks, tail);
    return this.#visible();
  }

  #afresh(source: string, writing: boolean): Token[] {
    const before = [...this.#done, ...this.#open];
    const { blocks, linked } = cut(writing ? closed(source) : source);
    this.#done = [];
    this.#doneText = '';
    // A link's address may stand below the block that uses it, which then reads differently.
    this.#open = linked ? blocks : this.#keep(before, blocks);
    if (writing) this.#settle(this.#open, source);
    return this.#visible();
  }

  /** A block that is what it was stays the same object. */
  #keep(before: readonly Token[], blocks: Token[]): Token[] {
    return blocks.map((block, at) => {
      const old = before[at];
      return old?.type === block.type && old.raw === block.raw ? old : block;
    });
  }

  /** Moves blocks that can't change any more over to the done ones. */
  #settle(blocks: Token[], tail: string): void {
    let settled = blocks.length;
    for (let left = OPEN_BLOCKS; settled > 0 && left > 0;) {
      settled -= 1;
      if (blocks[settled]?.type !== 'space') left -= 1;
    }
    const raw = blocks
      .slice(0, settled)
      .map((block) => block.raw)
      .join('');
    // Closing open ends only ever touches the end; should it not, everything stays open.
    if (!tail.startsWith(raw)) settled = 0;
    if (settled > 0) {
      this.#done.push(...blocks.slice(0, settled));
      this.#doneText += raw;
    }
    this.#open = blocks.slice(settled);
  }

  #visible(): Token[] {
    return [...this.#done, ...this.#open].filter((block) => block.type !== 'space' && block.type !== 'def');
  }
}

function closed(text: string): string {
  return remend(closeMath(text), CLOSING);
}

function cut(source: string): { blocks: Token[]; linked: boolean } {
  const blocks = marked.lexer(source);
  return { blocks: [...blocks], linked: Object.keys(blocks.links).length > 0 };
}
