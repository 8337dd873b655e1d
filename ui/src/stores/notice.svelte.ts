/**
 * Tells somebody who looks at another window that what took its time has ended. The shell knows whether they do; it
 * writes the notice into the window's title and takes it back when they return.
 */
import type { Client } from '../client/client';

/** What is over sooner than this (ms), nobody walked away from. */
const WORTH_A_NOTICE = 3000;

export class NoticeStore {
  readonly #client: Client;
  /** When each thing began, ms since 1970. */
  readonly #begun: Record<'load' | 'answer', number | null> = { load: null, answer: null };

  constructor(client: Client) {
    this.#client = client;
  }

  /** Something goes on, or not any more: then `title` is told, where it took its time. */
  follow(what: 'load' | 'answer', going: boolean, title: () => string | null): void {
    const begun = this.#begun[what];
    if (going) {
      this.#begun[what] = begun ?? Date.now();
      return;
    }
    this.#begun[what] = null;
    if (begun === null || Date.now() - begun < WORTH_A_NOTICE) return;
    const text = title();
    if (text === null) return;
    this.#client.windowNotice(text).catch(() => {
      // What has ended is on the screen all the same.
    });
  }
}
