/**
 * Conversations on their way out of the app and into it. One transfer at a time; it goes on while its dialog is shut,
 * and what is dropped meanwhile is taken in after it.
 */
import type { ExportFormat } from '../../client/bindings/ExportFormat';
import type { ImportReceipt } from '../../client/bindings/ImportReceipt';
import type { LeftOut } from '../../client/bindings/LeftOut';
import type { TransferEvent } from '../../client/bindings/TransferEvent';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';

export const FORMATS = ['json', 'markdown', 'jsonl', 'html'] as const satisfies readonly ExportFormat[];

export type Direction = 'export' | 'import';

export type Transfer =
  | { kind: 'idle' }
  /** The system's dialog is open, or the shell has not answered yet. */
  | { kind: 'asking'; way: Direction }
  | { kind: 'running'; way: Direction; done: number; total: number | null; cancelling: boolean }
  /** `leftOut`: conversations that could not be read, by title. */
  | { kind: 'exported'; paths: readonly string[]; conversations: number; leftOut: readonly LeftOut[] }
  | { kind: 'imported'; receipt: ImportReceipt }
  | { kind: 'failed'; way: Direction; error: ShownError }
  | { kind: 'cancelled'; way: Direction };

/** What may be exported from where the dialog was opened. */
export interface Offer {
  /** The conversation in view. */
  open: { id: number; title: string } | null;
  /** Those that are selected in the list. */
  selected: readonly number[];
}

export class TransferStore {
  dialog = $state<Direction | null>(null);
  offer = $state.raw<Offer>({ open: null, selected: [] });
  state = $state.raw<Transfer>({ kind: 'idle' });
  /** What earlier imports did, newest first; `null` before they were read. */
  receipts = $state.raw<readonly ImportReceipt[] | null>(null);
  receiptsError = $state.raw<ShownError | null>(null);
  /** A file that can't be shown in its folder, or a cancel that nobody took: the transfer itself goes on as it did. */
  sideError = $state.raw<ShownError | null>(null);
  /** Told when one ends while its dialog is shut. */
  onUnseenEnd: (state: Transfer) => void = () => undefined;

  readonly #client: Client;
  /** Files and folders that were dropped while something ran. */
  #queue: string[] = [];
  #id: number | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly busy = $derived(this.state.kind === 'asking' || this.state.kind === 'running');

  openExport(offer: Offer): void {
    this.offer = offer;
    this.#show('export');
  }

  openImport(): void {
    this.#show('import');
    void this.readReceipts();
  }

  /** One that runs keeps its dialog: another one is opened after it. */
  #show(way: Direction): void {
    this.sideError = null;
    if (!this.busy) this.state = { kind: 'idle' };
    this.dialog = this.busy && 'way' in this.state ? this.state.way : way;
  }

  close(): void {
    this.dialog = null;
    this.#afterExport();
  }

  /** What was said of the last one is read; the dialog asks again. */
  again(): void {
    this.sideError = null;
    if (!this.busy) this.state = { kind: 'idle' };
    this.#afterExport();
  }

  async export(ids: readonly number[] | null, format: ExportFormat, language: string): Promise<void> {
    await this.#run('export', (hear) => this.#client.historyExport(ids && [...ids], format, language, hear));
  }

  /** By the system's dialog, for files or for a folder. */
  async pick(what: 'files' | 'folder'): Promise<void> {
    await this.#run('import', (hear) => this.#client.historyImport(null, what === 'folder', hear));
  }

  /** Files and folders that are known, as after a drop. */
  async take(paths: readonly string[]): Promise<void> {
    this.#queue.push(...paths);
    this.openImport();
    await this.#takeQueued();
  }

  /** What was dropped while something was exported waits until it is read where that went. */
  #afterExport(): void {
    if (this.busy || this.#queue.length === 0) return;
    this.openImport();
    void this.#takeQueued();
  }

  async #takeQueued(): Promise<void> {
    if (this.busy || this.#queue.length === 0 || this.dialog === 'export') return;
    const paths = this.#queue;
    this.#queue = [];
    await this.#run('import', (hear) => this.#client.historyImport(paths, false, hear));
  }

  async cancel(): Promise<void> {
    if (this.state.kind !== 'running') return;
    this.state = { ...this.state, cancelling: true };
    if (this.#id === null) return;
    try {
      await this.#client.transferCancel(this.#id);
    } catch (thrown) {
      this.#goesOn();
      this.sideError = toShownError(thrown);
    }
  }

  /** The file in the system's file manager. */
  async showFile(path: string): Promise<void> {
    try {
      await this.#client.showInFolder(path);
      this.sideError = null;
    } catch (thrown) {
      this.sideError = toShownError(thrown);
    }
  }

  /** Nobody took the wish to cancel. */
  #goesOn(): void {
    const now = this.#now();
    if (now.kind === 'running') this.state = { ...now, cancelling: false };
  }

  async readReceipts(): Promise<void> {
    try {
      this.receipts = await this.#client.importReceipts();
      this.receiptsError = null;
    } catch (thrown) {
      this.receiptsError = toShownError(thrown);
    }
  }

  /** The channel and the answer of the command are two ways; either may be the first to arrive. */
  async #run(
    way: Direction,
    begin: (hear: (event: TransferEvent) => void) => Promise<number | null>,
  ): Promise<void> {
    if (this.busy) return;
    this.state = { kind: 'asking', way };
    this.#id = null;
    let over = false;
    try {
      const id = await begin((event) => {
        over ||= event.event !== 'progress';
        this.#hear(way, event);
      });
      if (over) return;
      if (id === null) {
        this.state = { kind: 'idle' };
        void this.#takeQueued();
        return;
      }
      this.#id = id;
      const now = this.#now();
      if (now.kind === 'asking') {
        this.state = { kind: 'running', way, done: 0, total: null, cancelling: false };
      } else if (now.kind === 'running' && now.cancelling) {
        await this.#client.transferCancel(id);
      }
    } catch (thrown) {
      this.#end({ kind: 'failed', way, error: toShownError(thrown) });
    }
  }

  /** As it is after a wait, which the compiler does not follow. */
  #now(): Transfer {
    return this.state;
  }

  #hear(way: Direction, event: TransferEvent): void {
    switch (event.event) {
      case 'progress': {
        const cancelling = this.state.kind === 'running' && this.state.cancelling;
        this.state = { kind: 'running', way, done: event.done, total: event.total ?? null, cancelling };
        break;
      }
      case 'exported':
        this.#end({
          kind: 'exported',
          paths: event.paths,
          conversations: event.conversations,
          leftOut: event.left_out ?? [],
        });
        break;
      case 'imported':
        this.#end({ kind: 'imported', receipt: event.receipt });
        break;
      case 'failed':
        this.#end({ kind: 'failed', way, error: toShownError(event.error) });
        break;
      case 'cancelled':
        this.#end({ kind: 'cancelled', way });
        break;
    }
  }

  #end(state: Transfer): void {
    this.state = state;
    this.#id = null;
    if (state.kind === 'imported') void this.readReceipts();
    if (this.dialog === null) this.onUnseenEnd(state);
    void this.#takeQueued();
  }
}
