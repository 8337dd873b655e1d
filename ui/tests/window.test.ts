/** The window as a whole: its own menus, its keys, finding in a conversation, undo, size, names for what can't be seen. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { selectAllAround } from '../src/components/frame/select-all';
import { folded, occurrences } from '../src/components/find/occurrences';
import { plainText } from '../src/components/find/plain';
import type { ConversationSummary } from '../src/client/bindings/ConversationSummary';
import { linesOf } from '../src/components/history/list/lines';
import { isBrowserKey, matches, SHORTCUTS } from '../src/components/palette/keys';
import { I18n } from '../src/i18n/i18n.svelte';
import { ToastStore } from '../src/stores/toasts.svelte';
import { allInvisible } from '../src/tokens/invisible';
import { visibleText } from '../src/tokens/pieces';
import Window from '../src/Window.svelte';
import { show, stage, writeLong, type Stage } from './support';

/** A window with one conversation in the Chat view. */
async function talked(question = 'What colour is the sky?'): Promise<Stage> {
  const made = await stage({ locale: 'en-US' });
  show(made.app, Window, { app: made.app });
  made.app.nav.go('chat');
  made.app.chat.draft = question;
  await made.app.composer.send();
  await screen.findAllByTestId('token');
  return made;
}

function menuOf(): string[] {
  return screen.queryAllByTestId('menu-item').map((item) => item.dataset['item'] ?? '');
}

describe('a right click', () => {
  it('on a token explains it, and offers what its answer offers', async () => {
    const { app } = await talked();
    const token = screen.getAllByTestId('token')[1] as HTMLElement;
    const event = new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: 50,
      clientY: 60,
    });
    token.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    await waitFor(() =>
      expect(menuOf()).toEqual([
        'menu_explain',
        'menu_what_if',
        'look_here',
        'menu_copy_answer',
        'menu_picture',
        'regenerate',
        'prompt_flip',
        'message_split',
        'answer_delete',
      ]),
    );
    await fireEvent.click(screen.getAllByTestId('menu-item')[0] as HTMLElement);
    expect(menuOf()).toEqual([]);
    expect(app.lens.subject).toMatchObject({ kind: 'answer', piece: { index: 1 } });
  });

  it('goes by keys, and Esc gives the focus back', async () => {
    await talked();
    const token = screen.getAllByTestId('token')[0] as HTMLElement;
    token.focus();
    await fireEvent.contextMenu(token);
    const items = (): HTMLElement[] => screen.getAllByTestId('menu-item');
    await waitFor(() => expect(items()[0]).toHaveFocus());
    await fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' });
    expect(items()[1]).toHaveFocus();
    await fireEvent.keyDown(document.activeElement as Element, { key: 'End' });
    expect(items().at(-1)).toHaveFocus();
    await fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    expect(menuOf()).toEqual([]);
    expect(token).toHaveFocus();
  });

  it('copies an answer, and begins to edit a question', async () => {
    const { app } = await talked();
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await fireEvent.contextMenu(screen.getByTestId('message-assistant'));
    await fireEvent.click((await screen.findAllByTestId('menu-item'))[0] as HTMLElement);
    expect(written).toHaveBeenCalledWith(app.chat.lastAnswer?.text);
    expect(await screen.findByText('Copied')).toBeInTheDocument();
    await fireEvent.contextMenu(screen.getByTestId('message-user'));
    await waitFor(() =>
      expect(menuOf()).toEqual([
        'menu_copy_question',
        'look_here',
        'question_edit',
        'prompt_flip',
        'question_delete',
      ]),
    );
    await fireEvent.click(screen.getAllByTestId('menu-item')[2] as HTMLElement);
    expect(await screen.findByTestId('question-text')).toHaveValue('What colour is the sky?');
  });

  it('leaves fields to the system, and shows nothing where there is nothing to do', async () => {
    await talked();
    const inField = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    screen.getByTestId('composer').dispatchEvent(inField);
    expect(inField.defaultPrevented).toBe(false);
    const elsewhere = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    screen.getByTestId('rail-chat').dispatchEvent(elsewhere);
    expect(elsewhere.defaultPrevented).toBe(true);
    await Promise.resolve();
    expect(screen.queryByTestId('context-menu')).toBeNull();
  });
});

