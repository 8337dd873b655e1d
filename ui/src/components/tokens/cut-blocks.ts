/** The blocks of an answer in two parts: thoughts and what follows them. Blocks that are not cut stay the same objects. */
import type { Block } from '../../stores/token-stream.svelte';

/** Where the answer proper begins: the first piece at or after `token` that is more than white space. */
export function answerStart(
  pieces: readonly { text: string | null; start: number; tokens: readonly unknown[] }[],
  token: number,
): number {
  let at = pieces.findIndex((piece) => piece.start + piece.tokens.length > token);
  if (at < 0) return pieces.length;
  while (pieces[at]?.text?.trim() === '') at += 1;
  return at;
}

/** Parts before and from the piece `at` on. */
export function cutBlocks(
  blocks: readonly Block[],
  at: number,
): { before: readonly Block[]; after: readonly Block[] } {
  const startOf = (block: Block | undefined): number => block?.[0]?.[0]?.index ?? 0;
  let end = blocks.findIndex((block) => startOf(block) >= at);
  if (end < 0) end = blocks.length;
  const straddling = blocks[end - 1];
  const last = straddling?.at(-1)?.at(-1)?.index ?? -1;
  if (!straddling || last < at) return { before: blocks.slice(0, end), after: blocks.slice(end) };
  const part = (keep: (index: number) => boolean): Block =>
    straddling
      .map((chunk) =>
        chunk.every((piece) => keep(piece.index)) ? chunk : chunk.filter((piece) => keep(piece.index)),
      )
      .filter((chunk) => chunk.length > 0);
  return {
    before: [...blocks.slice(0, end - 1), part((index) => index < at)],
    after: [part((index) => index >= at), ...blocks.slice(end)],
  };
}
