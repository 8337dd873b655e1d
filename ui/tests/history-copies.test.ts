/** The copies of the history, how it stands, and deleting for good. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../src/client/bindings/ConversationSummary';
import type { HistoryState } from '../src/client/bindings/HistoryState';
import Copies from '../src/components/history/copies/Copies.svelte';
import Window from '../src/Window.svelte';
import { deferred, show, stage, type Stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

async function kept(client: Stage['client']): Promise<ConversationSummary[]> {
  const { rows } = await client.historyList({ place: 'kept', starred_only: false }, 'used', 0, 100);
  return rows;
}

describe('copies', () => {
  it('are listed newest first; one that can not be read says why and is not offered', async () => {
    const { app } = await stage({ past: true });
    show(app, Copies, {});
    const rows = await screen.findAllByTestId('copy');
    const times = app.copies.list?.map((one) => one.at) ?? [];
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(rows.at(-1)).toHaveTextContent("This copy of the history can't be read.");
    expect(within(rows.at(-1) as HTMLElement).queryByTestId('copy-look')).toBeNull();
  });

  it('are made when asked', async () => {
    const { app } = await stage({ past: true });
    show(app, Copies, {});
    const before = (await screen.findAllByTestId('copy')).length;
    await fireEvent.click(screen.getByTestId('copy-make'));
    await waitFor(() => expect(screen.getAllByTestId('copy').length).toBe(before + 1));
  });

  it('give back chosen conversations; those that are there can not be chosen', async () => {
    const { app } = await stage({ past: true });
    show(app, Copies, {});
    const [first] = await screen.findAllByTestId('copy-look');
    if (!first) throw new Error('no copy');
    await fireEvent.click(first);
    await screen.findByTestId('copy-look-view');
    const boxes = (await screen.findAllByTestId('copy-row')).map((row) => within(row).getByRole('checkbox'));
    const missing = boxes.filter((box) => !box.hasAttribute('disabled'));
    expect(missing.length).toBeLessThan(boxes.length);
    const before = app.history.items.length;
    expect(screen.getByTestId('copy-restore-chosen')).toBeDisabled();
    await fireEvent.click(missing[0] as HTMLElement);
    await fireEvent.click(missing[1] as HTMLElement);
    await fireEvent.click(screen.getByTestId('copy-restore-chosen'));
    expect(await screen.findByTestId('copy-restored')).toHaveTextContent('2 conversations are back.');
    expect(app.copies.open?.chosen.size).toBe(0);
    expect(before).toBeLessThan(app.copies.open?.total ?? 0);
  });

  it('are put back one at a time, whatever is read meanwhile', async () => {
    const { app, client } = await stage({ past: true });
    const { copies } = app;
    await copies.refresh();
    const [list, restored] = [deferred<never>(), deferred<never>()];
    vi.spyOn(client, 'backupList').mockReturnValue(list.promise);
    const restore = vi.spyOn(client, 'backupRestore').mockReturnValue(restored.promise);
    const backup = copies.list?.[0];
    if (!backup) throw new Error('no copy');
    const reading = copies.refresh();
    const restoring = copies.restore(backup, null);
    list.reject({ code: 'io', detail: '', facts: {} });
    await reading;
    expect(copies.work).toBe('restoring');
    await copies.restore(backup, null);
    expect(restore).toHaveBeenCalledTimes(1);
    restored.reject({ code: 'io', detail: '', facts: {} });
    await restoring;
    expect(copies.work).toBe('none');
  });

  it('show the error of a copy that breaks while it is looked into', async () => {
    const { app, client } = await stage({ past: true });
    const error = { code: 'backup_unreadable', detail: 'malformed', facts: {} };
    vi.spyOn(client, 'backupLook').mockRejectedValue(error);
    show(app, Copies, {});
    const [first] = await screen.findAllByTestId('copy-look');
    await fireEvent.click(first as HTMLElement);
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'backup_unreadable');
  });
});

describe('the state of the history', () => {
  async function open(standing: HistoryState['state']): Promise<Stage> {
    const stand = await stage({ standing });
    show(stand.app, Window, { app: stand.app });
    return stand;
  }

  it('asks where it is missing, and begins nothing by itself', async () => {
    const { app, client } = await open('missing');
    const decide = vi.spyOn(client, 'historyDecide');
    const dialog = await screen.findByTestId('history-missing');
    expect(dialog).toHaveTextContent('128 conversations');
    await fireEvent.click(screen.getByTestId('missing-look'));
    expect(await within(dialog).findByText('It is still not there.')).toBeInTheDocument();
    expect(app.standing.state.state).toBe('missing');
    await fireEvent.click(screen.getByTestId('missing-later'));
    await waitFor(() => expect(screen.queryByTestId('history-missing')).toBeNull());
    expect(screen.getByTestId('standing-bar')).toHaveTextContent('kept in memory');
    expect(decide.mock.calls.map(([choice]) => choice.do)).toEqual(['look_again']);
  });

  it('comes back from the newest copy that can be read, or from another one', async () => {
    const { app, client } = await open('missing');
    const decide = vi.spyOn(client, 'historyDecide');
    await screen.findByTestId('history-missing');
    const { state } = app.standing;
    if (state.state !== 'missing') throw new Error('not missing');
    const select = screen.getByTestId<HTMLSelectElement>('missing-copy');
    expect(select.value).toBe(state.backups[0]?.path);
    expect([...select.options].map((one) => one.value)).toEqual(
      state.backups.filter((one) => !one.error).map((one) => one.path),
    );
    const third = state.backups[2]?.path ?? '';
    await fireEvent.change(select, { target: { value: third } });
    await fireEvent.click(screen.getByTestId('missing-restore'));
    await waitFor(() => expect(screen.queryByTestId('history-missing')).toBeNull());
    expect(decide).toHaveBeenCalledWith({ do: 'restore', path: third });
    expect(screen.queryByTestId('standing-bar')).toBeNull();
  });

  it('is told in a line while it can not be saved, with what waits and a way to try again', async () => {
    await open('unavailable');
    const bar = await screen.findByTestId('standing-bar');
    expect(bar).toHaveTextContent('The disk is full');
    expect(bar).toHaveTextContent('2 messages are kept in memory');
    await fireEvent.click(screen.getByTestId('standing-retry'));
    await waitFor(() => expect(screen.queryByTestId('standing-bar')).toBeNull());
  });

  it('is told where it is open for reading alone', async () => {
    const { app } = await open('read_only');
    const bar = await screen.findByTestId('standing-bar');
    expect(bar).toHaveTextContent('newer version');
    expect(bar).toHaveTextContent('kept apart for the newer version');
    // Everything else can be used.
    expect(screen.queryByTestId('history-missing')).toBeNull();
    app.nav.go('chat');
    expect(await screen.findByTestId('composer')).toBeEnabled();
  });

  it('changes when the shell says so', async () => {
    const { client } = await open('open');
    expect(screen.queryByTestId('standing-bar')).toBeNull();
    const error = { code: 'read_only_folder' as const, detail: 'EROFS', facts: {} };
    client.tell({ event: 'history_stood', state: { state: 'unavailable', error, unsaved: 1 } });
    expect(await screen.findByTestId('standing-bar')).toHaveTextContent('1 message is kept in memory');
  });
});

describe('deleting for good', () => {
  it('is asked first, and says afterwards what became of the copies', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    const purge = vi.spyOn(client, 'historyPurge');
    const id = (await kept(client))[0]?.id ?? 0;
    await client.historyChange([id], { do: 'delete', on: true });
    app.purge.ask([id], 1, 'Towers');
    const dialog = await screen.findByTestId('purge-dialog');
    expect(dialog).toHaveTextContent('Towers');
    expect(dialog).toHaveTextContent('copies');
    expect(purge).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByTestId('purge-go'));
    await waitFor(() => expect(dialog).toHaveTextContent('1 conversation is gone for good.'));
    expect(purge).toHaveBeenCalledWith([id]);
    expect(within(dialog).getByTestId('purge_rewritten').querySelectorAll('li').length).toBe(9);
    expect(within(dialog).getByTestId('purge_removed').querySelectorAll('li').length).toBe(1);
    expect(within(dialog).queryByTestId('purge_left')).toBeNull();
  });

  it('keeps the question open where it failed', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    vi.spyOn(client, 'historyPurge').mockRejectedValue({ code: 'history_in_use', detail: '', facts: {} });
    app.purge.ask(null, 4);
    await fireEvent.click(await screen.findByTestId('purge-go'));
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'history_in_use');
    expect(screen.getByTestId('purge-go')).toBeEnabled();
  });

  it('goes on where its question is shut, and says so at the end', async () => {
    const { app, client } = await stage({ past: true });
    const gone = deferred<Awaited<ReturnType<typeof client.historyPurge>>>();
    vi.spyOn(client, 'historyPurge').mockReturnValue(gone.promise);
    app.purge.ask(null, 4);
    const run = app.purge.purge();
    app.purge.close();
    // One after the other.
    app.purge.ask([1], 1);
    expect(app.purge.wish).toBeNull();
    const report = {
      conversations: 4,
      backups_rewritten: [],
      backups_removed: [],
      backups_left: ['/a.sqlite'],
    };
    gone.resolve(report);
    await run;
    expect(app.toasts.items.at(-1)?.key).toBe('purge_toast_done');
    app.toasts.act(app.toasts.items.at(-1)?.id ?? 0);
    expect(app.purge.wish?.count).toBe(4);
    expect(app.purge.report).toEqual(report);
  });
});
