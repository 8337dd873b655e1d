/**
 * A vocabulary that is trained while one watches. Rounds are asked for ahead of what is shown, so that it can be played,
 * stepped and wound back; the excerpt is cut anew with each step, the newest step last.
 */
import type { SubjectPlace } from '../../client/bindings/SubjectPlace';
import type { TrainingRound } from '../../client/bindings/TrainingRound';
import type { TrainingSample } from '../../client/bindings/TrainingSample';
import type { TrainingStarted } from '../../client/bindings/TrainingStarted';
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';
import { joinPieces, type Piece, type TokenLike } from '../../tokens/pieces';

/** More rounds than this are not made: the text is short. */
export const MOST_ROUNDS = 1000;
/** Rounds a second. */
export const SPEEDS = [1, 4, 20, 100] as const;
/** As much of the text as is drawn, in characters. */
const DRAWN = 600;
/** Rounds that are asked for at once. */
const AHEAD = 200;
/** The shortest pause between two pictures. */
const TICK_MS = 50;

export class TrainingStore {
  source = $state<TrainingSample | 'own'>('both');
  own = $state('');
  started = $state.raw<TrainingStarted | null>(null);
  /** All that have been made, from round 1. */
  rounds = $state.raw<readonly TrainingRound[]>([]);
  /** How many of them are shown. */
  shown = $state(0);
  playing = $state(false);
  speed = $state(4);
  starting = $state(false);
  error = $state.raw<ShownError | null>(null);
  /** The excerpt as it is cut now. */
  pieces = $state.raw<readonly Piece[]>([]);
  /** A text to try what was learned on. */
  trial = $state('');
  trialCut = $state.raw<readonly Piece[] | null>(null);
  /** How many rounds of it stand at the place `trained`. */
  used = $state<number | null>(null);
  /** Told when another tokenizer stands at the place `trained`: every training begins with one of bytes. */
  onReplaced: () => void = () => undefined;

  /** There are rounds that were not made yet. */
  #more = $state(true);

  readonly round = $derived<TrainingRound | null>(this.rounds[this.shown - 1] ?? null);
  /** The last round that there can be, as far as is known. */
  readonly last = $derived(this.#more ? MOST_ROUNDS : this.rounds.length);
  /** How many entries there are by now. */
  readonly vocabulary = $derived(this.round?.vocabulary_size ?? this.started?.vocabulary_size ?? 0);
  readonly atEnd = $derived(this.shown >= MOST_ROUNDS || (!this.#more && this.shown >= this.rounds.length));

  readonly #client: Client;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what is drawn is made from it once it is complete
  readonly #bytes = new Map<number, string>();
  #fetching: Promise<void> | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #cutting = false;
  #stale = false;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(): Promise<void> {
    this.pause();
    this.starting = true;
    this.error = null;
    const own = this.source === 'own';
    try {
      const started = await this.#client.trainingStart({
        text: own ? this.own : null,
        sample: own ? null : (this.source as TrainingSample),
      });
      this.rounds = [];
      this.shown = 0;
      this.used = this.trialCut = null;
      this.#more = true;
      this.#bytes.clear();
      const ids = Array.from({ length: started.vocabulary_size }, (_, id) => id);
      for (const { id, bytes } of await this.#client.trainingPieces(started.training, ids)) {
        this.#bytes.set(id, bytes);
      }
      this.started = started;
      this.onReplaced();
      await this.#cut();
      void this.#fetch(AHEAD);
    } catch (thrown) {
      this.error = toShownError(thrown);
    } finally {
      this.starting = false;
    }
  }

  /** Back to the choice of a text. */
  leave(): void {
    this.pause();
    this.started = null;
  }

  play(): void {
    if (this.playing || !this.started) return;
    if (this.atEnd) this.shown = 0;
    this.playing = true;
    this.#run();
  }

  pause(): void {
    clearInterval(this.#timer);
    this.playing = false;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.playing) this.#run();
  }

  /** Goes to a round; 0 is the text in bytes. */
  async goTo(round: number): Promise<void> {
    const wanted = Math.max(0, Math.min(round, MOST_ROUNDS));
    while (this.rounds.length < wanted && this.#more && !this.error) await this.#fetch(wanted);
    this.shown = Math.min(wanted, this.rounds.length);
    if (this.shown + AHEAD / 2 > this.rounds.length) void this.#fetch(this.shown + AHEAD);
    await this.#cut();
  }

  step(by: number): Promise<void> {
    this.pause();
    return this.goTo(this.shown + by);
  }

  async toEnd(): Promise<void> {
    this.pause();
    await this.goTo(MOST_ROUNDS);
  }

  async setTrial(text: string): Promise<void> {
    this.trial = text;
    await this.#cut();
  }

  /** What was learned so far becomes a tokenizer of the inspector's, at the place `trained`. */
  async use(): Promise<SubjectPlace | null> {
    if (!this.started) return null;
    const rounds = this.shown;
    this.pause();
    try {
      await this.#client.trainingUse(this.started.training, rounds);
      this.used = rounds;
      this.onReplaced();
      return 'trained';
    } catch (thrown) {
      this.error = toShownError(thrown);
      return null;
    }
  }

  #run(): void {
    clearInterval(this.#timer);
    const every = Math.max(TICK_MS, 1000 / this.speed);
    const by = Math.max(1, Math.round((this.speed * every) / 1000));
    this.#timer = setInterval(() => {
      if (this.atEnd || this.error) this.pause();
      else void this.goTo(this.shown + by);
    }, every);
  }

  /** Makes rounds up to and with `last`; the worker may give fewer at a time. */
  #fetch(last: number): Promise<void> {
    this.#fetching ??= this.#ask(Math.min(last, MOST_ROUNDS)).finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #ask(last: number): Promise<void> {
    const { started } = this;
    if (!started || !this.#more || this.rounds.length >= last) return;
    try {
      const from = this.rounds.length + 1;
      const { rounds, more } = await this.#client.trainingRounds(started.training, from, last - from + 1);
      if (started !== this.started) return;
      for (const { id, bytes } of rounds) this.#bytes.set(id, bytes);
      this.rounds = [...this.rounds, ...rounds];
      this.#more = more;
    } catch (thrown) {
      if (started === this.started) this.error = toShownError(thrown);
    }
  }

  async #cut(): Promise<void> {
    this.#stale = true;
    if (this.#cutting) return;
    this.#cutting = true;
    while (this.#stale) {
      this.#stale = false;
      const { started, shown, trial } = this;
      if (!started) break;
      try {
        const excerpt = [...started.excerpt].slice(0, DRAWN).join('');
        const whole = await this.#client.trainingCut(started.training, excerpt, shown);
        const tried = trial === '' ? null : await this.#client.trainingCut(started.training, trial, shown);
        if (started !== this.started) break;
        this.pieces = joinPieces(this.#tokens(whole.ids));
        this.trialCut = tried && joinPieces(this.#tokens(tried.ids));
      } catch (thrown) {
        if (started === this.started) this.error = toShownError(thrown);
      }
    }
    this.#cutting = false;
  }

  #tokens(ids: readonly number[]): TokenLike[] {
    return ids.map((id) => ({ id, bytes: this.#bytes.get(id) ?? '', special: false }));
  }
}
