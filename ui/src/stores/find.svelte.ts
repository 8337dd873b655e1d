/**
 * Finding a text in the open conversation: in all of its messages, also in those that are not drawn. What is counted is
 * the text as it is shown (`components/find/plain.ts` where answers are formatted); marks are drawn by `FindBar`.
 */
import type { Message } from '../client/upcoming';
import { countOf, folded } from '../components/find/occurrences';
import { plainText } from '../components/find/plain';
import type { ChatStore } from './chat.svelte';
import type { SettingsStore } from './settings.svelte';

/** One occurrence: which message, and the how manieth in it, from 0. */
export interface Hit {
  messageId: number;
  nth: number;
}

/** What the list of messages does for a search. */
export interface FindPlace {
  /** Draws the message and brings it into sight. */
  reveal: (messageId: number) => void;
  /** So many pixels down, or up. */
  scrollBy: (pixels: number) => void;
  /** The topmost message in sight. */
  topmost: () => number | null;
  /** Brings the message's row into sight, wherever it is. */
  show: (messageId: number) => void;
}

interface Looked {
  text: string;
  formatted: boolean;
  folded: string;
}

export class FindStore {
  shown = $state(false);
  query = $state('');
  /** The current occurrence, counted from 0 over all messages. */
  at = $state(0);
  /** Grows with every wish to type; the field takes the focus. */
  wishes = $state(0);
  /** Set by the list of messages while there is one. */
  place: FindPlace | null = null;
  /** A message that was asked for from elsewhere and is not in sight yet. */
  goal = $state<number | null>(null);
  /** The message that was asked for: its row is marked. */
  sought = $state<number | null>(null);
  /** Grows with every arrival at such a message. */
  arrivals = $state(0);

  readonly #chat: ChatStore;
  readonly #settings: SettingsStore;
  /** By message: what was looked through. A message that changes is another object. */
  readonly #looked = new WeakMap<Message, Looked>();

  constructor(chat: ChatStore, settings: SettingsStore) {
    this.#chat = chat;
    this.#settings = settings;
  }

  readonly wanted = $derived(folded(this.query));
  /** `ends[i]`: occurrences in the messages up to and with i. */
  readonly #ends = $derived.by(() => {
    const messages = this.#messages;
    const ends = new Uint32Array(messages.length);
    let sum = 0;
    if (this.shown && this.wanted !== '') {
      for (const [at, message] of messages.entries())
        ends[at] = sum += countOf(this.#textOf(message), this.wanted);
    }
    return ends;
  });
  readonly count = $derived(this.#ends.at(-1) ?? 0);
  readonly current = $derived.by((): Hit | null => {
    if (this.count === 0) return null;
    const at = Math.min(this.at, this.count - 1);
    const index = this.#indexOf(at);
    const message = this.#messages[index];
    return message ? { messageId: message.id, nth: at - (this.#ends[index - 1] ?? 0) } : null;
  });

  get #messages(): readonly Message[] {
    return this.#chat.conversation?.messages ?? [];
  }

  /** Shows the field; with what is selected in it, where that is one line. */
  open(selected = ''): void {
    if (selected !== '' && !selected.includes('\n')) this.query = selected;
    this.shown = true;
    this.wishes += 1;
    if (this.query !== '') this.begin();
  }

  close(): void {
    this.shown = false;
    this.sought = null;
  }

  /** From a search over all conversations: to this message, as soon as it is there, with these words marked in it. */
  openAt(messageId: number, words: string): void {
    this.query = words;
    this.shown = words !== '';
    this.at = 0;
    this.goal = messageId;
    this.sought = messageId;
  }

  /** Another conversation is in view: what was asked for in the one before is over. */
  leave(): void {
    if (this.goal === null) this.sought = null;
  }

  /** The message that was asked for is in the conversation now. */
  arrive(): void {
    const { goal } = this;
    if (goal === null) return;
    this.goal = null;
    const index = this.#messages.findIndex(({ id }) => id === goal);
    const before = this.#ends[index - 1] ?? 0;
    if ((this.#ends[index] ?? 0) > before) this.at = before;
    this.arrivals += 1;
    this.place?.show(goal);
  }

  /** Goes to the first occurrence from what is in sight on. */
  begin(): void {
    if (this.count === 0) return;
    const top = this.place?.topmost() ?? null;
    const index = this.#messages.findIndex((message) => message.id === top);
    const before = this.#ends[index - 1] ?? 0;
    this.at = before < this.count ? before : this.count - 1;
    this.#go();
  }

  /** To the next (1) or the one before (-1), round the end. */
  step(direction: 1 | -1): void {
    if (this.count === 0) return;
    this.at = (Math.min(this.at, this.count - 1) + direction + this.count) % this.count;
    this.#go();
  }

  #go(): void {
    if (this.current) this.place?.reveal(this.current.messageId);
  }

  /** The message in which occurrence `at` is. */
  #indexOf(at: number): number {
    let [low, high] = [0, this.#ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #textOf(message: Message): string {
    const writing = this.#chat.isWriting(message.id);
    const text = writing ? (this.#chat.streams.get(message.id)?.text ?? '') : message.text;
    const formatted = message.role === 'assistant' && this.#settings.current.token_layer === 'off';
    const before = this.#looked.get(message);
    if (before?.text === text && before.formatted === formatted) return before.folded;
    const looked = { text, formatted, folded: folded(formatted ? plainText(text) : text) };
    this.#looked.set(message, looked);
    return looked.folded;
  }
}
