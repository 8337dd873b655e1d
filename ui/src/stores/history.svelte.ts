/**
 * The conversations: the list beside the chat, the list of the History view, what is found in them, and what is done
 * to them. Whatever is done can be taken back.
 */
import type { ConversationSummary } from '../client/bindings/ConversationSummary';
import type { HistoryChange } from '../client/bindings/HistoryChange';
import type { HistoryShelves } from '../client/bindings/HistoryShelves';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Span } from '../components/history/list/spans';
import type { I18n } from '../i18n/i18n.svelte';
import { HistoryList } from './history/list.svelte';
import { HistorySearch } from './history/search.svelte';
import type { ToastStore } from './toasts.svelte';

/** What the toast says of a change that is done, of one and of several. */
const SAID = {
  star: { on: 'history_starred', off: 'history_unstarred' },
  pin: { on: 'history_pinned', off: 'history_unpinned' },
  archive: { on: 'history_archived', off: 'history_unarchived' },
  delete: { on: 'history_deleted', off: 'history_restored' },
} as const;

/** What the History view shows. */
export const HISTORY_TABS = ['conversations', 'moments', 'statistics', 'copies'] as const;
export type HistoryTab = (typeof HISTORY_TABS)[number];

const NO_SHELVES: HistoryShelves = { folders: [], models: [], kept: 0, archived: 0, in_bin: 0 };

export class HistoryStore {
  /** Beside the chat. */
  readonly recent: HistoryList;
  readonly recentSearch: HistorySearch;
  /** In the History view. */
  readonly list: HistoryList;
  readonly search: HistorySearch;
  tab = $state<HistoryTab>('conversations');
  /** The stretch of time that the list of the History view is narrowed to; days as a date field has them. */
  span = $state<Span>('any');
  firstDay = $state('');
  lastDay = $state('');
  /** In the palette: those used last, whatever the other lists are narrowed to. */
  readonly lately: HistoryList;
  readonly quick: HistorySearch;
  shelves = $state.raw<HistoryShelves>(NO_SHELVES);
  error = $state.raw<ShownError | null>(null);
  /** Conversations for which a folder is being chosen. */
  moving = $state.raw<readonly number[] | null>(null);
  /** The conversation whose name is being changed in the list that shows it. */
  renaming = $state<number | null>(null);
  /** Told when conversations are deleted, so that the Chat view lets go of them. */
  onDeleted: (id: number) => void = () => undefined;
  /** Told which conversations are to leave the app; `null` where nothing can write them. */
  onExport = $state.raw<((ids: number[]) => void) | null>(null);

  readonly #client: Client;
  readonly #toasts: ToastStore;
  readonly #i18n: I18n;

  constructor(client: Client, i18n: I18n, toasts: ToastStore) {
    this.#client = client;
    this.#i18n = i18n;
    this.#toasts = toasts;
    this.recent = new HistoryList(client);
    this.recentSearch = new HistorySearch(client);
    this.list = new HistoryList(client);
    this.search = new HistorySearch(client);
    this.lately = new HistoryList(client);
    this.quick = new HistorySearch(client);
  }

  /** What of the list beside the chat is read. */
  readonly items: readonly ConversationSummary[] = $derived.by(() =>
    this.recent.rows.filter((row): row is ConversationSummary => row !== undefined),
  );

  /** How much there is, is known. */
  readonly counted = $derived(this.shelves !== NO_SHELVES);
  /** Nothing was ever kept, wherever. */
  readonly nothing = $derived.by(() => {
    const { kept, archived, in_bin } = this.shelves;
    return this.counted && kept + archived + in_bin === 0;
  });

  /** Of any time again, as the filters show it. */
  widen(): void {
    this.span = 'any';
    this.firstDay = this.lastDay = '';
  }

  /** What to call it. */
  called(item: Pick<ConversationSummary, 'title' | 'keeping'>): string {
    if (item.title !== '') return item.title;
    return this.#i18n.t(item.keeping === 'private' ? 'private_conversation' : 'new_conversation');
  }

  /** Reads again whatever is on the screen. */
  async refresh(): Promise<void> {
    this.search.refresh();
    this.recentSearch.refresh();
    await Promise.all([
      this.recent.refresh(),
      ...(this.list.state === 'unread' ? [] : [this.list.refresh()]),
      this.readShelves(),
    ]);
  }

