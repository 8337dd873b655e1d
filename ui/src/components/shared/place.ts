/** Where something that floats goes: below what it belongs to, above where there is no room, never off the window. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const GAP = 8;
const MARGIN = 8;

/** Top left corner in window pixels. */
export function placeNear(
  anchor: Box,
  size: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - size.height;
  const fitsBelow = below + size.height + MARGIN <= view.height;
  const top = fitsBelow || above < MARGIN ? Math.min(below, view.height - size.height - MARGIN) : above;
  const centred = (anchor.left + anchor.right - size.width) / 2;
  const left = Math.min(centred, view.width - size.width - MARGIN);
  return { left: Math.max(MARGIN, left), top: Math.max(MARGIN, top) };
}
