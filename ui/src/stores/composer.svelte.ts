/**
 * The coming turn, besides its words: files that go with it, the beginning of the answer, and what all of it will
 * take of the context. Counted by the worker a moment after each change, one count at a time, the newest last.
 */
import { SvelteMap } from 'svelte/reactivity';

import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Attachment, ContextMessage, ContextPreview, Draft, Message } from '../client/upcoming';
import { turnsOf, type TurnShare } from '../components/context/parts';
import type { I18n } from '../i18n/i18n.svelte';
import type { ChatStore } from './chat.svelte';
import type { CompareStore } from './compare.svelte';
import type { ModelsStore } from './models.svelte';

/** After the last keystroke. */
const PAUSE_MS = 75;

interface Extras {
  attachments: readonly Attachment[];
  prefill: string;
}

const NOTHING: Extras = { attachments: [], prefill: '' };

/** Extras of a conversation that does not exist yet. */
const UNSAVED = 0;

/** Fewer tokens of a message are no message. */
const LEAST_CUT = 8;
/** A text that ends elsewhere may be cut into tokens otherwise at its end: so often it is tried once more. */
const CUT_TRIES = 6;

/** What was cut off a message so that it fits. */
export interface CutRest {
  text: string;
  tokens: number;
}

export class ComposerStore {
  /** A file that could not be attached, or a pin that did not hold. */
  error = $state.raw<ShownError | null>(null);
  /** Other files go with the coming turn of this conversation, `null` for the one that is not begun. */
  onAttachments: (conversationId: number | null) => void = () => undefined;
  /** Grows with every wish to write; the box takes the focus. */
  focusWishes = $state(0);

  readonly #client: Client;
  readonly #i18n: I18n;
  readonly #chat: ChatStore;
  readonly #models: ModelsStore;
  readonly #compare: CompareStore;
  /** The newest count and where it belongs. */
  #counted = $state.raw<{ key: number; preview: ContextPreview } | null>(null);
  readonly #extras = new SvelteMap<number, Extras>();
  readonly #rests = new SvelteMap<number, CutRest>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Something has changed since the newest count. */
  #stale = false;
  #counting: Promise<void> | null = null;
  /** What is being counted is no longer what stands in the box. */
  #overtaken = false;

  constructor(client: Client, i18n: I18n, chat: ChatStore, models: ModelsStore, compare: CompareStore) {
    this.#client = client;
    this.#i18n = i18n;
    this.#chat = chat;
    this.#models = models;
    this.#compare = compare;
  }