  async readShelves(): Promise<void> {
    await this.#attempt(async () => {
      this.shelves = await this.#client.historyShelves();
    });
  }

  find(id: number): ConversationSummary | undefined {
    return this.list.find(id) ?? this.recent.find(id);
  }

  /** A blank name brings back the first question. */
  async rename(id: number, title: string): Promise<void> {
    const name = title.trim();
    if (this.find(id)?.title === name) return;
    await this.#attempt(async () => {
      await this.#client.conversationRename(id, name);
      await this.refresh();
    });
  }

  /** Does it to all of them, and offers to take it back. */
  async change(ids: readonly number[], change: HistoryChange): Promise<void> {
    if (ids.length === 0) return;
    const title = this.#titleOf(ids);
    const before = this.#before(ids, change);
    await this.#attempt(async () => {
      await this.#change(ids, change);
      const undo = {
        key: 'undo' as const,
        run: () => void this.#undo(before),
      };
      if (change.do === 'move') {
        const folder = this.shelves.folders.find(({ id }) => id === change.folder)?.name;
        if (folder === undefined) this.#say('history_moved_out', ids, title, undo);
        else this.#say('history_moved', ids, title, undo, folder);
      } else this.#say(SAID[change.do][change.on ? 'on' : 'off'], ids, title, undo);
      await this.refresh();
    });
  }

  /** Into the bin; the toast brings it back. */
  async remove(id: number): Promise<void> {
    await this.change([id], { do: 'delete', on: true });
  }

  async restore(id: number): Promise<void> {
    await this.change([id], { do: 'delete', on: false });
  }

  /** The id of the copy; `null` where it failed. */
  async duplicate(id: number): Promise<number | null> {
    return this.#made('history_duplicated', this.#titleOf([id]), () =>
      this.#client.conversationDuplicate(id),
    );
  }

  /** A new conversation with everything up to this message; `null` where it failed. */
  async split(messageId: number, title: string): Promise<number | null> {
    return this.#made('history_split', title, () => this.#client.conversationSplit(messageId));
  }

  /** The id of the new folder; `null` where it failed. */
  async createFolder(name: string): Promise<number | null> {
    let made: number | null = null;
    await this.#attempt(async () => {
      made = await this.#client.folderCreate(name.trim());
      await this.readShelves();
    });
    return made;
  }

  async renameFolder(id: number, name: string): Promise<void> {
    const before = this.shelves.folders.find((folder) => folder.id === id)?.name;
    if (name.trim() === '' || name.trim() === before) return;
    await this.#attempt(async () => {
      await this.#client.folderRename(id, name.trim());
      await this.readShelves();
    });
  }

  /** Its conversations stay; taking it back makes a folder of the same name and puts them into it again. */
  async deleteFolder(id: number): Promise<void> {
    const name = this.shelves.folders.find((folder) => folder.id === id)?.name ?? '';
    await this.#attempt(async () => {
      const inside = await this.#idsIn(id);
      await this.#client.folderDelete(id);
      for (const list of [this.list, this.recent]) {
        if (list.filter.folder === id) {
          const filter = { ...list.filter };
          delete filter.folder;
          await list.ask(filter);
        }
      }
      this.#toasts.show(
        'folder_deleted',
        { name },
        { key: 'undo', run: () => void this.#refill(name, inside) },
      );
      await this.refresh();
    });
  }

  async #refill(name: string, ids: readonly number[]): Promise<void> {
    const folder = await this.createFolder(name);
    if (folder === null) return;
    await this.#attempt(async () => {
      if (ids.length > 0) await this.#client.historyChange([...ids], { do: 'move', folder });
      await this.refresh();
    });
  }

  /** All conversations of a folder, wherever they are. */
  async #idsIn(folder: number): Promise<number[]> {
    const places = ['kept', 'archived', 'bin'] as const;
    const pages = await Promise.all(
      places.map((place) =>
        this.#client.historyList({ place, folder, starred_only: false }, 'used', 0, 100_000),
      ),
    );
    return pages.flatMap(({ rows }) => rows.map(({ id }) => id));
  }

  async #made(
    key: 'history_duplicated' | 'history_split',
    title: string,
    make: () => Promise<number>,
  ): Promise<number | null> {
    let id: number | null = null;
    await this.#attempt(async () => {
      const made = await make();
      id = made;
      const run = (): void => void this.#undo([{ ids: [made], change: { do: 'delete', on: true } }]);
      this.#toasts.show(key, { title }, { key: 'undo', run });
      await this.refresh();
    });
    return id;
  }

  /** What brings back how they were: one change for each state that there was. */
  #before(ids: readonly number[], change: HistoryChange): { ids: number[]; change: HistoryChange }[] {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it is made anew, never shown
    const were = new Map<string, { ids: number[]; change: HistoryChange }>();
    for (const id of ids) {
      const back = this.#back(id, change);
      const key = JSON.stringify(back);
      const there = were.get(key);
      if (there) there.ids.push(id);
      else were.set(key, { ids: [id], change: back });
    }
    return [...were.values()];
  }

  #back(id: number, change: HistoryChange): HistoryChange {
    const row = this.list.lastSeen(id) ?? this.recent.lastSeen(id);
    switch (change.do) {
      case 'star':
        return { do: 'star', on: row?.starred ?? !change.on };
      case 'pin':
        return { do: 'pin', on: row?.pinned ?? !change.on };
      case 'archive':
        return { do: 'archive', on: row?.archived ?? !change.on };
      case 'move':
        return { do: 'move', folder: row?.folder ?? null };
      case 'delete':
        return { do: 'delete', on: !change.on };
    }
  }

  async #undo(changes: readonly { ids: number[]; change: HistoryChange }[]): Promise<void> {
    await this.#attempt(async () => {
      for (const { ids, change } of changes) {
        await this.#change(ids, change);
      }
      await this.refresh();
    });
  }

  async #change(ids: readonly number[], change: HistoryChange): Promise<void> {
    await this.#client.historyChange([...ids], change);
    for (const list of [this.list, this.recent]) list.changed(ids, change);
    if (change.do === 'delete' && change.on) for (const id of ids) this.onDeleted(id);
  }

  #titleOf(ids: readonly number[]): string {
    const [only] = ids;
    const row = only === undefined ? undefined : (this.find(only) ?? this.lately.find(only));
    return row ? this.called(row) : '';
  }

  #say(
    key: (typeof SAID)[keyof typeof SAID]['on' | 'off'] | 'history_moved' | 'history_moved_out',
    ids: readonly number[],
    title: string,
    undo: { key: 'undo'; run: () => void },
    folder = '',
  ): void {
    if (ids.length === 1) this.#toasts.show(key, { title, folder }, undo);
    else this.#toasts.show(`${key}_many`, { count: ids.length, folder }, undo);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }
}
