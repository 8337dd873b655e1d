/** The double's history beside the messages themselves: lists, folders, the bin, copies, drafts, search. */
import type { HistoryChange } from '../../bindings/HistoryChange';
import type { HistoryFilter } from '../../bindings/HistoryFilter';
import type { HistoryOrder } from '../../bindings/HistoryOrder';
import type { HistoryPage } from '../../bindings/HistoryPage';
import type { HistoryShelves } from '../../bindings/HistoryShelves';
import type { KeptDraft } from '../../bindings/KeptDraft';
import type { SearchPage } from '../../bindings/SearchPage';
import type { TurnSettings } from '../../bindings/TurnSettings';
import type { Archive } from '../archive';
import { fault } from '../faults';
import type { Shelf } from '../shelf';
import { fits, inOrder, modelsIn, placeOf, summary } from './listing';
import { search } from './search';

const NOTHING: KeptDraft = { text: '', attachments: [] };

export class FakeHistory {
  readonly #archive: Archive;
  readonly #shelf: Shelf;
  readonly #tell: () => void;
  readonly #folders = new Map<number, string>();
  /** By conversation; 0 for the one that is not begun. */
  readonly #drafts = new Map<number, KeptDraft>();
  #nextFolder = 1;

  /** `tell` is called after each change of what lists show. */
  constructor(archive: Archive, shelf: Shelf, tell: () => void) {
    this.#archive = archive;
    this.#shelf = shelf;
    this.#tell = tell;
  }

  list(filter: HistoryFilter, order: HistoryOrder, offset: number, limit: number): HistoryPage {
    const archive = this.#archive;
    const found = archive.entries().filter((entry) => fits(archive, entry, filter));
    const length = (entry: { id: number }): number => archive.conversation(entry.id).messages.length;
    return {
      total: found.length,
      rows: inOrder(found, order, length)
        .slice(offset, offset + limit)
        .map((entry) => summary(archive, entry, this.#drafts.has(entry.id))),
    };
  }

  shelves(): HistoryShelves {
    const entries = this.#archive.entries();
    const models = new Map<string, number>();
    for (const { id } of entries)
      for (const name of modelsIn(this.#archive, id)) models.set(name, (models.get(name) ?? 0) + 1);
    const inPlace = (place: string): number => entries.filter((entry) => placeOf(entry) === place).length;
    return {
      folders: [...this.#folders]
        .map(([id, name]) => ({
          id,
          name,
          conversations: entries.filter((one) => one.folder === id && one.deleted_at === null).length,
        }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      models: [...models].sort((a, b) => b[1] - a[1]).map(([name]) => name),
      kept: inPlace('kept'),
      archived: inPlace('archived'),
      in_bin: inPlace('bin'),
    };
  }

  change(ids: readonly number[], change: HistoryChange): void {
    // All or none.
    const entries = ids.map((id) => this.#archive.entry(id));
    if (change.do === 'move' && change.folder !== null) this.#folder(change.folder);
    for (const entry of entries) {
      if (change.do === 'star') entry.starred = change.on;
      else if (change.do === 'pin') entry.pinned = change.on;
      else if (change.do === 'archive') entry.archived = change.on;
      else if (change.do === 'move') entry.folder = change.folder;
      else entry.deleted_at = change.on ? Date.now() : null;
    }
    this.#tell();
  }

  search(text: string, filter: HistoryFilter, offset: number, limit: number): SearchPage {
    return search(this.#archive, text, filter, offset, limit);
  }

  createFolder(name: string): number {
    const trimmed = named(name);
    const id = this.#nextFolder++;
    this.#folders.set(id, trimmed);
    this.#tell();
    return id;
  }

  renameFolder(id: number, name: string): void {
    this.#folder(id);
    this.#folders.set(id, named(name));
    this.#tell();
  }

  /** Its conversations stay, out of it. */
  deleteFolder(id: number): void {
    this.#folder(id);
    this.#folders.delete(id);
    for (const entry of this.#archive.entries()) if (entry.folder === id) entry.folder = null;
    this.#tell();
  }

  duplicate(id: number): number {
    const { title, settings, folder, leaf } = this.#archive.entry(id);
    const copy = this.#archive.create(title, settings, Date.now());
    this.#archive.entry(copy).folder = folder;
    this.#archive.copy(this.#archive.messagesOf(id), copy, leaf);
    this.#archive.entry(copy).updated_at = Date.now();
    this.#tell();
    return copy;
  }

  split(messageId: number): number {
    const last = this.#archive.message(messageId);
    const { title, settings, folder } = this.#archive.entry(last.conversation_id);
    const made = this.#archive.create(title, settings, Date.now());
    this.#archive.entry(made).folder = folder;
    this.#archive.copy([...this.#archive.earlier(messageId), last], made, messageId);
    this.#archive.entry(made).updated_at = Date.now();
    this.#tell();
    return made;
  }

  beginPrivate(settings: TurnSettings): number {
    const id = this.#archive.create('', settings, Date.now());
    this.#archive.entry(id).keeping = 'private';
    this.#tell();
    return id;
  }

  keepDraft(conversationId: number | null, text: string, attachments: readonly number[]): void {
    const id = conversationId ?? 0;
    if (conversationId !== null) this.#archive.entry(conversationId);
    const before = this.#drafts.has(id);
    if (text === '' && attachments.length === 0) this.#drafts.delete(id);
    else this.#drafts.set(id, { text, attachments: this.#shelf.attachments([...attachments]) });
    if (id !== 0 && before !== this.#drafts.has(id)) this.#tell();
  }

  draft(conversationId: number | null): KeptDraft {
    return this.#drafts.get(conversationId ?? 0) ?? NOTHING;
  }

  #folder(id: number): string {
    const name = this.#folders.get(id);
    if (name === undefined) throw fault('no_such_item', `folder ${id}`);
    return name;
  }
}

function named(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw fault('invalid_params', 'a folder needs a name');
  return trimmed;
}