describe('keys', () => {
  const key = (init: KeyboardEventInit): KeyboardEvent => new KeyboardEvent('keydown', init);

  it('never mean two things', () => {
    const chords = SHORTCUTS.map(({ chord }) => chord);
    expect(new Set(chords).size).toBe(chords.length);
  });

  it('take + and - from any layout', () => {
    expect(matches(key({ key: '=', ctrlKey: true }), 'Ctrl+Plus')).toBe(true);
    expect(matches(key({ key: '+', ctrlKey: true, shiftKey: true }), 'Ctrl+Plus')).toBe(true);
    expect(matches(key({ key: '+', code: 'NumpadAdd', ctrlKey: true }), 'Ctrl+Plus')).toBe(true);
    expect(matches(key({ key: '-', ctrlKey: true }), 'Ctrl+Minus')).toBe(true);
    expect(matches(key({ key: 'à', code: 'Digit0', ctrlKey: true }), 'Ctrl+0')).toBe(true);
    expect(matches(key({ key: '-' }), 'Ctrl+Minus')).toBe(false);
  });

  it('of a browser do nothing', async () => {
    for (const init of [
      { key: 'F5' },
      { key: 'r', ctrlKey: true },
      { key: 'R', ctrlKey: true, shiftKey: true },
      { key: 'p', ctrlKey: true },
      { key: 'ArrowLeft', altKey: true },
    ]) {
      expect(isBrowserKey(key(init)), JSON.stringify(init)).toBe(true);
    }
    expect(isBrowserKey(key({ key: 'r' }))).toBe(false);
    expect(isBrowserKey(key({ key: 'ArrowLeft' }))).toBe(false);
  });

  it('open a file, and set the size by steps that the settings keep', async () => {
    const { app, client } = await talked();
    const picked = vi.spyOn(client, 'modelPick').mockResolvedValue(null);
    await fireEvent.keyDown(document.body, { key: 'o', ctrlKey: true });
    expect(picked).toHaveBeenCalledWith('file', expect.any(String));
    const saved = vi.spyOn(client, 'settingsSet');
    await fireEvent.keyDown(document.body, { key: '=', ctrlKey: true });
    await fireEvent.keyDown(document.body, { key: '=', ctrlKey: true });
    expect(app.settings.current.zoom).toBe(125);
    expect(saved.mock.lastCall?.[0]).toMatchObject({ zoom: 125 });
    expect(await screen.findByTestId('status-zoom')).toHaveTextContent('125%');
    await fireEvent.keyDown(document.body, { key: '0', ctrlKey: true });
    expect(app.settings.current.zoom).toBe(100);
    for (let press = 0; press < 20; press += 1)
      await fireEvent.keyDown(document.body, { key: '-', ctrlKey: true });
    expect(app.settings.current.zoom).toBe(75);
    expect(
      await screen.findByText('Text size 75%'),
      'told once, with the size that holds',
    ).toBeInTheDocument();
  });

  it('typed into nothing go to the message, and those of a control stay with it', async () => {
    const { app } = await talked();
    const box = screen.getByTestId('composer');
    box.blur();
    await fireEvent.keyDown(document.body, { key: '/' });
    expect(box).not.toHaveFocus();
    await fireEvent.keyDown(document.body, { key: 'h' });
    await waitFor(() => expect(box).toHaveFocus());
    const token = screen.getAllByTestId('token')[0] as HTMLElement;
    token.focus();
    await fireEvent.keyDown(token, { key: '好' });
    await waitFor(() => expect(box).toHaveFocus());
    app.nav.go('settings');
    const select = await screen.findByTestId('theme-select');
    select.focus();
    await fireEvent.keyDown(select, { key: 'd' });
    expect(select).toHaveFocus();
  });

  it('Ctrl+A selects the message that is looked at, never the frame', async () => {
    await talked();
    const token = screen.getAllByTestId('token')[0] as HTMLElement;
    token.focus();
    selectAllAround(token);
    const selected = getSelection()?.toString() ?? '';
    expect(selected).toContain('sky');
    expect(selected).not.toContain('Settings');
    getSelection()?.removeAllRanges();
    selectAllAround(document.body);
    expect(getSelection()?.toString()).toBe('');
  });
});

