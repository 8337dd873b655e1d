/** Conversations out of the app and in. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../src/client/bindings/ConversationSummary';
import type { ImportReceipt } from '../src/client/bindings/ImportReceipt';
import type { TransferEvent } from '../src/client/bindings/TransferEvent';
import Receipt from '../src/components/history/transfer/Receipt.svelte';
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

const text = (id: string): string => screen.getByTestId(id).textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('out', () => {
  it('offers the selected, the open and all conversations, in four forms', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    const write = vi.spyOn(client, 'historyExport');
    const id = (await kept(client))[0]?.id ?? 0;
    app.transfer.openExport({ open: { id, title: 'Towers' }, selected: [] });
    await screen.findByTestId('export-dialog');
    expect(screen.queryByTestId('export-selected')).toBeNull();
    expect(screen.getByTestId('export-open')).toBeChecked();
    await fireEvent.click(screen.getByTestId('export-markdown'));
    await fireEvent.click(screen.getByTestId('export-go'));
    expect(await screen.findByTestId('export-done')).toHaveTextContent('conversation.md');
    expect(write).toHaveBeenCalledWith([id], 'markdown', 'en', expect.any(Function));
  });

  it('can be ended on the way, and says so', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    let hear: (event: TransferEvent) => void = () => undefined;
    vi.spyOn(client, 'historyExport').mockImplementation(async (_ids, _format, _language, onEvent) => {
      hear = onEvent;
      return 7;
    });
    const cancel = vi
      .spyOn(client, 'transferCancel')
      .mockImplementation(async () => hear({ event: 'cancelled' }));
    app.transfer.openExport({ open: null, selected: [] });
    await fireEvent.click(await screen.findByTestId('export-go'));
    hear({ event: 'progress', done: 3, total: 10 });
    expect(await screen.findByTestId('transfer-progress')).toHaveTextContent('3 of 10');
    await fireEvent.click(screen.getByTestId('transfer-cancel'));
    expect(cancel).toHaveBeenCalledWith(7);
    expect(await screen.findByText(/The export was ended/)).toBeInTheDocument();
  });

  it('ends one that is cancelled before its number is known', async () => {
    const { app, client } = await stage({ past: true });
    const began = deferred<number>();
    vi.spyOn(client, 'historyExport').mockImplementation((_ids, _format, _language, onEvent) => {
      onEvent({ event: 'progress', done: 1 });
      return began.promise;
    });
    const cancel = vi.spyOn(client, 'transferCancel').mockResolvedValue();
    const run = app.transfer.export(null, 'json', 'en');
    await app.transfer.cancel();
    expect(cancel).not.toHaveBeenCalled();
    began.resolve(12);
    await run;
    expect(cancel).toHaveBeenCalledWith(12);
  });

  it('names what could not be read, and so is not in the file', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    vi.spyOn(client, 'historyExport').mockImplementation(async (_ids, _format, _language, onEvent) => {
      const left_out = [{ place: 'Towers', reason: 'unreadable' as const, detail: 'tokens of message 3' }];
      onEvent({ event: 'exported', paths: ['/home/user/a.json'], conversations: 1, left_out });
      return 1;
    });
    app.transfer.openExport({ open: null, selected: [] });
    await fireEvent.click(await screen.findByTestId('export-go'));
    expect(await screen.findByTestId('export-left-out')).toHaveTextContent('Towers');
    expect(screen.getByTestId('export-left-out')).toHaveTextContent('tokens of message 3');
  });

  it('asks nothing more where the file dialog was shut', async () => {
    const { app, client } = await stage({ past: true });
    vi.spyOn(client, 'historyExport').mockResolvedValue(null);
    app.transfer.openExport({ open: null, selected: [] });
    await app.transfer.export(null, 'html', 'en');
    expect(app.transfer.state).toEqual({ kind: 'idle' });
  });

  it('says where it went, whatever is dropped meanwhile and whatever shows no file', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    let hear: (event: TransferEvent) => void = () => undefined;
    vi.spyOn(client, 'historyExport').mockImplementation(async (_ids, _format, _language, onEvent) => {
      hear = onEvent;
      return 7;
    });
    vi.spyOn(client, 'showInFolder').mockRejectedValue({ code: 'io', detail: '', facts: {} });
    const read = vi.spyOn(client, 'historyImport');
    app.transfer.openExport({ open: null, selected: [] });
    await fireEvent.click(await screen.findByTestId('export-go'));
    hear({ event: 'progress', done: 3, total: 10 });
    await app.transfer.take(['/a.json']);
    hear({ event: 'exported', paths: ['/home/out.json'], conversations: 3, left_out: [] });
    expect(await screen.findByTestId('export-done')).toHaveTextContent('out.json');
    await fireEvent.click(screen.getByTestId('export-show'));
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'io');
    expect(screen.getByTestId('export-done')).toHaveTextContent('out.json');
    expect(read).not.toHaveBeenCalled();
    app.transfer.close();
    await waitFor(() => expect(read).toHaveBeenCalledWith(['/a.json'], false, expect.any(Function)));
    expect(app.transfer.dialog).toBe('import');
  });

  it('leaves a note where its dialog is shut when it ends', async () => {
    const { app } = await stage({ past: true });
    app.transfer.openExport({ open: null, selected: [] });
    const run = app.transfer.export(null, 'json', 'en');
    app.transfer.close();
    await run;
    await waitFor(() => expect(app.toasts.items.at(-1)?.key).toBe('transfer_toast_exported_other'));
    app.toasts.act(app.toasts.items.at(-1)?.id ?? 0);
    expect(app.transfer.dialog).toBe('export');
    expect(app.transfer.state.kind).toBe('exported');
  });
});

describe('in', () => {
  it('takes what is dropped, and gives a receipt that stays readable', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    const paths = ['/home/user/conversations.json', '/home/user/photo.png'];
    client.tell({ event: 'import_path', paths });
    const receipt = await screen.findByTestId('receipt');
    expect(app.nav.view).toBe('history');
    const figures = ['receipt_found', 'receipt_imported', 'receipt_there', 'receipt_left_out'];
    expect(figures.map((id) => within(receipt).getByTestId(id).textContent)).toEqual(['24', '22', '0', '3']);
    expect(receipt).toHaveTextContent('photo.png');
    expect(receipt).toHaveTextContent('In no form that is known here');
    // The same again: nothing is doubled.
    client.tell({ event: 'import_path', paths: paths.slice(0, 1) });
    await waitFor(() => expect(screen.getAllByTestId('receipt_imported')[0]).toHaveTextContent(/^0$/));
    expect(screen.getAllByTestId('receipt_there')[0]).toHaveTextContent('22');
    expect(screen.getByTestId('earlier-receipt')).toHaveTextContent('22 came in');
  });

  it('says what was completed, passed over, odd in what came in, and what no list names any more', async () => {
    const { app } = await stage({});
    const receipt: ImportReceipt = {
      id: 1,
      at: 0,
      sources: ['/home/user/export.zip'],
      formats: ['ChatGPT'],
      found: 80,
      imported: 3,
      added: 2,
      already_there: 4,
      passed_over: 7,
      left_out: Array.from({ length: 60 }, (_, at) => ({
        place: `chat ${at}`,
        reason: 'not_kept' as const,
        detail: '',
      })),
      more_left_out: 11,
      warnings: [
        { place: 'Holiday', what: 'media_left_out', times: 3 },
        { place: 'Towers', what: 'cut_off', times: 1 },
      ],
      more_warnings: 1,
      cancelled: false,
    };
    show(app, Receipt, { receipt });
    expect(text('receipt_added')).toBe('2');
    expect(text('receipt_left_out')).toBe('71');
    expect(text('receipt')).toContain('completed with those that were missing');
    expect(text('receipt-passed-over')).toContain('7 files without conversations');
    const odd = within(screen.getByTestId('receipt-warnings'));
    expect(odd.getAllByRole('listitem').map((one) => one.textContent?.trim())).toEqual([
      expect.stringMatching(/^Holiday.*a note stands in their place \(3 places\)$/),
      expect.stringMatching(/^Towers.*what is there was kept$/),
    ]);
    expect(text('receipt-warnings')).toContain('1 more is not listed');
    const left = within(screen.getByTestId('receipt-left-out'));
    expect(left.getAllByRole('listitem').length).toBe(50);
    await fireEvent.click(left.getByText('Show all 60'));
    expect(left.getAllByRole('listitem').length).toBe(60);
    expect(text('receipt-left-out')).toContain('11 more are not listed');
  });

  it('says nothing of what there was none of', async () => {
    const { app } = await stage({});
    const receipt = { id: 1, at: 0, sources: [], formats: [], found: 0, imported: 0, already_there: 0 };
    show(app, Receipt, { receipt: { ...receipt, left_out: [], cancelled: false } });
    for (const id of ['receipt_added', 'receipt-passed-over', 'receipt-left-out', 'receipt-warnings'])
      expect(screen.queryByTestId(id), id).toBeNull();
  });

  it('takes what is dropped meanwhile after what is being read', async () => {
    const { app, client } = await stage({ past: true });
    const read = vi.spyOn(client, 'historyImport');
    await Promise.all([app.transfer.take(['/a.json']), app.transfer.take(['/b.json'])]);
    await waitFor(() => expect(app.transfer.receipts?.length).toBe(2));
    expect(read.mock.calls.map(([paths]) => paths)).toEqual([['/a.json'], ['/b.json']]);
  });

  it('takes what is dropped while files are being chosen, also where none are', async () => {
    const { app, client } = await stage({ past: true });
    const chosen = deferred<number | null>();
    const read = vi.spyOn(client, 'historyImport').mockReturnValueOnce(chosen.promise);
    const picking = app.transfer.pick('files');
    await app.transfer.take(['/a.json']);
    expect(read).toHaveBeenCalledTimes(1);
    chosen.resolve(null);
    await picking;
    await waitFor(() => expect(read).toHaveBeenLastCalledWith(['/a.json'], false, expect.any(Function)));
  });

  it('shows what went wrong', async () => {
    const { app, client } = await stage({ past: true });
    show(app, Window, { app });
    vi.spyOn(client, 'historyImport').mockRejectedValue({ code: 'disk_full', detail: '', facts: {} });
    app.transfer.openImport();
    await fireEvent.click(await screen.findByTestId('import-files'));
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'disk_full');
    expect(screen.getByTestId('import-files')).toBeEnabled();
  });
});
