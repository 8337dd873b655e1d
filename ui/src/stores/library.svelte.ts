/** The models on this computer: what the shell found, filtered and sorted for the eye. */
import type { DuplicateState } from '../client/bindings/DuplicateState';
import type { LibraryModel } from '../client/bindings/LibraryModel';
import type { LibraryOverview } from '../client/bindings/LibraryOverview';
import type { PreparedModels } from '../client/bindings/PreparedModels';
import type { ScanState } from '../client/bindings/ScanState';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { I18n } from '../i18n/i18n.svelte';
import type { ToastStore } from './toasts.svelte';

export const SORTS = ['name', 'size', 'parameters', 'recent'] as const;
export type Sort = (typeof SORTS)[number];

/** While it scans, the list is fetched at most this often (ms). */
const FETCH_EVERY = 1000;

const NOTHING: LibraryOverview = {
  models: [],
  places: [],
  companions: 0,
  hidden: 0,
  scan: { state: 'never' },
  duplicates: { state: 'never' },
};

export class LibraryStore {
  overview = $state.raw<LibraryOverview>(NOTHING);
  scan = $state.raw<ScanState>(NOTHING.scan);
  duplicates = $state.raw<DuplicateState>(NOTHING.duplicates);
  error = $state.raw<ShownError | null>(null);
  /** Models that were rewritten for the engine; `null` until the shell has said. */
  prepared = $state.raw<PreparedModels | null>(null);
  filter = $state('');
  sort = $state<Sort>('name');

  readonly busy = $derived(this.scan.state === 'looking' || this.scan.state === 'reading');
  /** What can be opened, filtered and sorted. */
  readonly models = $derived<LibraryModel[]>(this.#arrange('model'));
  /** What can't be read. */
  readonly unreadable = $derived<LibraryModel[]>(this.#arrange('unreadable'));

  #fetchedAt = 0;
  #fetches = 0;
  readonly #client: Client;
  readonly #i18n: I18n;
  readonly #toasts: ToastStore;

  constructor(client: Client, i18n: I18n, toasts: ToastStore) {
    this.#client = client;
    this.#i18n = i18n;
    this.#toasts = toasts;
  }

  /** The view is open: what was found, and a first look where there was none yet. */
  async open(): Promise<void> {
    await this.fetch();
    if (this.scan.state === 'never') await this.look();
  }

  look(): Promise<void> {
    return this.#attempt(() => this.#client.libraryScan());
  }

  stop(): Promise<void> {
    return this.#attempt(() => this.#client.libraryStop());
  }

  /** Lets the user pick a folder to look into. */
  addFolder(): Promise<void> {
    return this.#attempt(async () => {
      const path = await this.#client.modelPick('folder', this.#i18n.t('dialog_library_folder'));
      if (path !== null) await this.#client.libraryAddFolder(path);
    });
  }

  removeFolder(path: string): Promise<void> {
    return this.#attempt(() => this.#client.libraryRemoveFolder(path));
  }

  /** Takes a model off the list, with a way back. */
  hide(model: LibraryModel): Promise<void> {
    return this.#attempt(async () => {
      this.#take(await this.#client.libraryHide(model.path));
      const undo = { key: 'undo', run: () => void this.unhide(model.path) } as const;
      this.#toasts.show('library_hidden', { name: model.name }, undo);
    });
  }

  unhide(path: string | null): Promise<void> {
    return this.#attempt(async () => this.#take(await this.#client.libraryUnhide(path)));
  }

  findDuplicates(): Promise<void> {
    return this.#attempt(() => this.#client.libraryFindDuplicates());
  }

  stopDuplicates(): Promise<void> {
    return this.#attempt(() => this.#client.libraryStopDuplicates());
  }

  /** What the prepared models take now. */
  lookAtPrepared(): Promise<void> {
    return this.#attempt(async () => {
      this.prepared = await this.#client.preparedModels();
    });
  }

  /** Removes those that no open model uses, and says how much that was. */
  clearPrepared(): Promise<void> {
    return this.#attempt(async () => {
      const before = this.prepared?.bytes ?? 0;
      this.prepared = await this.#client.preparedClear();
      const bytes = this.#i18n.formats.bytes(Math.max(0, before - this.prepared.bytes));
      this.#toasts.show('prepared_cleared', { bytes });
    });
  }

  showPrepared(): Promise<void> {
    return this.#attempt(() => this.#client.preparedShow());
  }

  showInFolder(path: string): Promise<void> {
    return this.#attempt(() => this.#client.showInFolder(path));
  }

  onScan(scan: ScanState): void {
    this.scan = scan;
    if (!this.busy || Date.now() - this.#fetchedAt > FETCH_EVERY) void this.fetch();
  }

  onDuplicates(duplicates: DuplicateState): void {
    this.duplicates = duplicates;
  }

  async fetch(): Promise<void> {
    this.#fetchedAt = Date.now();
    const turn = ++this.#fetches;
    try {
      const overview = await this.#client.libraryOverview();
      // A slower answer to an older question is no news.
      if (turn === this.#fetches) this.#take(overview);
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  #take(overview: LibraryOverview): void {
    this.overview = overview;
    this.scan = overview.scan;
    this.duplicates = overview.duplicates;
  }

  #arrange(kind: 'model' | 'unreadable'): LibraryModel[] {
    const words = this.filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const wanted = this.overview.models.filter(
      (model) => model.found.found === kind && words.every((word) => searchText(model).includes(word)),
    );
    // The shell sorts by name already.
    return this.sort === 'name' ? wanted : wanted.sort((a, b) => weight(b, this.sort) - weight(a, this.sort));
  }
}

function searchText(model: LibraryModel): string {
  const info = model.found.found === 'model' ? model.found.info : null;
  return `${model.name} ${info?.architecture ?? ''} ${info?.quantization ?? ''} ${model.path}`.toLocaleLowerCase();
}

/** What is largest, or newest, comes first. */
function weight(model: LibraryModel, sort: Sort): number {
  if (sort === 'size') return model.size;
  if (sort === 'recent') return model.opened_at ?? 0;
  return model.found.found === 'model' ? model.found.info.parameters : 0;
}