describe('undo', () => {
  it('takes back the last deletion by Ctrl+Z, also when its note is gone', async () => {
    const { app } = await talked();
    const id = app.chat.conversation?.id ?? 0;
    await app.history.refresh();
    await app.history.remove(id);
    expect(app.history.items).toEqual([]);
    app.toasts.dismiss(app.toasts.items[0]?.id ?? 0);
    await fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true });
    await waitFor(() => expect(app.history.items.map((item) => item.id)).toEqual([id]));
    expect(app.toasts.canUndo).toBe(false);
  });

  it('stays with the field where one is typed into', async () => {
    const { app } = await talked();
    const undone = vi.spyOn(app.toasts, 'undo');
    const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true });
    screen.getByTestId('composer').dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(undone).not.toHaveBeenCalled();
  });

  it('is offered once', () => {
    const toasts = new ToastStore();
    const run = vi.fn();
    const id = toasts.show('history_deleted', { title: 'a' }, { key: 'undo', run });
    toasts.act(id);
    expect(toasts.canUndo).toBe(false);
    toasts.undo();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('stands at the other end of its note than the way to close it', async () => {
    const { app } = await talked();
    app.toasts.show('history_deleted', { title: 'a' }, { key: 'undo', run: () => undefined });
    const undo = await screen.findByTestId('undo');
    const buttons = within(undo.parentElement as HTMLElement).getAllByRole('button');
    expect(buttons.indexOf(undo)).toBe(1);
    expect(undo.previousElementSibling).toHaveClass('words');
  });
});

describe('the palette', () => {
  async function found(query: string): Promise<string[]> {
    await fireEvent.input(screen.getByTestId('palette-input'), { target: { value: query } });
    return screen
      .queryAllByTestId('palette-entry')
      .map((entry) => entry.querySelector('.label')?.textContent ?? '');
  }

  it('finds theme, language, step mode, files and the second model, in the words of either language', async () => {
    const { app } = await talked();
    app.nav.overlay = 'palette';
    await screen.findByTestId('palette');
    expect(await found('深色')).toContain('Theme: dark');
    expect(await found('dark')).toContain('Theme: dark');
    expect(await found('中文')).toContain('Language: 简体中文');
    expect(await found('step')).toContain('One token at a time: on');
    expect(await found('regenerate')).toContain('Another version of the last answer');
    expect(await found('open')).toContain('Open a model file…');
    expect((await found('two models')).join()).toContain('compare with');
    expect(await found('对比')).not.toEqual([]);
    expect(await found('zoom')).toContain('Larger');
    await fireEvent.input(screen.getByTestId('palette-input'), { target: { value: 'theme dark' } });
    await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
    expect(app.settings.current.theme).toBe('dark');
  });

  it('goes to every tab of the token inspector, and to what is in it', async () => {
    const { app } = await talked();
    const choose = async (query: string): Promise<void> => {
      app.nav.overlay = 'palette';
      await screen.findByTestId('palette');
      const [first] = await found(query);
      expect(first, query).toMatch(/^Tokens: /);
      await fireEvent.keyDown(screen.getByTestId('palette-input'), { key: 'Enter' });
      await waitFor(() => expect(app.nav.view).toBe('tokens'));
      app.nav.go('chat');
    };
    const { inspector, vocabularyTab, cutTab } = app;
    for (const query of ['compare two tokenizers', '比较两个分词器']) {
      await choose(query);
      expect(inspector.tab, query).toBe('compare');
    }
    for (const query of ['perplexity', 'surprise', '困惑度']) {
      await choose(query);
      expect(inspector.tab, query).toBe('read');
    }
    await choose('cosine');
    expect([inspector.tab, vocabularyTab.view]).toEqual(['vocabulary', 'meaning']);
    await choose('训练');
    expect(vocabularyTab.view).toBe('made');
    await choose('词表 条目');
    expect(vocabularyTab.view).toBe('browse');
    await choose('decode');
    expect([inspector.tab, cutTab.open.ids]).toEqual(['cut', true]);
    await choose('繁体');
    expect(cutTab.open.guises).toBe(true);
    await choose('merges unigram');
    expect(cutTab.open.steps).toBe(true);
    // There is nothing to guess at without a text.
    app.nav.overlay = 'palette';
    await screen.findByTestId('palette');
    expect(await found('guess the cut')).toEqual([]);
    app.nav.overlay = 'none';
    inspector.setText('a cup of tea');
    await choose('guess the cut');
    expect(cutTab.open.guess).toBe(true);
  });

  it('lists the tabs of the inspector, and the rooms in them once they are looked for', async () => {
    const { app } = await talked();
    app.nav.overlay = 'palette';
    await screen.findByTestId('palette');
    const listed = (await found('')).filter((label) => label.startsWith('Tokens: '));
    expect(listed).toHaveLength(4);
    expect((await found('tokens:')).length).toBeGreaterThan(8);
  });

  it('keeps its groups together, each under its heading once', async () => {
    const { app } = await talked();
    app.nav.overlay = 'palette';
    const palette = await screen.findByTestId('palette');
    const headings = [...palette.querySelectorAll('.group')].map((heading) => heading.textContent);
    expect(new Set(headings).size).toBe(headings.length);
    expect(headings.slice(0, 4)).toEqual(['Chat', 'Models', 'Go to', 'Appearance']);
  });
});

