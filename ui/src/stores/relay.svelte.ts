/**
 * One question to several models, one after the other: the shell loads each for its answer and closes it again; the
 * model that is open for talking stays as it is. Nothing of it is saved.
 */
import type { ModelInfo } from '../client/bindings/ModelInfo';
import type { RelayEnd } from '../client/bindings/RelayEnd';
import type { RelayEvent } from '../client/bindings/RelayEvent';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { SettingsStore } from './settings.svelte';
import { TokenStream } from './token-stream.svelte';

/** How it stands with one model. */
export type RunnerState =
  | { kind: 'waiting' }
  | { kind: 'loading'; fraction: number }
  /** Loaded; tokens come. */
  | { kind: 'writing' }
  | { kind: 'answered'; cut: boolean }
  | { kind: 'stopped' }
  | { kind: 'failed'; error: ShownError };

/** One of the models that are asked, and what it has written. */
export class Runner {
  state = $state.raw<RunnerState>({ kind: 'waiting' });
  readonly stream = new TokenStream();

  constructor(readonly info: ModelInfo) {}

  get done(): boolean {
    return this.state.kind === 'answered' || this.state.kind === 'stopped' || this.state.kind === 'failed';
  }
}

/** Base models never end by themselves; more than this is not read side by side. */
const LONGEST_ANSWER = 48;

export class RelayStore {
  /** Of the newest round; empty before the first. */
  runners = $state.raw<readonly Runner[]>([]);
  /** What they were asked. */
  question = $state('');
  running = $state(false);
  stopping = $state(false);
  /** The round could not begin. */
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #settings: SettingsStore;

  readonly doneCount = $derived(this.runners.filter((runner) => runner.done).length);

  constructor(client: Client, settings: SettingsStore) {
    this.#client = client;
    this.#settings = settings;
  }

  /** Asks all of them, in this order. */
  async ask(question: string, models: readonly ModelInfo[]): Promise<void> {
    if (this.running || question.trim() === '' || models.length === 0) return;
    const runners = models.map((info) => new Runner(info));
    this.error = null;
    this.question = question.trim();
    this.runners = runners;
    [this.running, this.stopping] = [true, false];
    const { turn } = this.#settings.current;
    try {
      await this.#client.relayRun(
        {
          question: this.question,
          settings: { ...turn, max_tokens: Math.min(turn.max_tokens, LONGEST_ANSWER) },
          models: models.map(({ path }) => ({ path, options: {}, consent: 'ordinary' })),
        },
        (event) => follow(runners, event),
      );
    } catch (thrown) {
      this.error = toShownError(thrown);
      this.runners = [];
    } finally {
      this.running = false;
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    try {
      await this.#client.relayStop();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  /** Puts the answers away. */
  clear(): void {
    if (!this.running) this.runners = [];
  }
}

function follow(runners: readonly Runner[], event: RelayEvent): void {
  const runner = runners[event.index];
  if (!runner) return;
  switch (event.event) {
    case 'loading':
      runner.state = { kind: 'loading', fraction: event.fraction };
      break;
    case 'writing':
      runner.state = { kind: 'writing' };
      break;
    case 'tokens':
      runner.stream.append(event.records);
      break;
    case 'ended':
      runner.state = ended(event.end);
      break;
  }
}

function ended(end: RelayEnd): RunnerState {
  switch (end.end) {
    case 'answered':
      return { kind: 'answered', cut: end.stop_reason === 'limit' };
    case 'stopped':
      return { kind: 'stopped' };
    case 'failed':
      return { kind: 'failed', error: toShownError(end.error) };
  }
}
