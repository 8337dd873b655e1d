/** Turns that are flipped to what the model really received, and the prompts that were read for it. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { PromptView } from '../client/upcoming';

export type PromptState =
  { kind: 'reading' } | { kind: 'read'; view: PromptView } | { kind: 'failed'; error: ShownError };

export class PromptStore {
  readonly #client: Client;
  /** Turns on the screen that show their prompt: ids of questions and answers. */
  readonly #flipped = new SvelteSet<number>();
  /** By answer. */
  readonly #prompts = new SvelteMap<number, PromptState>();

  constructor(client: Client) {
    this.#client = client;
  }

  isFlipped(turnId: number): boolean {
    return this.#flipped.has(turnId);
  }

  of(answerId: number): PromptState {
    return this.#prompts.get(answerId) ?? { kind: 'reading' };
  }

  /** Flips a turn; `answerId` names the answer whose prompt it shows. */
  async flip(turnId: number, answerId: number): Promise<void> {
    if (this.#flipped.delete(turnId)) return;
    this.#flipped.add(turnId);
    if (this.#prompts.get(answerId)?.kind === 'read') return;
    this.#prompts.set(answerId, { kind: 'reading' });
    try {
      this.#prompts.set(answerId, { kind: 'read', view: await this.#client.promptOf(answerId) });
    } catch (thrown) {
      this.#prompts.set(answerId, { kind: 'failed', error: toShownError(thrown) });
    }
  }

  /** Another conversation is on the screen. */
  clear(): void {
    this.#flipped.clear();
    this.#prompts.clear();
  }
}