describe('finding in a conversation', () => {
  it('counts what is in messages that are not drawn, and goes round them', async () => {
    const { app } = await stage({ locale: 'en-US', long: 400 });
    await app.history.refresh();
    const long = app.history.items.find((item) => item.message_count >= 400);
    await app.openConversation(long?.id ?? 0);
    await waitFor(() => expect(app.chat.conversation?.messages.length).toBe(400));
    const messages = app.chat.conversation?.messages ?? [];
    const expected = messages.reduce((sum, { text }) => sum + text.toLowerCase().split('the').length - 1, 0);
    expect(expected).toBeGreaterThan(100);
    const reveal = vi.fn();
    const place = { reveal, scrollBy: vi.fn(), topmost: () => messages[200]?.id ?? null, show: vi.fn() };
    app.find.place = place;
    app.find.open();
    app.find.query = 'THE';
    app.find.begin();
    expect(app.find.count).toBe(expected);
    const first = app.find.current?.messageId ?? 0;
    // The first from what is in sight on.
    const seen = messages.findIndex(({ id }) => id === first);
    expect(seen).toBeGreaterThanOrEqual(200);
    expect(messages.slice(200, seen).some(({ text }) => text.toLowerCase().includes('the'))).toBe(false);
    expect(reveal).toHaveBeenLastCalledWith(first);
    app.find.step(1);
    app.find.step(-1);
    expect(app.find.current?.messageId).toBe(first);
    app.find.at = 0;
    app.find.step(-1);
    expect(app.find.at).toBe(expected - 1);
    app.find.step(1);
    expect(app.find.at).toBe(0);
    const earliest = messages.find(({ text }) => text.toLowerCase().includes('the'));
    expect(app.find.current).toEqual({ messageId: earliest?.id, nth: 0 });
  });

  it('begins with what is selected, and Esc leads back to the message', async () => {
    const { app } = await talked();
    await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
    const field = await screen.findByTestId('find-input');
    await waitFor(() => expect(field).toHaveFocus());
    await fireEvent.input(field, { target: { value: 'SKY' } });
    expect(app.find.count).toBe(2);
    expect(screen.getByTestId('find-count')).toHaveTextContent('1 of 2');
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(screen.getByTestId('find-count')).toHaveTextContent('2 of 2');
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.queryByTestId('find-bar')).toBeNull();
    await waitFor(() => expect(screen.getByTestId('composer')).toHaveFocus());
    app.find.open('blue');
    expect(app.find.query).toBe('blue');
  });

  it('says that there is nothing', async () => {
    await talked();
    await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
    await fireEvent.input(await screen.findByTestId('find-input'), { target: { value: 'zzzz' } });
    expect(screen.getByTestId('find-count')).toHaveTextContent('Nothing found');
    expect(screen.getByTestId('find-after')).toBeDisabled();
  });

  it('looks through formatted answers as they are read', () => {
    expect(plainText('A **bold** word, `code` and a [link](https://x.y).')).toBe(
      'A bold word, code and a link.',
    );
    expect(plainText('# Title\n\n- one\n- two **2**')).toBe('Title\none\ntwo 2');
    expect(plainText('no marks at all')).toBe('no marks at all');
    expect(plainText('<think>aha</think>\n\n*yes*')).toBe('aha\nyes');
  });

  it('keeps places when it ignores case', () => {
    expect(folded('İstanbul STRASSE')).toHaveLength('İstanbul STRASSE'.length);
    expect(occurrences(folded('aAa b AA'), 'aa')).toEqual([0, 6]);
    expect(occurrences('abc', '')).toEqual([]);
  });
});

