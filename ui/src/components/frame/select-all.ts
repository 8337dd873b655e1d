/**
 * Ctrl+A outside of a field: the text that is being looked at, never the buttons and bars around it. That is the one
 * message, lens or page text that holds the focus or the selection; without either there is nothing to select.
 */
export function selectAllAround(focus: Element | null): void {
  const selection = getSelection();
  if (!selection) return;
  const anchor = selection.anchorNode;
  const start =
    focus && focus !== document.body ? focus : anchor instanceof Element ? anchor : anchor?.parentElement;
  const text = start?.closest('.selectable') ?? start?.closest('article')?.querySelector('.selectable');
  if (text) selection.selectAllChildren(text);
}
