/** The list of conversations. */
import type { ConversationSummary } from '../client/bindings/ConversationSummary';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { ToastStore } from './toasts.svelte';

export class HistoryStore {
  items = $state.raw<readonly ConversationSummary[]>([]);
  state = $state<'unread' | 'reading' | 'read'>('unread');
  error = $state.raw<ShownError | null>(null);
  /** Told when a conversation is deleted, so that the Chat view lets go of it. */
  onDeleted: (id: number) => void = () => undefined;

  readonly #client: Client;
  readonly #toasts: ToastStore;

  constructor(client: Client, toasts: ToastStore) {
    this.#client = client;
    this.#toasts = toasts;
  }

  async refresh(): Promise<void> {
    if (this.state === 'unread') this.state = 'reading';
    await this.#attempt(async () => {
      this.items = await this.#client.conversationList();
      this.state = 'read';
    });
  }

  /** A blank name brings back the first question. */
  async rename(id: number, title: string): Promise<void> {
    const name = title.trim();
    const before = this.items.find((item) => item.id === id);
    if (before?.title === name) return;
    await this.#attempt(async () => {
      await this.#client.conversationRename(id, name);
      await this.refresh();
    });
  }

  /** Gone from the list at once; the toast brings it back. */
  async remove(id: number): Promise<void> {
    const title = this.items.find((item) => item.id === id)?.title ?? '';
    await this.#attempt(async () => {
      await this.#client.conversationDelete(id);
      this.items = this.items.filter((item) => item.id !== id);
      this.onDeleted(id);
      this.#toasts.show('history_deleted', { title }, { key: 'undo', run: () => void this.restore(id) });
    });
  }

  async restore(id: number): Promise<void> {
    await this.#attempt(async () => {
      await this.#client.conversationRestore(id);
      await this.refresh();
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
      if (this.state === 'reading') this.state = 'read';
    }
  }
}
