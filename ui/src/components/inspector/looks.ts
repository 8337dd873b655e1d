/** What a place that shows tokens asks the inspector to look at: the whole text, and the stretch that is meant. */
import type { Look } from '../../stores/inspector.svelte';
import { byteLength } from '../../tokens/cut-view';
import type { Piece } from '../../tokens/pieces';

/** Pieces that are no whole characters have no text that could be cut again, and are left out. */
export function lookAtPiece(pieces: readonly Piece[], index: number): Look {
  let start = 0;
  let text = '';
  for (const piece of pieces) {
    if (piece.index === index) start = byteLength(text);
    text += piece.text ?? '';
  }
  const length = byteLength(pieces.find((piece) => piece.index === index)?.text ?? '');
  return { text, tab: 'cut', bytes: [start, start + length] };
}
