import { describe, expect, it, vi } from 'vitest';

import type { ConversationSummary } from '../src/client/bindings/ConversationSummary';
import type { SearchHit } from '../src/client/bindings/SearchHit';
import { fault } from '../src/client/fake/faults';
import { anchorsOf, daysLeft, linesOf } from '../src/components/history/list/lines';
import { Selection } from '../src/components/history/list/selection.svelte';
import { boundsOf } from '../src/components/history/list/spans';
import { I18n } from '../src/i18n/i18n.svelte';
import { KEPT, PAGE } from '../src/stores/history/list.svelte';
import { grouped, HITS, wordsOf } from '../src/stores/history/search.svelte';
import { deferred, stage } from './support';

const at = (year: number, month: number, day: number, hour = 12): number =>
  new Date(year, month - 1, day, hour).getTime();

function item(id: number, part: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id,
    title: `Title ${id}`,
    preview: '',
    created_at: 0,
    updated_at: 0,
    message_count: 2,
    starred: false,
    pinned: false,
    archived: false,
    draft: false,
    keeping: 'saved',
    ...part,
  };
}

describe('lines of a list', () => {
  const now = at(2026, 11, 29);
  const told = (...args: Parameters<typeof linesOf>): (string | number)[] =>
    linesOf(...args).map((line) => (line.kind === 'heading' ? line.title : line.key));

  it('have those that are pinned first, under a heading of their own', () => {
    const rows = [item(1, { pinned: true, updated_at: 5 }), item(2, { updated_at: now })];
    expect(told(rows, new I18n('en'), 'used', now)).toEqual(['Pinned', 1, 'Today', 2]);
    expect(told(rows, new I18n('en'), 'none', now)).toEqual(['Pinned', 1, 'Others', 2]);
    expect(told([item(2), item(3)], new I18n('en'), 'none', now)).toEqual([2, 3]);
  });

  it('stand under the day of their deletion in the bin, where nothing is pinned', () => {
    const row = item(1, { pinned: true, updated_at: 5, deleted_at: now - 86_400_000 });
    expect(told([row], new I18n('en'), 'deleted', now)).toEqual(['Yesterday', 1]);
  });

  it('say nothing of rows that are not read, and begin again after them', () => {
    const row = item(1, { updated_at: now });
    expect(told([row, undefined, item(3, { updated_at: now })], new I18n('zh-CN'), 'used', now)).toEqual([
      '今天',
      1,
      'row 1',
      '今天',
      3,
    ]);
  });

  it('are found again by what they are, else by their place', () => {
    const [, line] = linesOf([item(7, { updated_at: now })], new I18n('en'), 'used', now);
    const [, before] = linesOf([undefined, undefined], new I18n('en'), 'used', now);
    if (!line || !before) throw new Error('lines expected');
    expect(anchorsOf(line)).toEqual([7, 'place 0']);
    expect(anchorsOf(before)).toContain('place 1');
  });

  it('count the days that are left in the bin', () => {
    expect(daysLeft(now, now)).toBe(30);
    expect(daysLeft(now - 29.5 * 86_400_000, now)).toBe(1);
    expect(daysLeft(now - 40 * 86_400_000, now)).toBe(0);
  });
});

describe('a span of time', () => {
  it('begins at a midnight, and ends after its last day', () => {
    const now = at(2026, 11, 30, 15);
    expect(boundsOf('any', '', '', now)).toEqual({});
    expect(boundsOf('today', '', '', now)).toEqual({ from: at(2026, 11, 30, 0) });
    expect(boundsOf('week', '', '', now)).toEqual({ from: at(2026, 11, 24, 0) });
    expect(boundsOf('between', '2026-11-02', '2026-11-03', now)).toEqual({
      from: at(2026, 11, 2, 0),
      until: at(2026, 11, 4, 0),
    });
    expect(boundsOf('between', '', 'nonsense', now)).toEqual({});
  });
});

