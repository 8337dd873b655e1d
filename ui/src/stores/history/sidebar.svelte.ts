/** Whether the conversations stand beside the chat, or lie over it for a while where there is no room. */
import { MediaQuery } from 'svelte/reactivity';

import type { SettingsStore } from '../settings.svelte';

export class SidebarStore {
  /** There is room beside the chat. */
  readonly #wide = new MediaQuery('min-width: 1100px');
  readonly #settings: SettingsStore;
  #laidOver = $state(false);

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  /** It stands beside the chat. */
  get beside(): boolean {
    return this.#wide.current && this.#settings.current.sidebar_open;
  }

  /** It lies over the chat. */
  get over(): boolean {
    return !this.#wide.current && this.#laidOver;
  }

  get open(): boolean {
    return this.beside || this.over;
  }

  toggle(): void {
    if (this.#wide.current)
      void this.#settings.change({ sidebar_open: !this.#settings.current.sidebar_open });
    else this.#laidOver = !this.#laidOver;
  }

  /** What lies over the chat is put away. */
  putAway(): void {
    this.#laidOver = false;
  }
}
