/**
 * Step mode: the candidates of the one token that waits, reshaped by the sliders. The window's own chain moves the
 * bars at once; the worker's exact answer (from the same logits, no forward pass) takes its place when it is there.
 */
import type { Alternative } from '../client/bindings/Alternative';
import type { Sampling } from '../client/bindings/Sampling';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Guess, StepChoice, StepOffer } from '../client/upcoming';
import { applyChain } from '../tokens/chain';
import type { ChatStore } from './chat.svelte';

export type GuessState =
  /** The candidates lie open. */
  | { kind: 'off' }
  /** They are covered until a guess is made. */
  | { kind: 'asked' }
  | { kind: 'made'; text: string; guess: Guess };

export class StepStore {
  /** Does every new token ask for a guess first? */
  guessFirst = $state(false);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #chat: ChatStore;
  /** What the worker said, and under which settings. */
  #exact = $state.raw<{ position: number; offer: StepOffer } | null>(null);
  #guess = $state.raw<{ position: number; state: GuessState } | null>(null);
  /** What the sliders of this answer were moved to. */
  #moved = $state.raw<{ messageId: number; sampling: Sampling } | null>(null);
  /** The token for which the choice was made: its offer is over. */
  #taken = $state<number | null>(null);
  #asking = false;

  constructor(client: Client, chat: ChatStore) {
    this.#client = client;
    this.#chat = chat;
  }

  /** The token that waits, under the settings of the sliders. */
  readonly offer = $derived.by((): StepOffer | null => {
    const offer = this.#chat.waiting?.offer ?? null;
    if (!offer) return null;
    const sampling = this.settings ?? offer.sampling;
    const known = this.#exact?.position === offer.position ? this.#exact.offer : offer;
    return sameSampling(known.sampling, sampling) ? known : (reshape(offer, sampling) ?? known);
  });

  readonly guess = $derived.by((): GuessState => {
    const position = this.#chat.waiting?.offer.position;
    if (this.#guess && this.#guess.position === position) return this.#guess.state;
    return this.guessFirst ? { kind: 'asked' } : { kind: 'off' };
  });

  /** Something was chosen and the next token is not there yet. */
  get choosing(): boolean {
    return this.#taken !== null && this.#taken === this.#chat.waiting?.offer.position;
  }

  /** The settings for the waiting token and those after it: the sliders'. */
  get settings(): Sampling | null {
    const waiting = this.#chat.waiting;
    if (!waiting) return null;
    return this.#moved?.messageId === waiting.messageId ? this.#moved.sampling : waiting.offer.sampling;
  }

  /** From a slider. */
  reshape(sampling: Sampling): void {
    const messageId = this.#chat.waiting?.messageId;
    if (messageId === undefined) return;
    this.#moved = { messageId, sampling };
    void this.#askExact();
  }

  async choose(choice: StepChoice): Promise<void> {
    const sampling = this.settings;
    const position = this.#chat.waiting?.offer.position;
    if (!sampling || position === undefined || this.choosing) return;
    this.#taken = position;
    const done = await this.#attempt(() => this.#client.stepChoose(choice, sampling));
    if (!done) this.#taken = null;
    // From here on nothing waits.
    else if (choice.kind === 'run_on' && this.#chat.waiting?.offer.position === position)
      this.#chat.waiting = null;
  }

  async makeGuess(text: string): Promise<void> {
    const position = this.#chat.waiting?.offer.position;
    if (position === undefined || text === '') return;
    await this.#attempt(async () => {
      const guess = await this.#client.stepGuess(text);
      this.#guess = { position, state: { kind: 'made', text, guess } };
    });
  }

  /** Lays the candidates open without a guess. */
  giveUp(): void {
    const position = this.#chat.waiting?.offer.position;
    if (position !== undefined) this.#guess = { position, state: { kind: 'off' } };
  }

  /** One question at a time; the newest settings are asked last. */
  async #askExact(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (let asked: Sampling | null = null; this.settings && this.settings !== asked;) {
        asked = this.settings;
        const offer = await this.#client.stepReshape(asked);
        this.#exact = { position: offer.position, offer: { ...offer, sampling: asked } };
      }
      this.error = null;
    } catch (thrown) {
      const error = toShownError(thrown);
      // The token may have been taken meanwhile.
      if (!isNotWaiting(thrown)) this.error = error;
    } finally {
      this.#asking = false;
    }
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.error = null;
      return true;
    } catch (thrown) {
      this.error = toShownError(thrown);
      return false;
    }
  }
}

function isNotWaiting(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'not_waiting';
}

function sameSampling(a: Sampling, b: Sampling): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The offer under other settings, from the candidates that are here: their logits are their probabilities and one
 * number more, penalties look at the ids that came with the offer. `null` where that would mislead: a bias may raise
 * a token that is not here.
 */
export function reshape(offer: StepOffer, sampling: Sampling): StepOffer | null {
  if (sampling.logit_bias.length > 0) return null;
  const logits = offer.candidates.map(({ id, probability }) => ({
    id,
    logit: Math.log(probability) + offer.log_sum_exp,
  }));
  // An end that was refused stays refused, whatever the sliders say.
  const refused = offer.candidates.filter((one) => one.cut === 'logit_bias');
  const biased = { ...sampling, logit_bias: refused.map(({ id }): [number, number] => [id, -Infinity]) };
  const others = { count: offer.rest_count, probability: offer.rest_probability };
  const result = applyChain(logits, offer.recent, biased, others);
  if (!result) return null;
  const candidates = offer.candidates.map((candidate, at): Alternative => {
    const shaped = result.shaped[at];
    const { id, bytes, probability, rank } = candidate;
    const base = { id, bytes, probability, rank, settings_probability: shaped?.probability ?? 0 };
    return shaped?.cut ? { ...base, cut: shaped.cut } : base;
  });
  return {
    ...offer,
    sampling,
    candidates,
    rest_settings_probability: result.othersProbability,
    survivors: result.survivors,
    best: result.best,
  };
}
