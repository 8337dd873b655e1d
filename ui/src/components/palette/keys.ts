/** Every shortcut of the window, in one table: what listens for it and what the list of shortcuts shows. */
import type { MessageKey } from '../../i18n/messages';

export const SHORTCUTS = [
  { name: 'palette', chord: 'Ctrl+K' },
  { name: 'shortcuts', chord: 'Ctrl+/' },
  { name: 'new_conversation', chord: 'Ctrl+N' },
  { name: 'write', chord: 'Ctrl+J' },
  { name: 'send', chord: 'Ctrl+Enter' },
  { name: 'stop', chord: 'Escape' },
  { name: 'regenerate', chord: 'Ctrl+Shift+Enter' },
  { name: 'attach', chord: 'Ctrl+U' },
  { name: 'layer', chord: 'Ctrl+L' },
  { name: 'lens', chord: 'Ctrl+E' },
  { name: 'settings', chord: 'Ctrl+,' },
  { name: 'view_chat', chord: 'Ctrl+1' },
  { name: 'view_tokens', chord: 'Ctrl+2' },
  { name: 'view_models', chord: 'Ctrl+3' },
  { name: 'view_history', chord: 'Ctrl+4' },
] as const;

export type ShortcutName = (typeof SHORTCUTS)[number]['name'];

/** Keys that hold in one place only, for the list. */
export const LOCAL_KEYS = [
  { place: 'composer', keys: ['Enter', 'Shift+Enter'] },
  { place: 'tokens', keys: ['←', '→', 'Home', 'End', 'Enter'] },
] as const;

/** Ctrl, or Command where that is the custom. */
export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** The chord as keys to draw: `Ctrl+Shift+Enter` -> `Ctrl`, `Shift`, `Enter`. */
export function keysOf(chord: string): string[] {
  return chord.split('+').map((key) => (key === 'Ctrl' && MAC ? '⌘' : key === 'Escape' ? 'Esc' : key));
}

export function matches(event: KeyboardEvent, chord: string): boolean {
  const parts = chord.split('+');
  const key = parts.at(-1) ?? '';
  return (
    (MAC ? event.metaKey : event.ctrlKey) === parts.includes('Ctrl') &&
    event.shiftKey === parts.includes('Shift') &&
    !event.altKey &&
    event.key.toLowerCase() === key.toLowerCase()
  );
}

/** The name of a shortcut, as its message. */
export function labelOf(name: ShortcutName): MessageKey {
  return `shortcut_${name}`;
}
