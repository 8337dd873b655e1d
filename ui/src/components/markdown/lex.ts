/**
 * Markdown as tokens, never as HTML. While an answer is being written its open ends (`**bold`, a code
 * fence) are closed provisionally, and blocks that did not change keep their identity, so that only the
 * last one is drawn again.
 */
import { lexer, type Token } from 'marked';
import remend from 'remend';

/** The blocks of a text. `before` is the result for the same text when it was shorter. */
export function lexBlocks(text: string, writing: boolean, before: readonly Token[] = []): Token[] {
  const blocks = lexer(writing ? remend(text) : text, { gfm: true });
  return blocks.map((block, at) => {
    const old = before[at];
    return old?.type === block.type && old.raw === block.raw ? old : block;
  });
}
