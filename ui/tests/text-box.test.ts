/** The field for long texts: what is written comes out as it was, and a long line is drawn in blocks. */
import { EditorSelection, EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import {
  BLOCK,
  cutNear,
  LONG_LINE,
  moveSeam,
  seams,
  seamsIn,
} from '../src/components/inspector/text-box/seams';
import TextBox from '../src/components/inspector/TextBox.svelte';
import { codePoints } from '../src/tokens/code-points';
import { longText, show, stage } from './support';

/** What a field may lose: line ends, characters without a width, control characters, several that are one. */
const HARD =
  'tab\t two  spaces \nform\fpage\u2028line\u2029paragraph\u0085next\0nul\u0001\u200b\u200d\ufeff\u00a0' +
  '👩\u200d👩\u200d👧 🇨🇳 e\u0301 𠮷 ع\u200f \n\n\n';

beforeEach(() => {
  // happy-dom lays nothing out.
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

interface Shown {
  view: EditorView;
  change: ReturnType<typeof vi.fn<(text: string) => void>>;
  caret: ReturnType<typeof vi.fn<(index: number) => void>>;
  keydown: ReturnType<typeof vi.fn<(event: KeyboardEvent) => void>>;
  rerender: (props: Record<string, unknown>) => Promise<void>;
}

async function box(props: Record<string, unknown> = {}): Promise<Shown> {
  const { app } = await stage();
  const told = { change: vi.fn(), caret: vi.fn(), keydown: vi.fn() };
  const all = { text: '', ...told, label: 'Text', placeholder: 'Write', testid: 'box', ...props };
  const { rerender } = show(app, TextBox, all);
  return {
    ...told,
    view: await longText('box'),
    rerender: (more) => rerender({ props: { props: { ...all, ...more } } } as never),
  };
}

function paste(view: EditorView, text: string): void {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: (type: string) => (type === 'text/plain' ? text : '') } });
  view.contentDOM.dispatchEvent(event);
}

describe('the text', () => {
  it('that is given stands there to the last unit, and nobody is told that it was written', async () => {
    const text = `${HARD}one\r\ntwo\rthree`;
    const { view, change } = await box({ text });
    expect(view.state.sliceDoc()).toBe(text);
    expect(change).not.toHaveBeenCalled();
  });

  it('that is pasted comes out as it was, with one kind of line end', async () => {
    const { view, change } = await box();
    paste(view, HARD);
    expect(change).toHaveBeenLastCalledWith(HARD);
    view.dispatch({ selection: EditorSelection.cursor(view.state.doc.length) });
    paste(view, 'one\r\ntwo\rthree\r');
    expect(change).toHaveBeenLastCalledWith(`${HARD}one\ntwo\nthree\n`);
  });

  it('is not changed by Enter or Backspace beyond the one character', async () => {
    const { view, change } = await box({ text: '    indented' });
    view.dispatch({ selection: EditorSelection.cursor(view.state.doc.length) });
    await fireEvent.keyDown(view.contentDOM, { key: 'Enter', keyCode: 13 });
    expect(change).toHaveBeenLastCalledWith('    indented\n');
    view.dispatch({ selection: EditorSelection.cursor(4) });
    await fireEvent.keyDown(view.contentDOM, { key: 'Backspace', keyCode: 8 });
    expect(change).toHaveBeenLastCalledWith('   indented\n');
  });

  it('can be taken back, given ones too', async () => {
    const { view, change, rerender } = await box({ text: 'mine' });
    await rerender({ text: 'a sample' });
    expect(view.state.sliceDoc()).toBe('a sample');
    await fireEvent.keyDown(view.contentDOM, { key: 'z', keyCode: 90, ctrlKey: true });
    expect(change).toHaveBeenLastCalledWith('mine');
    await fireEvent.keyDown(view.contentDOM, { key: 'z', keyCode: 90, ctrlKey: true });
    expect(view.state.sliceDoc()).toBe('mine');
  });

  it('is not copied or cut where nothing is selected', async () => {
    const { view, change } = await box({ text: 'one line' });
    await fireEvent(view.contentDOM, new Event('cut', { bubbles: true, cancelable: true }));
    expect(change).not.toHaveBeenCalled();
  });
});