describe('a list', () => {
  it('reads only the pages in sight, once', async () => {
    const { app, client } = await stage({ many: 450 });
    const { list } = app.history;
    const asked = vi.spyOn(client, 'historyList');
    await list.refresh();
    const offsets = (): number[] => asked.mock.calls.map(([, , offset]) => offset);
    expect(offsets()).toEqual([0]);
    expect(list.rows.filter(Boolean)).toHaveLength(PAGE);
    await list.see(PAGE - 4, PAGE + 20);
    expect(offsets()).toEqual([0, PAGE]);
    await list.see(10, 30);
    expect(offsets()).toEqual([0, PAGE]);
    expect(list.rows[PAGE]).toBeDefined();
    expect(list.rows[2 * PAGE]).toBeUndefined();
  });

  it('drops the answer to a question that was overtaken', async () => {
    const { app, client } = await stage({ many: 120 });
    const { list } = app.history;
    await list.refresh();
    const real = client.historyList.bind(client);
    const slow = deferred<null>();
    vi.spyOn(client, 'historyList').mockImplementationOnce(async (...args) => {
      await slow.promise;
      return real(...args);
    });
    const first = list.ask({ ...KEPT, starred_only: true });
    await list.ask({ place: 'bin', starred_only: false });
    slow.resolve(null);
    await first;
    expect(list.rows.length).toBeGreaterThan(0);
    expect(list.rows.every((row) => row?.deleted_at !== undefined)).toBe(true);
  });

  it('keeps what it has where it could not be read again, and says why', async () => {
    const { app, client } = await stage({ past: true });
    const { list } = app.history;
    await list.refresh();
    vi.spyOn(client, 'historyList').mockRejectedValueOnce(fault('database', 'locked'));
    await list.refresh();
    expect(list.total).toBe(3);
    expect(list.error?.code).toBe('database');
    await list.refresh();
    expect(list.error).toBeNull();
  });
});

describe('a selection', () => {
  it('goes over rows that are not read', async () => {
    const { app } = await stage({ many: 450 });
    const { list } = app.history;
    await list.refresh();
    const selection = new Selection(list);
    selection.toggle(PAGE - 2);
    await selection.extend(PAGE + 1);
    expect(selection.size).toBe(4);
    await selection.extend(PAGE - 3);
    expect(selection.size).toBe(2);
    await selection.all();
    expect(selection.size).toBe(list.total);
    selection.clear();
    selection.go(1e6);
    expect(selection.at).toBe(list.total - 1);
    expect(selection.wanted).toEqual([list.rows.at(-1)?.id].filter((id) => id !== undefined));
  });

  it('takes all, also where the list is asked for anew on the way', async () => {
    const { app } = await stage({ many: 450 });
    const { list } = app.history;
    await list.refresh();
    const selection = new Selection(list);
    await Promise.all([selection.all(), list.refresh()]);
    expect(list.total).toBeGreaterThan(PAGE);
    expect(selection.size).toBe(list.total);
  });

  it('lets go of what has left the list', async () => {
    const { app } = await stage({ past: true });
    await app.history.list.refresh();
    const selection = new Selection(app.history.list);
    await selection.all();
    const [gone] = selection.ids;
    selection.keepTo((id) => id !== gone);
    expect(selection.size).toBe(2);
  });
});

