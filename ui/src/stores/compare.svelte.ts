/**
 * A second model beside the first, and the answers that both gave to the same question. The shell runs it in a
 * worker of its own; it takes memory only while it is open.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { ModelLoaded } from '../client/bindings/ModelLoaded';
import type { ModelState } from '../client/bindings/ModelState';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Message, TreeNode } from '../client/upcoming';

/** The other answer of a comparison, as much as is known of it. */
export interface Partner {
  id: number;
  modelName: string;
  /** Missing while it is being written. */
  node?: TreeNode;
}

export class CompareStore {
  /** The model in the second place. */
  second = $state.raw<ModelState>({ state: 'empty' });
  /** The next question goes to both. */
  wanted = $state(false);
  error = $state.raw<{ path: string | null; error: ShownError } | null>(null);

  readonly #client: Client;
  /** By answer: the other one. */
  readonly #partners = new SvelteMap<number, Partner>();
  readonly #read = new SvelteSet<number>();

  constructor(client: Client) {
    this.#client = client;
  }

  readonly model: ModelLoaded | null = $derived(this.second.state === 'ready' ? this.second.model : null);
  /** Both are asked now. */
  readonly on = $derived(this.wanted && this.model !== null);

  /** How the second place stands at the start; a shell that has none is one without a second model. */
  async start(): Promise<void> {
    try {
      this.second = await this.#client.secondModel();
    } catch {
      this.second = { state: 'empty' };
    }
  }

  onState(state: ModelState): void {
    this.second = state;
    if (state.state === 'failed') this.error = { path: state.path, error: toShownError(state.error) };
  }

  async load(path: string): Promise<void> {
    this.error = null;
    try {
      await this.#client.modelLoad(path, {}, 'b');
      this.wanted = true;
    } catch (thrown) {
      const error = toShownError(thrown);
      if (error.code !== 'cancelled') this.error = { path, error };
    }
  }

  async end(): Promise<void> {
    this.wanted = false;
    try {
      await (this.second.state === 'loading' ? this.#client.modelCancel('b') : this.#client.modelUnload('b'));
    } catch (thrown) {
      this.error = { path: null, error: toShownError(thrown) };
    }
  }

  partnerOf(messageId: number): Partner | null {
    return this.#partners.get(messageId) ?? null;
  }

  /** Two answers are being written to the same question. */
  begun(firstId: number, secondId: number, first: string, second: string): void {
    this.#partners.set(firstId, { id: secondId, modelName: second });
    this.#partners.set(secondId, { id: firstId, modelName: first });
  }

  /** Looks for the other answer of a saved comparison. */
  async find(message: Message): Promise<void> {
    const compare = message.facts?.compare;
    if (compare === undefined || this.#read.has(message.id)) return;
    this.#read.add(message.id);
    try {
      const { nodes } = await this.#client.conversationTree(message.conversation_id);
      for (const node of nodes) {
        if (node.compare !== compare) continue;
        const other = nodes.find((one) => one.compare === compare && one.id !== node.id);
        if (other)
          this.#partners.set(node.id, { id: other.id, modelName: other.model_name ?? '', node: other });
      }
    } catch {
      // The answer itself is there; the other one stays under its versions.
      this.#read.delete(message.id);
    }
  }
}
