/**
 * A second model beside the first, and the answers that both gave to the same question. The shell runs it in a
 * worker of its own; it takes memory only while it is open. Where memory holds only one of the two, they answer one
 * after the other.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { LoadConsent } from '../client/bindings/LoadConsent';
import type { ModelLoaded } from '../client/bindings/ModelLoaded';
import type { ModelState } from '../client/bindings/ModelState';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Message, SecondModel, TreeNode } from '../client/upcoming';

/** The other answer of a comparison, as much as is known of it. */
export interface Partner {
  id: number;
  modelName: string;
  /** Missing while it is being written. */
  node?: TreeNode;
}

/** The second model of a comparison in turn. */
export interface InTurn {
  name: string;
  model: SecondModel;
}

export class CompareStore {
  /** The model in the second place. */
  second = $state.raw<ModelState>({ state: 'empty' });
  /** Chosen, and loaded for its answers only: memory does not allow both models at once. */
  inTurn = $state.raw<InTurn | null>(null);
  /** The next question goes to both. */
  wanted = $state(false);
  error = $state.raw<{ path: string | null; error: ShownError } | null>(null);

  readonly #client: Client;
  /** By answer: the other one. */
  readonly #partners = new SvelteMap<number, Partner>();
  readonly #read = new SvelteSet<number>();
  /** The shell has said how the second place stands. */
  #told = false;
  /** A model that is being chosen: how that goes is told by `load`. */
  #choosing: string | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly model: ModelLoaded | null = $derived(this.second.state === 'ready' ? this.second.model : null);
  readonly name: string | null = $derived(this.inTurn?.name ?? this.model?.info.name ?? null);
  /** Both are asked now. */
  readonly on = $derived(this.wanted && this.name !== null);
  /** The second model while it stands in the first one's place. */
  readonly standIn = $derived<Extract<ModelState, { state: 'loading' | 'ready' }> | null>(
    this.inTurn !== null && (this.second.state === 'loading' || this.second.state === 'ready')
      ? this.second
      : null,
  );

  /** How the second place stands at the start; a shell that has none is one without a second model. */
  async start(): Promise<void> {
    try {
      const second = await this.#client.secondModel();
      // What was told meanwhile is newer.
      if (!this.#told) this.second = second;
    } catch {
      if (!this.#told) this.second = { state: 'empty' };
    }
  }

  onState(state: ModelState): void {
    this.#told = true;
    this.second = state;
    if (state.state !== 'failed') return;
    // In turn, the answer itself tells why there is none.
    if (state.path === this.#choosing || state.path === this.inTurn?.model.path) return;
    this.error = { path: state.path, error: toShownError(state.error) };
  }

  /** Chooses the second model: beside the first where memory allows both, else to answer after it. */
  async load(path: string, consent: LoadConsent = 'ordinary'): Promise<void> {
    this.error = null;
    this.inTurn = null;
    this.#choosing = path;
    try {
      await this.#client.modelLoad(path, {}, 'b', consent);
      this.wanted = true;
    } catch (thrown) {
      const error = toShownError(thrown);
      const after = error.code === 'not_enough_memory' ? await this.#afterTheFirst(path, consent) : null;
      if (after) {
        this.inTurn = after;
        this.wanted = true;
      } else if (error.code !== 'cancelled') {
        this.error = { path, error };
      }
    } finally {
      this.#choosing = null;
    }
  }

  /** How it would be loaded with the first model closed; `null` where even that is too little. */
  async #afterTheFirst(path: string, consent: LoadConsent): Promise<InTurn | null> {
    try {
      const { info, plans, suggested } = await this.#client.modelPreflight(path);
      const plan = plans[suggested];
      if (!plan || (plan.verdict.verdict !== 'runs_well' && plan.verdict.verdict !== 'slow')) return null;
      return { name: info.name, model: { path, options: plan.options, consent } };
    } catch {
      return null;
    }
  }

  async end(): Promise<void> {
    this.wanted = false;
    this.inTurn = null;
    try {
      await (this.second.state === 'loading' ? this.#client.modelCancel('b') : this.#client.modelUnload('b'));
    } catch (thrown) {
      this.error = { path: null, error: toShownError(thrown) };
    }
  }

  /**
   * Another conversation is in view. `born`: the one that had no id yet has got one. Elsewhere nobody asks the second
   * model without being told to.
   */
  follow(born: boolean): void {
    if (!born) this.wanted = false;
  }

  partnerOf(messageId: number): Partner | null {
    return this.#partners.get(messageId) ?? null;
  }

  /** Two answers are being written to the same question. */
  begun(firstId: number, secondId: number, first: string, second: string): void {
    // While they answer in turn, the models come and go; their names stay.
    if (this.#partners.has(firstId)) return;
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