describe('what is done to conversations', () => {
  it('is taken back to how each of them was', async () => {
    const { app } = await stage({ past: true });
    const { history, toasts } = app;
    await history.refresh();
    const [one, two] = history.items.map(({ id }) => id);
    if (one === undefined || two === undefined) throw new Error('past conversations expected');
    await history.change([one], { do: 'star', on: true });
    await history.change([one, two], { do: 'star', on: true });
    expect(history.items.filter(({ starred }) => starred)).toHaveLength(2);
    expect(toasts.items.at(-1)?.key).toBe('history_starred_many');
    toasts.undo();
    await vi.waitFor(() => expect(history.items.filter(({ starred }) => starred)).toHaveLength(1));
    expect(history.find(one)?.starred).toBe(true);
  });

  it('is taken back where the page of a conversation is not read any more', async () => {
    const { app, client } = await stage({ past: true });
    const { history, toasts } = app;
    await history.refresh();
    const ids = history.items.map(({ id }) => id);
    const [one = 0] = ids;
    const [old, other] = [await history.createFolder('Old'), await history.createFolder('New')];
    await history.change([one], { do: 'move', folder: old });
    await history.change([one], { do: 'star', on: true });
    const change = vi.spyOn(client, 'historyChange');
    // As after a refresh, of all pages that are out of sight.
    for (const list of [history.list, history.recent]) list.rows = list.rows.map(() => undefined);
    await history.change(ids, { do: 'move', folder: other });
    await history.change(ids, { do: 'star', on: false });
    toasts.undo();
    await vi.waitFor(() => expect(change).toHaveBeenCalledWith([one], { do: 'star', on: true }));
    await history.change(ids, { do: 'move', folder: null });
    toasts.undo();
    await vi.waitFor(() => expect(change).toHaveBeenLastCalledWith(ids, { do: 'move', folder: other }));
  });

  it('puts them into a folder, and the folder goes without them', async () => {
    const { app } = await stage({ past: true });
    const { history, toasts } = app;
    await history.refresh();
    const ids = history.items.map(({ id }) => id).slice(0, 2);
    const folder = await history.createFolder(' 工作 ');
    if (folder === null) throw new Error('a folder expected');
    await history.change(ids, { do: 'move', folder });
    expect(history.shelves.folders).toEqual([{ id: folder, name: '工作', conversations: 2 }]);
    await history.recent.ask({ ...KEPT, folder });
    expect(history.recent.total).toBe(2);
    await history.deleteFolder(folder);
    expect(history.shelves.folders).toEqual([]);
    expect(history.recent.total).toBe(3);
    toasts.undo();
    await vi.waitFor(() => expect(history.shelves.folders[0]?.conversations).toBe(2));
  });

  it('tells why it failed, and leaves everything as it was', async () => {
    const { app, client } = await stage({ past: true });
    await app.history.refresh();
    vi.spyOn(client, 'historyChange').mockRejectedValueOnce(fault('disk_full', 'no room'));
    await app.history.remove(app.history.items[0]?.id ?? 0);
    expect(app.history.error?.code).toBe('disk_full');
    expect(app.history.items).toHaveLength(3);
    expect(app.toasts.items).toEqual([]);
  });

  it('makes copies, whole ones and ones that begin with the way up to a message', async () => {
    const { app } = await stage({ past: true });
    const { history, chat } = app;
    await history.refresh();
    const source = history.items[0];
    if (!source) throw new Error('a past conversation expected');
    const copy = await history.duplicate(source.id);
    await chat.open(copy ?? 0);
    expect(chat.conversation?.messages.map(({ text }) => text)).toHaveLength(2);
    await chat.readTokens(chat.conversation?.messages[1]?.id ?? 0);
    expect(chat.streams.get(chat.conversation?.messages[1]?.id ?? 0)?.count).toBeGreaterThan(3);
    const question = chat.conversation?.messages[0];
    if (!question) throw new Error('a question expected');
    await app.splitAt(question);
    expect(chat.conversation?.id).not.toBe(copy);
    expect(chat.conversation?.messages.map(({ text }) => text)).toEqual([question.text]);
    app.toasts.undo();
    await vi.waitFor(() => expect(history.items.map(({ id }) => id)).not.toContain(chat.conversation?.id));
  });
});

