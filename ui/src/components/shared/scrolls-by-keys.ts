/** What scrolls is reached by keys, and what does not is passed over. */
import type { Attachment } from 'svelte/attachments';

/** For an element that scrolls and holds one child, whose height decides. */
export const scrollsByKeys: Attachment<HTMLElement> = (element) => {
  if (typeof ResizeObserver === 'undefined') return undefined;
  const watch = new ResizeObserver(() => {
    if (element.scrollHeight > element.clientHeight + 1) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  });
  watch.observe(element);
  if (element.firstElementChild) watch.observe(element.firstElementChild);
  return () => watch.disconnect();
};