describe('what cannot be seen', () => {
  it('has a name', () => {
    const { t } = new I18n('zh-CN');
    const name = (text: string): string | undefined =>
      allInvisible(text)
        ?.map((one) => `${one.short} ${t(one.name)}`)
        .join('、');
    expect(name('\u200d')).toBe('ZWJ 零宽连字');
    expect(new I18n('en').t(allInvisible('\u200d')?.[0]?.name ?? 'close')).toBe('zero-width joiner');
    expect(name('\u00a0\u3000')).toBe('NBSP 不换行空格、IDSP 全角空格');
    expect(name('\ufe0f')).toBe('VS16 表情样式选择符');
    expect(name('\u{e0067}')).toBe('U+E0067 标签字符');
    expect(name('\u0007')).toBe('U+0007 控制字符');
    expect(name('\u2003')).toBe('U+2003 其他宽度的空格');
    expect(name('\u2061')).toBe('U+2061 不可见字符');
    for (const seen of ['', 'a', ' ', '\n', '\t', '\u200da', '😀', '，', '\u0301', '—'])
      expect(allInvisible(seen), JSON.stringify(seen)).toBeNull();
  });

  it('is marked where text is listed, and a lone accent gets a place to sit', () => {
    expect(visibleText('\u200d')).toBe('⟨ZWJ⟩');
    expect(visibleText('\u0301')).toBe('◌\u0301');
    expect(visibleText(' a\n')).toBe('␣a↵');
    expect(visibleText('👨\u200d👩')).toBe('👨\u200d👩');
  });
});

describe('the history', () => {
  const at = (year: number, month: number, day: number, hour = 12): number =>
    new Date(year, month - 1, day, hour).getTime();
  const item = (id: number, updated_at: number): ConversationSummary => ({
    id,
    title: `Title ${id}`,
    preview: 'something',
    created_at: updated_at,
    updated_at,
    message_count: 2,
    starred: false,
    pinned: false,
    archived: false,
    draft: false,
    keeping: 'saved',
  });

  it('stands under its days, and older ones under their months', () => {
    const now = at(2026, 11, 29, 1);
    const items = [
      item(1, at(2026, 11, 29, 0)),
      item(2, at(2026, 11, 28, 23)),
      item(3, at(2026, 11, 26)),
      item(4, at(2026, 11, 26, 8)),
      item(5, at(2026, 10, 30)),
      item(6, at(2026, 10, 2)),
    ];
    const told = (locale: 'en' | 'zh-CN'): (string | number)[] =>
      linesOf(items, new I18n(locale), 'used', now).map((line) =>
        line.kind === 'heading' ? line.title : line.key,
      );
    expect(told('en')).toEqual([
      'Today',
      1,
      'Yesterday',
      2,
      'Thursday, November 26',
      3,
      4,
      'October 2026',
      5,
      6,
    ]);
    expect(told('zh-CN')).toEqual(['今天', 1, '昨天', 2, '11月26日星期四', 3, 4, '2026年10月', 5, 6]);
  });
});

describe('views', () => {
  it('begin at their field', async () => {
    const { app } = await talked();
    app.nav.go('tokens');
    await waitFor(() => expect(screen.getByTestId('tokens-input')).toHaveFocus());
    app.nav.go('history');
    expect(await screen.findByTestId('history-filter')).toHaveFocus();
  });

  it('of tokens shows the lens for a token that was asked for only', async () => {
    const { app } = await talked();
    app.nav.go('tokens');
    await writeLong('tokens-input', 'a b');
    await screen.findByTestId('tokens-output');
    expect(screen.queryByTestId('lens')).toBeNull();
    await fireEvent.click(screen.getAllByTestId('token')[0] as HTMLElement);
    expect(await screen.findByTestId('lens')).toBeInTheDocument();
    await fireEvent.click(screen.getByRole('button', { name: 'Shut the lens' }));
    await waitFor(() => expect(screen.queryByTestId('lens')).toBeNull());
  });

  it('of settings lists the keys, sets the size and opens the data folder', async () => {
    const { app, client } = await talked();
    const opened = vi.spyOn(client, 'dataShow');
    app.nav.go('settings');
    expect(await screen.findByText('Find in this conversation')).toBeInTheDocument();
    await fireEvent.change(screen.getByTestId('zoom-select'), { target: { value: '150' } });
    expect(app.settings.current.zoom).toBe(150);
    await fireEvent.click(screen.getByTestId('data-show'));
    expect(opened).toHaveBeenCalled();
  });
});