  get #conversationId(): number | null {
    return this.#chat.conversation?.id ?? null;
  }

  readonly #key = $derived.by(() => this.#chat.conversation?.id ?? UNSAVED);

  /** What the coming turn would hold; `null` where nobody counted (no model, or the shell could not say). */
  readonly preview = $derived.by(() => (this.#counted?.key === this.#key ? this.#counted.preview : null));
  /** The same by message. In a long conversation these are thousands: made once, for all who ask. */
  readonly fates: ReadonlyMap<number, ContextMessage> = $derived.by(
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- it is made anew, never changed
    () => new Map(this.preview?.messages.map((one) => [one.message_id, one]) ?? []),
  );
  /** The turns of the open conversation and what becomes of them. */
  readonly turns: readonly TurnShare[] = $derived.by(() =>
    this.preview ? turnsOf(this.#chat.conversation?.messages ?? [], this.fates) : [],
  );
  /** How many of them the model would not get. */
  readonly falling: number = $derived.by(() =>
    this.preview?.fit === 'some_left_out' ? this.turns.filter((turn) => turn.fate === 'left_out').length : 0,
  );

  /** How many tokens of a message that is too long would fit; `null` where it fits, or where cutting it is not enough. */
  readonly cuttable: number | null = $derived.by(() => {
    if (this.preview?.fit !== 'too_long' || this.attachments.length > 0) return null;
    const kept = this.preview.draft_tokens - excess(this.preview);
    return kept >= LEAST_CUT ? kept : null;
  });

  /** What was cut off, here, and not put back. */
  get rest(): CutRest | null {
    return this.#rests.get(this.#key) ?? null;
  }

  get attachments(): readonly Attachment[] {
    return (this.#extras.get(this.#key) ?? NOTHING).attachments;
  }

  attachmentsOf(conversationId: number | null): readonly Attachment[] {
    return (this.#extras.get(conversationId ?? UNSAVED) ?? NOTHING).attachments;
  }

  putAttachments(conversationId: number | null, attachments: readonly Attachment[]): void {
    const key = conversationId ?? UNSAVED;
    this.#extras.set(key, { ...(this.#extras.get(key) ?? NOTHING), attachments });
  }

  get prefill(): string {
    return (this.#extras.get(this.#key) ?? NOTHING).prefill;
  }

  set prefill(prefill: string) {
    this.#set({ prefill });
  }

  /** Can what is in the box be sent? */
  get ready(): boolean {
    return (
      this.#chat.draft.trim() !== '' &&
      !this.#chat.busy &&
      this.#models.ready !== null &&
      this.preview?.fit !== 'too_long'
    );
  }

  focus(): void {
    this.focusWishes += 1;
  }

  /** Asks for text files and attaches them. */
  async pick(): Promise<void> {
    await this.#attach((id) => this.#client.attachmentPick(this.#i18n.t('attach_title'), id));
  }

  async attach(path: string): Promise<void> {
    await this.#attach(async (id) => [await this.#client.attachmentRead(path, id)]);
  }

  detach(id: number): void {
    this.#set({ attachments: this.attachments.filter((one) => one.id !== id) });
  }

  /** The whole text of a file; empty, and the error told, where it can't be read. */
  async textOf(file: Attachment): Promise<string> {
    try {
      return await this.#client.attachmentText(file.id);
    } catch (thrown) {
      this.error = toShownError(thrown);
      return '';
    }
  }

  /** Sends what is typed with what goes with it, to both models where two are to be compared. */
  async send(): Promise<void> {
    // What was pasted a moment ago is not counted yet: nothing is sent that the model can't see.
    if (this.#models.ready !== null && !this.#chat.busy) await (this.#stale ? this.#count() : this.#counting);
    if (!this.ready) return;
    const key = this.#key;
    const extras = this.#extras.get(key) ?? NOTHING;
    const text = this.#chat.draft.trim();
    const attachments = extras.attachments.map(({ id }) => id);
    this.#extras.delete(key);
    this.#tellAttachments(key);
    if (this.#compare.on) await this.#chat.compare(attachments, this.#compare.inTurn?.model ?? null);
    else {
      await this.#chat.say({
        ...(attachments.length > 0 ? { attachments } : {}),
        ...(extras.prefill !== '' ? { prefill: extras.prefill } : {}),
      });
    }
    // It came back unsent: so does what went with it.
    if (this.#chat.failure && this.#key === key && this.#chat.draft.startsWith(text)) {
      this.#extras.set(key, extras);
      this.#tellAttachments(key);
    }
  }

  /** Cuts the message to what fits. The rest is kept beside it. */
  async cut(): Promise<void> {
    const whole = this.#chat.draft.trim();
    const key = this.#key;
    // Cut once already: what was cut off then comes after.
    const before = this.rest;
    try {
      const { tokens } = await this.#client.textTokenize(whole);
      const bytes = new TextEncoder().encode(whole);
      let count = tokens.length;
      for (let tries = 0; tries < CUT_TRIES && this.preview?.fit === 'too_long'; tries++) {
        count -= Math.max(1, excess(this.preview));
        const end = tokens[count - 1]?.end;
        if (end === undefined || this.#key !== key) return;
        const head = wholeCharacters(bytes.subarray(0, end));
        this.#chat.draft = head;
        this.#rests.set(key, {
          text: whole.slice(head.length) + (before?.text ?? ''),
          tokens: tokens.length - count + (before?.tokens ?? 0),
        });
        await this.#count();
      }
      this.error = null;
      this.focus();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  /** Puts what was cut off behind what is in the box. */
  putBack(): void {
    const rest = this.rest;
    if (!rest) return;
    this.#rests.delete(this.#key);
    this.#chat.draft += rest.text;
    this.focus();
  }

  dropRest(): void {
    this.#rests.delete(this.#key);
    this.focus();
  }

  /** What waited for the turn of one conversation, `null` for the one that is not begun, waits for that of another. */
  move(from: number | null, to: number): void {
    const key = from ?? UNSAVED;
    const [rest, extras] = [this.#rests.get(key), this.#extras.get(key)];
    this.#rests.delete(key);
    this.#extras.delete(key);
    if (rest) this.#rests.set(to, rest);
    if (!extras) return;
    this.#extras.set(to, extras);
    this.#tellAttachments(to);
  }

  /** Keeps a turn in the context, or lets it fall out again. */
  async pin(message: Message, pinned: boolean): Promise<void> {
    try {
      const changed = await this.#client.messagePin(message.id, pinned);
      const open = this.#chat.conversation;
      if (open?.id === changed.conversation_id) {
        const messages = open.messages.map((one) => (one.id === changed.id ? changed : one));
        this.#chat.conversation = { ...open, messages };
      }
      this.error = null;
      this.count();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  /** Counts again, shortly. */
  count(): void {
    clearTimeout(this.#timer);
    this.#stale = true;
    this.#timer = setTimeout(() => void this.#count(), PAUSE_MS);
  }

  /** A long text takes the worker a while: were every pause to ask, what is sent would wait behind all counts. */
  async #count(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stale = false;
    this.#overtaken = true;
    if (this.#models.ready === null) this.#counted = null;
    this.#counting ??= this.#countAll();
    await this.#counting;
  }

  /** Until what was counted is what stands in the box. */
  async #countAll(): Promise<void> {
    // Not before the caller knows of it.
    await Promise.resolve();
    while (this.#overtaken) {
      this.#overtaken = false;
      await this.#countNow();
    }
    this.#counting = null;
  }

  async #countNow(): Promise<void> {
    if (this.#models.ready === null || this.#chat.busy) return;
    const key = this.#key;
    const draft: Draft = {
      conversation_id: this.#conversationId,
      // As it would be sent: the worker keeps what it has just made.
      text: this.#chat.draft.trim(),
      attachments: this.attachments.map(({ id }) => id),
      prefill: this.prefill,
      settings: this.#chat.settings,
    };
    try {
      const preview = await this.#client.contextPreview(draft);
      if (!this.#overtaken) this.#counted = { key, preview };
    } catch {
      // No count is better than a wrong one; sending says what is the matter.
      if (!this.#overtaken) this.#counted = null;
    }
  }

  /** The shell keeps a file for the conversation that asks; whatever is open when the dialog closes, it goes with that one. */
  async #attach(read: (conversationId: number | null) => Promise<Attachment[]>): Promise<void> {
    const [id, key] = [this.#conversationId, this.#key];
    try {
      const files = await read(id);
      const there = this.attachmentsOf(id);
      const fresh = files.filter((file) => !there.some((one) => one.id === file.id));
      this.#set({ attachments: [...there, ...fresh] }, key);
      this.error = null;
      if (files.length > 0 && this.#key === key) this.focus();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  #set(part: Partial<Extras>, key = this.#key): void {
    this.#extras.set(key, { ...(this.#extras.get(key) ?? NOTHING), ...part });
    if (part.attachments) this.#tellAttachments(key);
  }

  #tellAttachments(key: number): void {
    this.onAttachments(key === UNSAVED ? null : key);
  }
}

/** By how many tokens what would be sent is too long. */
function excess({ prompt_tokens, reserved, context_length }: ContextPreview): number {
  return prompt_tokens + reserved - context_length;
}

/** A text that ends anywhere, without the character that it ends in. */
function wholeCharacters(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