describe('a search', () => {
  it('finds one character, in any case and without accents, and marks it', async () => {
    const { client } = await stage({ many: 40 });
    const rain = await client.historySearch('雨', KEPT, 0, 50);
    expect(rain.hits.length).toBeGreaterThan(1);
    expect(rain.hits.every((hit) => wordsOf(hit) === '雨')).toBe(true);
    const accents = await client.historySearch('NAIVE bayes', KEPT, 0, 50);
    expect(wordsOf(accents.hits[0] as SearchHit)).toBe('naïve');
    expect((await client.historySearch('修复 ok', KEPT, 0, 50)).total).toBeGreaterThan(0);
    expect((await client.historySearch('修复 nowhere', KEPT, 0, 50)).total).toBe(0);
  });

  it('puts the hits of a conversation together, and never moves what is above', () => {
    const hit = (conversation_id: number): SearchHit => ({
      conversation_id,
      title: `${conversation_id}`,
      place: 'kept',
      keeping: 'saved',
      found_in: 'answer',
      excerpt: [],
      at: 0,
    });
    const first = Array.from({ length: HITS }, (_, at) => hit(at % 2));
    const groups = grouped([...first, hit(0), hit(5)]);
    expect(groups.map(({ conversationId, hits }) => [conversationId, hits.length])).toEqual([
      [0, HITS / 2],
      [1, HITS / 2],
      [0, 1],
      [5, 1],
    ]);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(4);
  });

  it('keeps what it has until the next is there, and forgets it with its question', async () => {
    const { app } = await stage({ many: 40 });
    const { search } = app.history;
    search.ask('cat', KEPT, 0);
    await vi.waitFor(() => expect(search.found?.text).toBe('cat'));
    search.ask('cats', KEPT, 0);
    expect(search.found?.text).toBe('cat');
    await vi.waitFor(() => expect(search.found?.text).toBe('cats'));
    search.clear();
    expect(search.found).toBeNull();
    expect(search.groups).toEqual([]);
  });

  it('reads on where there is more', async () => {
    const { app } = await stage({ many: 400 });
    const { search } = app.history;
    search.ask('a', KEPT, 0);
    await vi.waitFor(() => expect(search.found?.hits).toHaveLength(HITS));
    await search.more();
    expect(search.found?.hits).toHaveLength(2 * HITS);
  });

  it('is not taken for answered when more of an older one comes', async () => {
    const { app, client } = await stage({ many: 400 });
    const { search } = app.history;
    search.ask('a', KEPT, 0);
    await vi.waitFor(() => expect(search.busy).toBe(false));
    const [slow, slower] = [deferred<null>(), deferred<null>()];
    const real = client.historySearch.bind(client);
    vi.spyOn(client, 'historySearch').mockImplementation(async (text, ...others) => {
      await (text === 'a' ? slow : slower).promise;
      return real(text, ...others);
    });
    const more = search.more();
    search.ask('cat', KEPT, 0);
    slow.resolve(null);
    await more;
    expect(search.busy).toBe(true);
    expect(search.found?.hits).toHaveLength(HITS);
    slower.resolve(null);
    await vi.waitFor(() => expect(search.busy).toBe(false));
    expect(search.found?.text).toBe('cat');
  });
});

describe('opening a message', () => {
  it('goes to one that is before what came with the conversation', async () => {
    const { app } = await stage({ long: 400 });
    await app.history.refresh();
    const id = app.history.items.find(({ message_count }) => message_count >= 400)?.id ?? 0;
    await app.chat.open(id);
    await vi.waitFor(() => expect(app.chat.conversation?.messages).toHaveLength(400));
    const early = app.chat.conversation?.messages[8]?.id ?? 0;
    app.chat.begin();
    await app.openMessage(id, early, 'sky');
    expect(app.chat.conversation?.messages.some((message) => message.id === early)).toBe(true);
    expect([app.find.goal, app.find.query, app.find.shown]).toEqual([early, 'sky', true]);
    const show = vi.fn();
    app.find.place = { reveal: vi.fn(), scrollBy: vi.fn(), topmost: () => null, show };
    app.find.arrive();
    expect(show).toHaveBeenCalledWith(early);
    expect(app.find.current?.messageId).toBe(early);
    expect(app.find.goal).toBeNull();
  });

  it('makes another version the active one for it', async () => {
    const { app } = await stage();
    app.chat.draft = 'Which country is the Eiffel Tower in?';
    await app.chat.say();
    const first = app.chat.lastAnswer;
    if (!first) throw new Error('an answer expected');
    await app.chat.regenerate(first.id);
    const id = app.chat.conversation?.id ?? 0;
    app.chat.begin();
    await app.openMessage(id, first.id, 'France');
    expect(app.chat.lastAnswer?.id).toBe(first.id);
  });
});

