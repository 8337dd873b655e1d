/** What the tab "Read" of the inspector keeps: the text that the loaded model reads, what surprised it, and the reading before. */
import type { ReadEvent } from '../client/bindings/ReadEvent';
import type { ReadSummary } from '../client/bindings/ReadSummary';
import type { ReadToken } from '../client/bindings/ReadToken';
import type { TokenRecord } from '../client/bindings/TokenRecord';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import { TokenStream } from './token-stream.svelte';

/** How far a reading is. */
export type ReadState =
  | { state: 'reading'; stopping: boolean }
  | { state: 'read' }
  | { state: 'stopped' }
  | { state: 'failed'; error: ShownError };

/** One text, read once. */
export class Reading {
  state = $state.raw<ReadState>({ state: 'reading', stopping: false });
  about = $state.raw<Extract<ReadEvent, { event: 'started' }> | null>(null);
  done = $state(0);
  secondsLeft = $state<number | null>(null);
  summary = $state.raw<ReadSummary | null>(null);
  readonly stream = new TokenStream();
  /** Bits of surprise by token; `null` where nothing stood before it. */
  readonly bits: (number | null)[] = [];

  constructor(
    readonly text: string,
    /** As the model calls itself. */
    readonly model: string,
  ) {}

  follow(event: ReadEvent): void {
    switch (event.event) {
      case 'started':
        this.about = event;
        break;
      case 'tokens':
        this.bits.push(...event.tokens.map((token) => token.bits));
        this.stream.append(event.tokens.map(recordOf));
        break;
      case 'progress':
        [this.done, this.secondsLeft] = [event.done, event.seconds_left];
        break;
      case 'ended':
        this.summary = event.summary;
        this.state =
          event.end.end === 'failed'
            ? { state: 'failed', error: toShownError(event.end.error) }
            : { state: event.end.end };
        break;
    }
  }
}

/** A token that nothing stood before has no record: nobody could have expected it. Its place is drawn all the same. */
function recordOf(token: ReadToken): TokenRecord {
  return (
    token.record ?? {
      position: 0,
      id: token.id,
      bytes: token.special ? '' : token.bytes,
      text: '',
      probability: 1,
      settings_probability: 1,
      rank: 1,
      entropy: 0,
      alternatives: [],
      rest_probability: 0,
      rest_settings_probability: 0,
      rest_count: 0,
      origin: 'forced',
      special: token.special,
      micros: 0,
    }
  );
}

export class ReadTabStore {
  current = $state.raw<Reading | null>(null);
  /** The one before it, to be held against it. */
  previous = $state.raw<Reading | null>(null);
  /** The reading could not begin. */
  error = $state.raw<ShownError | null>(null);

  readonly reading = $derived(this.current?.state.state === 'reading');
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async read(text: string, model: string): Promise<void> {
    if (this.reading || text.trim() === '') return;
    const [before, older] = [this.current, this.previous];
    const reading = new Reading(text, model);
    this.error = null;
    // The same text once more takes its own place.
    if (before && before.text !== text) this.previous = before;
    this.current = reading;
    try {
      await this.#client.readText(text, (event) => reading.follow(event));
      if (reading.state.state === 'reading') reading.state = { state: 'stopped' };
    } catch (thrown) {
      const error = toShownError(thrown);
      if (reading.about) reading.state = { state: 'failed', error };
      else {
        // Nothing was read: what was there before stays.
        [this.current, this.previous, this.error] = [before, older, error];
      }
    }
  }

  async stop(): Promise<void> {
    const reading = this.current;
    if (!reading || !this.reading) return;
    reading.state = { state: 'reading', stopping: true };
    try {
      await this.#client.readStop();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }
}
