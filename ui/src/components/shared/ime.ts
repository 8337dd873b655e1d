/** Keys that belong to an input method, and what a window must not do with them. */

/** What a browser reports for a key that the input method took. */
const TAKEN = 229;

/**
 * Does this key go to a word that is being composed? Then Enter confirms it, arrows choose among its candidates and Esc
 * gives it up, and nothing of ours may happen. Every handler of keys asks first (`eslint/ime-keys.js` sees to it).
 *
 * WebKit ends the composition before it reports the Enter that confirmed it: `isComposing` is false then, and only the
 * key code tells.
 */
export function isComposing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === TAKEN;
}
