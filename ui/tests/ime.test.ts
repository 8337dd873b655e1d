/** Keys that go to a word being composed do nothing else, in every place where one types, and the lint that keeps it so. */
import { fireEvent, screen } from '@testing-library/svelte';
import { Linter } from 'eslint';
import { describe, expect, it, vi } from 'vitest';

import { imeKeys } from '../eslint/ime-keys.js';
import NameField from '../src/components/shared/NameField.svelte';
import { isComposing } from '../src/components/shared/ime';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

/** How a key looks that an input method takes: while it composes, and as WebKit tells the one that ends it. */
const TAKEN = [
  ['while it composes', { isComposing: true, keyCode: 0 }],
  ['as WebKit tells the last one', { isComposing: false, keyCode: 229 }],
] as const;

async function opened(): Promise<Stage> {
  const made = await stage({ locale: 'en-US', past: true });
  show(made.app, Window, { app: made.app });
  made.app.nav.go('chat');
  return made;
}

/** Presses what chooses, moves and closes, each as the input method's. */
async function compose(field: Element, flags: { isComposing: boolean; keyCode: number }): Promise<void> {
  await fireEvent.compositionStart(field);
  for (const key of ['ArrowDown', 'ArrowUp', 'PageDown', 'Escape', 'Enter']) {
    const before = await fireEvent.keyDown(field, { key, ...flags });
    expect(before, `${key} keeps its own doing`).toBe(true);
  }
  await fireEvent.compositionEnd(field);
}

describe.each(TAKEN)('a key that an input method takes, %s', (_, flags) => {
  it('is known', () => {
    expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', ...flags }))).toBe(true);
    expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13 }))).toBe(false);
  });

  it('sends no message', async () => {
    const { app } = await opened();
    app.chat.draft = 'nihao';
    const send = vi.spyOn(app.composer, 'send');
    const box = await screen.findByTestId('composer');
    await compose(box, flags);
    expect(send).not.toHaveBeenCalled();
    await fireEvent.keyDown(box, { key: 'Enter', keyCode: 13 });
    expect(send).toHaveBeenCalledOnce();
  });

  it('chooses nothing in the palette and does not close it', async () => {
    const { app } = await opened();
    app.nav.overlay = 'palette';
    const input = await screen.findByTestId('palette-input');
    const active = input.getAttribute('aria-activedescendant');
    await compose(input, flags);
    expect(input).toHaveAttribute('aria-activedescendant', active ?? '');
    expect(app.nav.overlay).toBe('palette');
    await fireEvent.keyDown(input, { key: 'ArrowDown', keyCode: 40 });
    expect(input).not.toHaveAttribute('aria-activedescendant', active ?? '');
  });

  it('neither keeps a name nor gives it up', async () => {
    const { app } = await stage();
    const end = vi.fn();
    show(app, NameField, { value: 'a', label: 'Name', placeholder: '', testid: 'name', end });
    await compose(screen.getByTestId('name'), flags);
    expect(end).not.toHaveBeenCalled();
    await fireEvent.keyDown(screen.getByTestId('name'), { key: 'Enter', keyCode: 13 });
    expect(end).toHaveBeenCalledExactlyOnceWith('a');
  });

  it('steps through no find, and closes no bar', async () => {
    const { app } = await opened();
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    app.find.open('sky');
    const field = (await screen.findByTestId('find-bar')).querySelector('input') as HTMLElement;
    await compose(field, flags);
    expect(app.find.shown).toBe(true);
    await fireEvent.keyDown(field, { key: 'Escape', keyCode: 27 });
    expect(app.find.shown).toBe(false);
  });

  it('stops no answer', async () => {
    const { app } = await opened();
    app.chat.pace = 'step';
    app.chat.draft = 'hello';
    void app.composer.send();
    await vi.waitFor(() => expect(app.chat.waiting).not.toBeNull());
    const stop = vi.spyOn(app.chat, 'stop');
    await compose(screen.getByTestId('composer'), flags);
    expect(stop).not.toHaveBeenCalled();
    await fireEvent.keyDown(screen.getByTestId('composer'), { key: 'Escape', keyCode: 27 });
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe('the lint', () => {
  const linter = new Linter();
  const faults = (code: string): string[] =>
    linter
      .verify(code, {
        plugins: { vitrine: { rules: { 'ime-keys': imeKeys } } },
        rules: { 'vitrine/ime-keys': 'error' },
      })
      .map(({ messageId }) => messageId ?? 'unreadable');

  it.each([
    'function onkeydown(event) { if (isComposing(event)) return; close(); }',
    'function onkeydown(event) { if (isComposing(event) || event.defaultPrevented) return; close(); }',
    'const onlostkeydown = (event) => { if (isComposing(event)) { return; } close(); };',
    'function onpointerdown(event) { close(); }',
    'function goal(event) { return event.key; }',
  ])('lets through: %s', (code) => expect(faults(code)).toEqual([]));

  it.each([
    ['function onkeydown(event) { if (event.key === "Enter") send(); }', 'ask'],
    ['const onkeydown = (event) => send(event);', 'ask'],
    ['function onkeydown(event) { send(); if (isComposing(event)) return; }', 'ask'],
    ['function onkeydown(event) { if (isComposing(other)) return; send(); }', 'ask'],
    ['function onkeydown(event) { if (event.key === "Enter" || isComposing(event)) return; send(); }', 'ask'],
    ['function onkeydown(event) { if (isComposing(event)) log(); send(); }', 'ask'],
    ['function late(event) { return event.isComposing; }', 'once'],
    ['function late(event) { return event.keyCode === 229; }', 'once'],
  ])('refuses: %s', (code, fault) => expect(faults(code)).toEqual([fault]));
});