describe('a message', () => {
  it('is deleted as one version, with an undo', async () => {
    const { app } = await stage();
    app.chat.draft = 'Which country is the Eiffel Tower in?';
    await app.chat.say();
    const first = app.chat.lastAnswer;
    if (!first) throw new Error('an answer expected');
    await app.chat.regenerate(first.id);
    const second = app.chat.lastAnswer;
    if (!second) throw new Error('another version expected');
    await app.deleteMessage(second);
    expect(app.chat.lastAnswer?.id).toBe(first.id);
    expect(app.chat.lastAnswer?.versions).toEqual([first.id]);
    app.toasts.undo();
    await vi.waitFor(() => expect(app.chat.lastAnswer?.id).toBe(second.id));
  });

  it('comes back without taking the reader away from elsewhere', async () => {
    const { app } = await stage({ past: true });
    app.chat.draft = 'sky';
    await app.chat.say();
    const answer = app.chat.lastAnswer;
    if (!answer) throw new Error('an answer expected');
    await app.deleteMessage(answer);
    app.chat.begin();
    app.toasts.undo();
    await vi.waitFor(() => expect(app.toasts.canUndo).toBe(false));
    expect(app.chat.conversation).toBeNull();
    await app.chat.open(answer.conversation_id);
    await vi.waitFor(() => expect(app.chat.lastAnswer?.id).toBe(answer.id));
  });
});

describe('a draft', () => {
  it('is kept a moment after the last key, with its files, and is there after a start', async () => {
    vi.useFakeTimers();
    try {
      const { app, client } = await stage({ past: true });
      const kept = vi.spyOn(client, 'draftKeep');
      await app.drafts.open(null);
      app.chat.draft = 'half';
      app.chat.draft = 'half a sentence';
      await app.composer.attach('/home/user/notes.md');
      await vi.advanceTimersByTimeAsync(500);
      expect(kept).toHaveBeenCalledTimes(1);
      const file = app.composer.attachments[0]?.id;
      expect(kept).toHaveBeenLastCalledWith(null, 'half a sentence', [file]);
      const { App } = await import('../src/stores/app.svelte');
      const next = await App.start(client);
      await next.drafts.open(null);
      expect(next.chat.draft).toBe('half a sentence');
      expect(next.composer.attachments.map(({ id }) => id)).toEqual([file]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is forgotten once it was sent', async () => {
    const { app, client } = await stage();
    await app.drafts.open(null);
    app.chat.draft = 'What colour is the sky?';
    await app.drafts.flush();
    expect((await client.draftKept(null)).text).toBe('What colour is the sky?');
    await app.composer.send();
    await app.drafts.flush();
    expect(await client.draftKept(null)).toEqual({ text: '', attachments: [] });
  });

  it('gives way to what is typed while it is read', async () => {
    const { app, client } = await stage({ past: true });
    await app.history.refresh();
    const id = app.history.items[0]?.id ?? 0;
    await client.draftKeep(id, 'from before', []);
    await app.chat.open(id);
    const opening = app.drafts.open(id);
    app.chat.draft = 'typed now';
    await opening;
    expect(app.chat.draft).toBe('typed now');
  });

  it('marks its conversation, also one that was not opened', async () => {
    const { app, client } = await stage({ past: true });
    await app.history.refresh();
    const [one, two] = app.history.items.map(({ id }) => id);
    if (one === undefined || two === undefined) throw new Error('past conversations expected');
    await client.draftKeep(one, 'a', []);
    await app.history.refresh();
    expect(app.drafts.has(one, app.history.find(one)?.draft ?? false)).toBe(true);
    expect(app.drafts.has(two, app.history.find(two)?.draft ?? false)).toBe(false);
    await app.chat.open(one);
    await app.drafts.open(one);
    app.chat.draft = '';
    expect(app.drafts.has(one, true)).toBe(false);
  });

  it('that could not be kept is told, stays, and is kept later', async () => {
    const { app, client } = await stage();
    await app.drafts.open(null);
    const keep = vi.spyOn(client, 'draftKeep').mockRejectedValueOnce(fault('disk_full', 'no room'));
    app.chat.draft = 'precious';
    await app.drafts.flush();
    expect(app.drafts.error?.code).toBe('disk_full');
    expect(app.chat.draft).toBe('precious');
    await app.drafts.flush();
    expect(keep).toHaveBeenCalledTimes(2);
    expect(app.drafts.error).toBeNull();
  });

  it('of a private conversation is told to nobody', async () => {
    const { app, client } = await stage();
    const kept = vi.spyOn(client, 'draftKeep');
    await app.beginPrivate();
    const { conversation } = app.chat;
    expect(conversation?.keeping).toBe('private');
    await app.drafts.open(conversation?.id ?? 0, conversation?.keeping);
    app.chat.draft = 'a secret';
    await app.drafts.flush();
    expect(kept).not.toHaveBeenCalled();
  });
});
