/**
 * The caret blinks while somebody writes, and stands still afterwards, as in the desktop's own fields: what blinks keeps the
 * window drawing. The shell does it; a style sheet can't.
 */
import type { Client } from '../client/client';

/** How long the caret blinks after the last key or press (ms); GTK's own fields take ten seconds. */
export const STILL_AFTER_MS = 10_000;

const SIGNS = ['keydown', 'pointerdown', 'focusin'] as const;

/** Follows what the user does in `target`, until the returned function is called. */
export function followCaret(client: Pick<Client, 'caretBlinks'>, target: EventTarget): () => void {
  let blinks = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (wanted: boolean): void => {
    if (wanted === blinks) return;
    blinks = wanted;
    client.caretBlinks(wanted).catch(() => {
      // It goes on as it was, which costs a little.
    });
  };
  const stir = (): void => {
    tell(true);
    clearTimeout(timer);
    timer = setTimeout(() => tell(false), STILL_AFTER_MS);
  };
  for (const sign of SIGNS) target.addEventListener(sign, stir, { capture: true, passive: true });
  // A box has the focus from the start.
  stir();
  return () => {
    clearTimeout(timer);
    for (const sign of SIGNS) target.removeEventListener(sign, stir, { capture: true });
  };
}
