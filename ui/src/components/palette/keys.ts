/** Every shortcut of the window, in one table: what listens for it and what the list of shortcuts shows. */
import type { MessageKey } from '../../i18n/messages';

/** In the order in which palette and list show them. */
export const GROUPS = ['conversation', 'models', 'views', 'look'] as const;
export type Group = (typeof GROUPS)[number];

export const SHORTCUTS = [
  { name: 'new_conversation', group: 'conversation', chord: 'Ctrl+N' },
  { name: 'new_private', group: 'conversation', chord: 'Ctrl+Shift+N' },
  { name: 'write', group: 'conversation', chord: 'Ctrl+J' },
  { name: 'send', group: 'conversation', chord: 'Ctrl+Enter' },
  { name: 'stop', group: 'conversation', chord: 'Escape' },
  { name: 'regenerate', group: 'conversation', chord: 'Ctrl+Shift+Enter' },
  { name: 'attach', group: 'conversation', chord: 'Ctrl+U' },
  { name: 'find', group: 'conversation', chord: 'Ctrl+F' },
  { name: 'layer', group: 'conversation', chord: 'Ctrl+L' },
  { name: 'lens', group: 'conversation', chord: 'Ctrl+E' },
  { name: 'undo', group: 'conversation', chord: 'Ctrl+Z' },
  { name: 'open_file', group: 'models', chord: 'Ctrl+O' },
  { name: 'palette', group: 'views', chord: 'Ctrl+K' },
  { name: 'view_chat', group: 'views', chord: 'Ctrl+1' },
  { name: 'view_tokens', group: 'views', chord: 'Ctrl+2' },
  { name: 'view_models', group: 'views', chord: 'Ctrl+3' },
  { name: 'view_history', group: 'views', chord: 'Ctrl+4' },
  { name: 'search_history', group: 'views', chord: 'Ctrl+Shift+F' },
  { name: 'sidebar', group: 'views', chord: 'Ctrl+B' },
  { name: 'settings', group: 'views', chord: 'Ctrl+,' },
  { name: 'shortcuts', group: 'views', chord: 'Ctrl+/' },
  { name: 'zoom_in', group: 'look', chord: 'Ctrl+Plus' },
  { name: 'zoom_out', group: 'look', chord: 'Ctrl+Minus' },
  { name: 'zoom_reset', group: 'look', chord: 'Ctrl+0' },
] as const satisfies readonly { name: string; group: Group; chord: string }[];

export type ShortcutName = (typeof SHORTCUTS)[number]['name'];

/** Keys that hold in one place only, for the list. */
export const LOCAL_KEYS = [
  { place: 'composer', keys: ['Enter', 'Shift+Enter'] },
  { place: 'tokens', keys: ['←', '→', 'Home', 'End', 'Enter'] },
  { place: 'history', keys: ['Shift+↓', 'Ctrl+A', 'F2', 'Delete'] },
] as const;

/** What a browser does with these, an app does not: reload, go back, print. */
const BROWSER_KEYS = ['F5', 'Ctrl+R', 'Ctrl+F5', 'Ctrl+Shift+R', 'Ctrl+P', 'Ctrl+Shift+P'] as const;

/** Ctrl, or Command where that is the custom. */
export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const DRAWN: Readonly<Record<string, string>> = { Escape: 'Esc', Plus: '+', Minus: '−' };

/** Keys whose sign depends on Shift and on the layout: any of these is meant. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  Plus: ['+', '=', 'NumpadAdd'],
  Minus: ['-', '_', 'NumpadSubtract'],
  '0': ['0', 'Digit0', 'Numpad0'],
};

/** The chord as keys to draw: `Ctrl+Shift+Enter` -> `Ctrl`, `Shift`, `Enter`. */
export function keysOf(chord: string): string[] {
  return chord.split('+').map((key) => (key === 'Ctrl' && MAC ? '⌘' : (DRAWN[key] ?? key)));
}

export function matches(event: KeyboardEvent, chord: string): boolean {
  const parts = chord.split('+');
  const key = parts.at(-1) ?? '';
  const signs = SIGNS[key];
  return (
    (MAC ? event.metaKey : event.ctrlKey) === parts.includes('Ctrl') &&
    (signs !== undefined || event.shiftKey === parts.includes('Shift')) &&
    !event.altKey &&
    (signs
      ? signs.includes(event.key) || signs.includes(event.code)
      : event.key.toLowerCase() === key.toLowerCase())
  );
}

/** Would a browser leave the page, or print it? */
export function isBrowserKey(event: KeyboardEvent): boolean {
  const back = event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight');
  return (
    back ||
    ['BrowserBack', 'BrowserForward', 'BrowserRefresh'].includes(event.key) ||
    BROWSER_KEYS.some((chord) => matches(event, chord))
  );
}

/** The name of a shortcut, as its message. */
export function labelOf(name: ShortcutName): MessageKey {
  return `shortcut_${name}`;
}
