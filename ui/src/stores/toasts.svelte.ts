/** Short notes at the foot of the window, above every view, so that an undo survives leaving the view. */
import { SvelteMap } from 'svelte/reactivity';

import type { MessageKey, Values } from '../i18n/messages';

export interface Toast {
  id: number;
  key: MessageKey;
  values: Values;
  action?: { key: MessageKey; run: () => void };
}

const STAY_MS = 9000;

export class ToastStore {
  items = $state.raw<readonly Toast[]>([]);
  #next = 1;
  /** What can be taken back, the last at the end; longer than its notes are shown. */
  #undone = $state.raw<readonly Toast[]>([]);
  readonly #timers = new SvelteMap<number, ReturnType<typeof setTimeout>>();

  show(key: MessageKey, values: Values = {}, action?: Toast['action']): number {
    const id = this.#next++;
    const toast = { id, key, values, ...(action ? { action } : {}) };
    this.items = [...this.items, toast];
    if (action?.key === 'undo') this.#undone = [...this.#undone, toast];
    this.#arm(id);
    return id;
  }

  /** In place of the same note with other values, where that is still there. */
  tell(key: MessageKey, values: Values): void {
    for (const { id } of this.items.filter((toast) => toast.key === key)) this.dismiss(id);
    this.show(key, values);
  }

  dismiss(id: number): void {
    this.hold(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Runs a toast's action and takes it away. */
  act(id: number): void {
    const toast = this.items.find((one) => one.id === id);
    this.dismiss(id);
    this.#undone = this.#undone.filter((one) => one.id !== id);
    toast?.action?.run();
  }

  /** Is there something that Ctrl+Z takes back? Also when its note is gone. */
  get canUndo(): boolean {
    return this.#undone.length > 0;
  }

  /** Takes back the last that can be taken back. */
  undo(): void {
    const last = this.#undone.at(-1);
    if (!last) return;
    this.#undone = this.#undone.slice(0, -1);
    this.dismiss(last.id);
    last.action?.run();
  }

  /** While the pointer or the focus is on it, it stays. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  release(id: number): void {
    if (this.items.some((toast) => toast.id === id)) this.#arm(id);
  }

  #arm(id: number): void {
    this.hold(id);
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), STAY_MS),
    );
  }
}
