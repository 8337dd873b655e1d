/**
 * Does something once what was changed now is on the screen. Returns how to call it off. The timer stands in for the
 * frames where there are none: a window that is covered or minimised is not painted.
 */
export function afterPaint(work: () => void, orWithin = 500): () => void {
  let frame = 0;
  const off = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const now = (): void => {
    off();
    work();
  };
  // The first frame draws it; its painting is over when the second begins.
  frame = requestAnimationFrame(() => (frame = requestAnimationFrame(now)));
  const timer = setTimeout(now, orWithin);
  return off;
}
