import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { SearchHit } from '../src/client/bindings/SearchHit';
import { fault } from '../src/client/fake/faults';
import Sidebar from '../src/components/history/sidebar/Sidebar.svelte';
import History from '../src/views/History.svelte';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

const rows = (): HTMLElement[] => screen.getAllByTestId('history-item');

function row(at: number): HTMLElement {
  const found = rows()[at];
  if (!found) throw new Error(`row ${at} expected`);
  return found;
}

/** The History view with three conversations. */
async function listed(): Promise<Stage> {
  const made = await stage({ past: true, locale: 'en-US' });
  show(made.app, History, {});
  await waitFor(() => expect(rows()).toHaveLength(3));
  return made;
}

const press = (key: string, part: KeyboardEventInit = {}): Promise<boolean> =>
  fireEvent.keyDown(screen.getByRole('grid'), { key, ...part });

describe('the list', () => {
  it('selects by mouse and by key, and does things to all that are selected', async () => {
    const { app } = await listed();
    await fireEvent.click(within(row(0)).getByTestId('history-open'), { ctrlKey: true });
    expect(app.chat.conversation).toBeNull();
    expect(screen.getByTestId('selection-count')).toHaveTextContent('1 selected');
    await fireEvent.click(within(row(2)).getByTestId('history-open'), { shiftKey: true });
    await waitFor(() => expect(screen.getByTestId('selection-count')).toHaveTextContent('3 selected'));
    await press('Escape');
    expect(screen.queryByTestId('selection-bar')).toBeNull();
    await press('Home');
    await press('ArrowDown', { shiftKey: true });
    await waitFor(() => expect(screen.getByTestId('selection-count')).toHaveTextContent('2 selected'));
    await fireEvent.click(screen.getByTestId('selection-star'));
    await waitFor(() => expect(app.history.list.rows.filter((one) => one?.starred)).toHaveLength(2));
    await press('a', { ctrlKey: true });
    await waitFor(() => expect(screen.getByTestId('selection-count')).toHaveTextContent('3 selected'));
    await press('Delete');
    await waitFor(() => expect(screen.getByTestId('history-empty')).toBeInTheDocument());
    app.toasts.undo();
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  it('opens by Enter, names by F2, and tells readers where the keys are', async () => {
    const { app } = await listed();
    const grid = screen.getByRole('grid');
    await press('Home');
    await press('ArrowDown');
    const active = grid.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)).toContainElement(row(1));
    await press('F2');
    const field = within(row(1)).getByTestId('history-name');
    await fireEvent.input(field, { target: { value: 'Another name' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(row(1)).toHaveTextContent('Another name'));
    await press('Enter');
    await waitFor(() => expect(app.chat.conversation?.title).toBe('Another name'));
  });

  it('shows the bin with the days that are left, and brings back from it', async () => {
    const { app } = await listed();
    await fireEvent.click(within(row(0)).getByTestId('history-delete'));
    await waitFor(() => expect(rows()).toHaveLength(2));
    await fireEvent.click(screen.getByTestId('choice-bin'));
    await waitFor(() => expect(screen.getByTestId('days-left')).toHaveTextContent('30 days left'));
    await fireEvent.click(within(row(0)).getByTestId('history-open'));
    expect(app.chat.conversation).toBeNull();
    await fireEvent.click(screen.getByTestId('history-restore'));
    await waitFor(() => expect(screen.getByTestId('history-empty')).toHaveTextContent('The bin is empty'));
    await fireEvent.click(screen.getByTestId('choice-kept'));
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  it('deletes by key in the bin too: for good, once that was agreed to', async () => {
    const { app } = await listed();
    await press('Home');
    await press('Delete');
    await waitFor(() => expect(rows()).toHaveLength(2));
    await fireEvent.click(screen.getByTestId('choice-bin'));
    await screen.findByTestId('days-left');
    await press('Home');
    await press('Delete');
    const title = app.history.list.rows[0]?.title;
    expect(app.purge.wish).toEqual({ ids: [app.history.list.rows[0]?.id], count: 1, title });
    expect(rows()).toHaveLength(1);
  });

  it('is narrowed and put in another order', async () => {
    await listed();
    await fireEvent.change(screen.getByTestId('filter-language'), { target: { value: 'chinese' } });
    await waitFor(() => expect(rows()).toHaveLength(1));
    await fireEvent.click(screen.getByTestId('filter-clear'));
    await waitFor(() => expect(rows()).toHaveLength(3));
    await fireEvent.click(screen.getByTestId('filter-starred'));
    await waitFor(() => expect(screen.getByTestId('history-empty')).toHaveTextContent('fits these filters'));
    await fireEvent.click(screen.getByTestId('filter-starred'));
    await fireEvent.change(screen.getByTestId('history-order'), { target: { value: 'title' } });
    await waitFor(() => expect(row(0)).toHaveTextContent('List three cities'));
    expect(screen.queryByRole('rowheader')).toBeNull();
  });

  it('says what is wrong in its place, and tries again', async () => {
    const { client, app } = await stage({ past: true, locale: 'en-US' });
    vi.spyOn(client, 'historyList').mockRejectedValueOnce(fault('database', 'locked'));
    show(app, History, {});
    await fireEvent.click(await screen.findByTestId('error-action'));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(screen.queryByTestId('error-card')).toBeNull();
  });

  it('says what it is for where nothing was kept', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, History, {});
    expect(await screen.findByText(/Your conversations will be listed here/)).toBeInTheDocument();
    expect(screen.queryByRole('group', { name: 'Filters' })).toBeNull();
  });
});

describe('the search', () => {
  it('shows what was found by conversation, and goes to the place', async () => {
    const { app } = await listed();
    const field = screen.getByTestId('history-filter');
    await fireEvent.input(field, { target: { value: '塔' } });
    const hits = await screen.findAllByTestId('search-hit');
    expect(hits.every((hit) => hit.querySelector('mark')?.textContent === '塔')).toBe(true);
    expect(screen.getByTestId('search-count')).toHaveTextContent('in 1 conversation');
    await fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(hits[0]).toHaveFocus();
    await fireEvent.keyDown(hits[0] as HTMLElement, { key: 'ArrowUp' });
    expect(field).toHaveFocus();
    const answer = hits.find((hit) => hit.textContent?.includes('Answer'));
    await fireEvent.click(answer as HTMLElement);
    await waitFor(() => expect(app.nav.view).toBe('chat'));
    expect(app.find.sought).toBe(app.chat.lastAnswer?.id);
    expect(app.find.query).toBe('塔');
  });

  it('says that nothing was found, and where it looked', async () => {
    await listed();
    await fireEvent.input(screen.getByTestId('history-filter'), { target: { value: 'zebra' } });
    expect(await screen.findByTestId('search-none')).toHaveTextContent('Nothing found for “zebra”');
    await fireEvent.keyDown(screen.getByTestId('history-filter'), { key: 'Escape' });
    await waitFor(() => expect(rows()).toHaveLength(3));
  });
});

describe('the sidebar', () => {
  const opens = (): HTMLElement[] => screen.getAllByTestId('sidebar-open');

  async function beside(): Promise<Stage & { close: ReturnType<typeof vi.fn> }> {
    const made = await stage({ past: true, locale: 'en-US' });
    const close = vi.fn();
    show(made.app, Sidebar, { close });
    await waitFor(() => expect(opens()).toHaveLength(3));
    return { ...made, close };
  }

  it('switches conversations, and marks the open one, drafts and what is being written', async () => {
    const { app } = await beside();
    const [first, second] = app.history.items.map(({ id }) => id);
    await fireEvent.click(opens()[1] as HTMLElement);
    await waitFor(() => expect(app.chat.conversation?.id).toBe(second));
    expect(opens()[1]).toHaveAttribute('aria-current', 'true');
    await app.drafts.open(second ?? 0);
    app.chat.draft = 'half';
    await fireEvent.click(opens()[0] as HTMLElement);
    await waitFor(() => expect(app.chat.conversation?.id).toBe(first));
    expect(within(opens()[1] as HTMLElement).getByTestId('mark-draft')).toHaveTextContent('Draft');
    app.chat.draft = 'sky';
    const turn = app.chat.say();
    expect(await screen.findByTestId('mark-writing')).toBeInTheDocument();
    await turn;
    await waitFor(() => expect(screen.queryByTestId('mark-writing')).toBeNull());
  });

  it('goes through its rows by arrow keys, over their headings', async () => {
    await beside();
    opens()[0]?.focus();
    await fireEvent.keyDown(opens()[0] as HTMLElement, { key: 'ArrowDown' });
    await waitFor(() => expect(opens()[1]).toHaveFocus());
    await fireEvent.keyDown(opens()[1] as HTMLElement, { key: 'ArrowUp' });
    await waitFor(() => expect(opens()[0]).toHaveFocus());
  });

  it('makes folders and shows what is in one', async () => {
    await beside();
    await fireEvent.click(screen.getByTestId('folder-new'));
    const field = screen.getByTestId('folder-name');
    await fireEvent.input(field, { target: { value: 'Work' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByTestId('folder')).toHaveTextContent('Work');
    await fireEvent.click(screen.getByTestId('folder'));
    expect(await screen.findByText('There is no conversation in this folder yet.')).toBeInTheDocument();
    await fireEvent.click(screen.getByTestId('folder-leave'));
    await waitFor(() => expect(opens()).toHaveLength(3));
  });

  it('begins a private conversation that says what it is', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    await app.beginPrivate();
    expect(await screen.findByTestId('private-note')).toHaveTextContent('in memory only');
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    expect(await screen.findByTestId('private-line')).toBeInTheDocument();
  });

  it('lies over the chat where there is no room, and Esc puts it away without stopping anything', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    show(app, Window, { app });
    app.nav.go('chat');
    const stop = vi.spyOn(app.chat, 'stop');
    await fireEvent.click(await screen.findByTestId('sidebar-toggle'));
    await waitFor(() => expect(screen.getByTestId('sidebar-search')).toHaveFocus());
    await fireEvent.keyDown(screen.getByTestId('sidebar-search'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('sidebar')).toBeNull());
    expect(stop).not.toHaveBeenCalled();
    expect(screen.getByTestId('sidebar-toggle')).toHaveFocus();
  });
});

describe('what is in memory only', () => {
  it('says so in the list and beside the chat, by a sign, its name and a sentence', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    await app.beginPrivate();
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    show(app, History, {});
    const mark = await screen.findByTestId('mark-private');
    expect(mark).toHaveTextContent('Private, not kept');
    expect(mark.title).toContain('gone when the app closes');
    expect(mark.querySelector('svg')).toBeInTheDocument();
    expect(within(row(0)).getByTestId('history-open')).toContainElement(mark);
    // Nothing that would have to be kept is offered for it.
    expect(within(row(0)).queryByTestId('history-star')).toBeNull();
    expect(screen.getAllByTestId(/^mark-(private|unsaved)$/)).toHaveLength(1);
  });

  it('says so in what was found', async () => {
    const { client } = await listed();
    const hit = {
      conversation_id: 1,
      title: 'Clouds',
      place: 'kept',
      found_in: 'question',
      message_id: 1,
      excerpt: [{ text: 'clouds', hit: true }],
      at: 0,
      keeping: 'unsaved',
    } as SearchHit;
    vi.spyOn(client, 'historySearch').mockResolvedValue({ total: 1, more: false, waiting: 0, hits: [hit] });
    await fireEvent.input(screen.getByTestId('history-filter'), { target: { value: 'clouds' } });
    const mark = await screen.findByTestId('mark-unsaved');
    expect(mark).toHaveTextContent('Not saved yet');
    expect(mark.title).toContain('as soon as the history can be written');
  });
});

describe('a folder for conversations', () => {
  it('is chosen or made in a dialog', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    await app.history.refresh();
    const id = app.history.items[0]?.id ?? 0;
    app.history.moving = [id];
    show(app, Window, { app });
    await screen.findByTestId('move-dialog');
    await fireEvent.input(screen.getByTestId('move-new'), { target: { value: 'Garden' } });
    await fireEvent.click(screen.getByTestId('move-create'));
    await waitFor(() => expect(app.history.find(id)?.folder).toBeDefined());
    expect(app.history.moving).toBeNull();
    expect(app.toasts.items.at(-1)?.values).toMatchObject({ folder: 'Garden' });
  });

  it('that can’t be made is told where it was asked for', async () => {
    const { app, client } = await stage({ past: true, locale: 'en-US' });
    await app.history.refresh();
    app.history.moving = [app.history.items[0]?.id ?? 0];
    show(app, Window, { app });
    const dialog = await screen.findByTestId('move-dialog');
    vi.spyOn(client, 'folderCreate').mockRejectedValueOnce(fault('disk_full', 'no room'));
    await fireEvent.input(screen.getByTestId('move-new'), { target: { value: 'Garden' } });
    await fireEvent.click(screen.getByTestId('move-create'));
    expect(await within(dialog).findByTestId('error-card')).toHaveAttribute('data-code', 'disk_full');
    await fireEvent.click(screen.getByTestId('move-create'));
    await waitFor(() => expect(app.history.moving).toBeNull());
  });
});