describe('the field', () => {
  it('has its name, its hint in the language of the window, and lets Tab go on', async () => {
    const { view, rerender } = await box();
    const field = screen.getByRole('textbox', { name: 'Text' });
    expect(field).toHaveAttribute('aria-multiline', 'true');
    expect(field).toHaveAttribute('spellcheck', 'false');
    expect(field).toHaveTextContent('Write');
    await rerender({ label: '文字', placeholder: '写' });
    expect(screen.getByRole('textbox', { name: '文字' })).toHaveTextContent('写');
    const tab = new KeyboardEvent('keydown', { key: 'Tab', keyCode: 9, bubbles: true, cancelable: true });
    view.contentDOM.dispatchEvent(tab);
    expect(tab.defaultPrevented).toBe(false);
  });

  it('takes the focus that its box had while it was fetched', async () => {
    const { view } = await box();
    cleanup();
    expect(view.dom.isConnected).toBe(false);
    const { app } = await stage();
    const props = { text: '', change: vi.fn(), label: 'Text', placeholder: '', testid: 'box', first: true };
    const { container } = show(app, TextBox, props);
    container.querySelector<HTMLElement>('[data-first]')?.focus();
    await waitFor(() => expect(screen.getByTestId('box')).toHaveFocus());
  });

  it('lights a stretch, which goes where its text goes', async () => {
    const { view, rerender } = await box({ text: 'one 塔 two', mark: [4, 5] });
    const lit = (): string | null | undefined => view.contentDOM.querySelector('mark')?.textContent;
    await waitFor(() => expect(lit()).toBe('塔'));
    view.dispatch({ changes: { from: 0, insert: '12' } });
    expect(lit()).toBe('塔');
    await rerender({ text: 'one 塔 two', mark: null });
    await waitFor(() => expect(lit()).toBeUndefined());
    await rerender({ text: 'one', mark: [2, 99] });
    await waitFor(() => expect(lit()).toBe('e'));
  });

  it('tells where the caret was set, but not of a selection', async () => {
    const { view, caret } = await box({ text: 'one two' });
    view.dispatch({ selection: EditorSelection.cursor(3) });
    await fireEvent.keyUp(view.contentDOM, { key: 'ArrowLeft' });
    expect(caret).toHaveBeenLastCalledWith(3);
    view.dispatch({ selection: EditorSelection.range(1, 3) });
    await fireEvent.keyUp(view.contentDOM, { key: 'ArrowLeft' });
    expect(caret).toHaveBeenCalledTimes(1);
  });

  it('asks for keys before it takes them', async () => {
    const { view, keydown } = await box({ text: 'one' });
    keydown.mockImplementation((event) => event.preventDefault());
    await fireEvent.keyDown(view.contentDOM, { key: 'Enter', keyCode: 13, ctrlKey: true });
    expect(keydown).toHaveBeenCalledTimes(1);
    expect(view.state.sliceDoc()).toBe('one');
  });

  it('leaves the keys of an input method alone', async () => {
    const { view, caret, change } = await box({ text: 'one' });
    await fireEvent.compositionStart(view.contentDOM);
    await fireEvent.keyDown(view.contentDOM, { key: 'Enter', keyCode: 229, isComposing: true });
    await fireEvent.keyDown(view.contentDOM, { key: 'Backspace', keyCode: 229, isComposing: true });
    await fireEvent.keyUp(view.contentDOM, { key: 'Enter' });
    expect(change).not.toHaveBeenCalled();
    expect(caret).not.toHaveBeenCalled();
    expect(view.state.sliceDoc()).toBe('one');
  });
});

describe('a long line', () => {
  const stateOf = (doc: string): EditorState => EditorState.create({ doc, extensions: seams });
  const places = (state: EditorState): number[] => seamsIn(state).map(({ at }) => at);

  /** Lengths of the blocks of the line at a place. */
  function blocks(state: EditorState, place = 0): number[] {
    const { from, to } = state.doc.lineAt(place);
    const inside = places(state).filter((at) => at > from && at < to);
    return [from, ...inside].map((start, index) => (inside[index] ?? to) - start);
  }

  it('is drawn in blocks of a fit size, a short one is not', () => {
    expect(places(stateOf(`${'short '.repeat(100)}\n`.repeat(20)))).toEqual([]);
    const sizes = blocks(stateOf('文字 and words '.repeat(2000)));
    expect(sizes.length).toBeGreaterThan(10);
    for (const size of sizes) {
      expect(size).toBeGreaterThan(BLOCK / 3);
      expect(size).toBeLessThanOrEqual(2 * BLOCK);
    }
  });

  it('is never cut within a character', () => {
    for (const text of ['👩\u200d👩\u200d👧', 'e\u0301', '𠮷', '🇨🇳']) {
      const line = text.repeat(400);
      for (let near = 300; near < 320; near += 1) expect(cutNear(line, near) % text.length).toBe(0);
    }
    expect(cutNear(`${'word '.repeat(100)}`, 302)).toBe(305);
    expect(cutNear('文'.repeat(900), 301)).toBe(301);
  });

  it('keeps its seams with the text around them, whatever is written', () => {
    let state = stateOf(`first\n${'a word '.repeat(3000)}\nlast`);
    const before = places(state);
    state = state.update({ changes: { from: 0, insert: 'xyz' } }).state;
    expect(places(state)).toEqual(before.map((at) => at + 3));
    // A line break ends a block; what is too short joins its neighbour.
    state = state.update({ changes: { from: (before[0] ?? 0) + 13, insert: '\n' } }).state;
    expect(places(state).every((at) => state.doc.lineAt(at).from < at && at < state.doc.lineAt(at).to)).toBe(
      true,
    );
    state = state.update({ changes: { from: 4000, to: 12_000 } }).state;
    state = state.update({ changes: { from: 5000, insert: '文'.repeat(7000) } }).state;
    for (const size of blocks(state, 5000)) expect(size).toBeLessThanOrEqual(2 * BLOCK);
    state = state.update({ changes: { from: LONG_LINE / 2, to: state.doc.length } }).state;
    expect(places(state)).toEqual([]);
  });

  it('looks at a seam anew when the text before it has changed, and at the one after a seam that moved', () => {
    let state = stateOf('a word '.repeat(1000));
    for (const { at } of seamsIn(state))
      state = state.update({
        effects: moveSeam.of({ from: at, to: at, settled: true, changed: false }),
      }).state;
    const open = (): number[] => seamsIn(state).flatMap(({ settled }, index) => (settled ? [] : [index]));
    expect(open()).toEqual([]);
    const [, , third] = places(state);
    state = state.update({ changes: { from: (third ?? 0) + 300, insert: 'x' } }).state;
    expect(open()).toEqual([3]);
    const fourth = places(state)[3] ?? 0;
    const move = { from: fourth, to: fourth - 4, settled: true, changed: true };
    state = state.update({ effects: moveSeam.of(move) }).state;
    expect(open()).toEqual([4]);
  });
});

it('code points are counted, not units', () => {
  for (const text of ['', 'abc', HARD, '𠮷👩\u200d👧', '\ud800', 'a\udc00b'])
    expect(codePoints(text)).toBe([...text].length);
});
