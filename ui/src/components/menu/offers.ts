/**
 * What a right click offers. Whatever is on the screen says so for itself: an answer offers to be copied, a token in
 * it to be explained. A click collects the offers from the innermost element outwards, so that a token's menu has its
 * answer's below its own.
 */
import type { Attachment } from 'svelte/attachments';

import type { MessageKey, Values } from '../../i18n/messages';
import type { IconName } from '../shared/icons';

export interface MenuItem {
  /** Its words; also its name for tests. */
  key: MessageKey;
  values?: Values;
  icon: IconName;
  /** Shown, but can't be done now. */
  disabled?: boolean;
  run: () => void;
}

/** `target` is the innermost element that was clicked. */
export type Offer = (target: Element) => readonly MenuItem[];

const offers = new WeakMap<Element, Offer>();

/** An element with this has a menu. */
export function offering(offer: Offer): Attachment {
  return (element) => {
    offers.set(element, offer);
    return () => offers.delete(element);
  };
}

/** The offers for a click here, one group for each element that has any. */
export function offersAt(target: Element): MenuItem[][] {
  const groups: MenuItem[][] = [];
  // What is offered twice is about the inner element: a token is looked at, not its whole answer.
  const offered = new Set<MessageKey>();
  for (let element: Element | null = target; element; element = element.parentElement) {
    const items = (offers.get(element)?.(target) ?? []).filter(({ key }) => !offered.has(key));
    for (const { key } of items) offered.add(key);
    if (items.length > 0) groups.push(items);
  }
  return groups;
}

/** Where the system's own menu is the right one: it cuts, pastes, spells and knows input methods. */
export function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
