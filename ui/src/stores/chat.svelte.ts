/**
 * The open conversation and the one turn that may run. The conversation is the shell's; while a turn runs,
 * its tokens are laid over it. The turn goes on when the user looks at something else meanwhile.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Sampling } from '../client/bindings/Sampling';
import type { TurnSettings } from '../client/bindings/TurnSettings';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type {
  Conversation,
  ForkChoice,
  Message,
  ModelSlot,
  Pace,
  SecondModel,
  StepOffer,
  TurnEvent,
  TurnRequest,
} from '../client/upcoming';
import { afterPaint } from '../components/shared/after-paint';
import type { SettingsStore } from './settings.svelte';
import { TokenStream } from './token-stream.svelte';

export type Turn =
  | { kind: 'idle' }
  /** On its way to the shell; `text` is what the user said, `null` for another version. */
  | { kind: 'sending'; conversationId: number | null; text: string | null }
  | {
      kind: 'streaming';
      conversationId: number;
      messageId: number;
      /** The second model's answer, where two are compared. */
      secondId: number | null;
      /** Those of the two that have ended. */
      ended: readonly number[];
      stopping: boolean;
    };

/** What may go with a question besides its text. */
export interface SayExtra {
  attachments?: number[];
  /** The beginning of the answer. */
  prefill?: string;
  pace?: Pace;
}

/** A token of the running answer that waits for the user's choice. */
export interface Waiting {
  conversationId: number;
  messageId: number;
  offer: StepOffer;
}

/** Another version would be word for word the same: by its seed, or because the settings leave nothing to chance. */
export interface Repeat {
  messageId: number;
  why: 'seed' | 'greedy';
}

/** The temperature of one draw where the settings leave nothing to draw; the app's own default. */
export const DRAW_TEMPERATURE = 0.7;

/** After the end of a conversation is on the screen, what is before it is read; milliseconds. */
const EARLIER_AFTER_MS = 50;

/** Drafts and settings of a conversation that does not exist yet. */
const UNSAVED = 0;

export class ChatStore {
  conversation = $state.raw<Conversation | null>(null);
  turn = $state.raw<Turn>({ kind: 'idle' });
  /** How the next answer is written. */
  pace = $state<Pace>('run');
  /** In step mode: what is on the table. It stays until the next is there, so that nothing flickers between. */
  waiting = $state.raw<Waiting | null>(null);
  /** A failure that is not told by a message: `conversationId` is where it belongs. */
  failure = $state.raw<{ conversationId: number | null; error: ShownError } | null>(null);
  /** Pieces by message: of the running answer, and of stored ones once they were read. */
  readonly streams = new SvelteMap<number, TokenStream>();
  /** Answers of comparisons that ended here and are not on the path that is shown. */
  readonly others = new SvelteMap<number, Message>();

  /** Another version was asked for that would be the same: what to do about that is asked. */
  repeat = $state.raw<Repeat | null>(null);
  /** Which model is in a slot: told by the app. */
  fingerprintOf: (slot: ModelSlot) => string | null = () => null;

  readonly #client: Client;
  readonly #settings: SettingsStore;
  readonly #drafts = new SvelteMap<number, string>();
  /** The conversation whose name is being changed. */
  renaming = $state<number | null>(null);
  /** What waits in the box of one conversation (`null`: the one that is not begun) is another's now: that is its id. */
  onMoved: (from: number | null, to: number) => void = () => undefined;
  /** Something else stands in the composer of this conversation, `null` for the one that is not begun. */
  onDraft: (conversationId: number | null) => void = () => undefined;
  readonly #overrides = new SvelteMap<number, TurnSettings>();
  readonly #reading = new SvelteSet<number>();
  /** What was last asked for to be shown: an answer to anything before it comes too late. */
  #wanted: { id: number | null } = { id: null };

  constructor(client: Client, settings: SettingsStore) {
    this.#client = client;
    this.#settings = settings;
  }

  readonly busy = $derived(this.turn.kind !== 'idle');
  /** The turn is in the conversation on the screen. */
  readonly busyHere = $derived(
    this.turn.kind !== 'idle' && this.turn.conversationId === (this.conversation?.id ?? null),
  );
  readonly #key = $derived(this.conversation?.id ?? UNSAVED);

  /** What the user has typed and not sent, kept for each conversation. */
  get draft(): string {
    return this.#drafts.get(this.#key) ?? '';
  }

  set draft(text: string) {
    this.putDraft(this.conversation?.id ?? null, text);
  }

  draftOf(conversationId: number | null): string {
    return this.#drafts.get(conversationId ?? UNSAVED) ?? '';
  }

  putDraft(conversationId: number | null, text: string): void {
    this.#drafts.set(conversationId ?? UNSAVED, text);
    this.onDraft(conversationId);
  }

  /** Settings of the next turn here. */
  get settings(): TurnSettings {
    return this.#overrides.get(this.#key) ?? this.conversation?.settings ?? this.#settings.current.turn;
  }

  set settings(settings: TurnSettings) {
    this.#overrides.set(this.#key, settings);
  }

  /** The stream that is being written, where one is. */
  get live(): TokenStream | null {
    return this.turn.kind === 'streaming' ? (this.streams.get(this.turn.messageId) ?? null) : null;
  }

  /** The newest answer on the active path. */
  get lastAnswer(): Message | null {
    return this.conversation?.messages.findLast((message) => message.role === 'assistant') ?? null;
  }

  begin(): void {
    this.#want(null);
    this.conversation = null;
    this.failure = null;
    this.repeat = null;
    this.#forgetStreams();
  }

  /** Whether that is still wanted when it is there, or when it has failed. */
  async open(id: number): Promise<boolean> {
    if (this.conversation?.id === id) {
      // Another version of it may be on its way, which is still wanted.
      if (this.#wanted.id !== id) this.#want(id);
      return true;
    }
    const opened = this.#adopt(id, () => this.#client.conversationOpen(id));
    const mine = this.#wanted;
    await opened;
    return mine === this.#wanted;
  }

  /** Opens the conversation with this message on the way that is shown: another version becomes the active one for it. As `open`. */
  async openAt(id: number, messageId: number): Promise<boolean> {
    if (!(await this.open(id))) return false;
    if (this.conversation?.id !== id || this.#isOnPath(messageId)) return true;
    const mine = this.#wanted;
    await this.#addEarlier();
    if (mine !== this.#wanted) return false;
    if (!this.#isOnPath(messageId) && !this.busyHere) await this.select(messageId);
    return this.conversation?.id === id;
  }

  /** Reads the open conversation again. One that was saved after trouble has another id then, and keeps what waits in its box. */
  async reopen(): Promise<void> {
    const from = this.conversation?.id;
    if (from === undefined || this.busyHere) return;
    try {
      const conversation = await this.#client.conversationOpen(from);
      if (this.conversation?.id !== from || this.busyHere) return;
      if (conversation.id !== from) this.#move(from, conversation.id);
      this.#show(conversation);
    } catch {
      // Nobody asked for it: what is on the screen stays there.
    }
  }

  /** After a turn that failed it may hold more than is shown. Nobody asked for that, so it takes nobody away from elsewhere. */
  async #readAgain(id: number): Promise<void> {
    try {
      const conversation = await this.#client.conversationOpen(id);
      if (this.conversation?.id === conversation.id) this.#show(conversation);
    } catch (thrown) {
      this.failure = { conversationId: id, error: toShownError(thrown) };
    }
  }

  /** Takes one version away, with all that came after it; whether that worked. */
  async deleteMessage(messageId: number): Promise<boolean> {
    if (this.busy) return false;
    const id = this.conversation?.id ?? null;
    return this.#adopt(id, () => this.#client.messageDelete(messageId));
  }

  /** Undoes it, and shows the version again where its conversation is open. */
  async restoreMessage(messageId: number): Promise<void> {
    try {
      const conversation = await this.#client.messageRestore(messageId);
      if (this.conversation?.id === conversation.id && !this.busyHere) this.#show(conversation);
    } catch (thrown) {
      this.failure = { conversationId: this.conversation?.id ?? null, error: toShownError(thrown) };
    }
  }

  /** Begins a conversation that is in memory alone. */
  async beginPrivate(): Promise<void> {
    this.failure = null;
    const mine = this.#want(null);
    try {
      const id = await this.#client.conversationBeginPrivate(this.#settings.current.turn);
      if (mine === this.#wanted) await this.open(id);
    } catch (thrown) {
      this.failure = { conversationId: this.conversation?.id ?? null, error: toShownError(thrown) };
    }
  }

  #isOnPath(messageId: number): boolean {
    return this.conversation?.messages.some(({ id }) => id === messageId) ?? false;
  }

  /** Shows another version of an answer. */
  async select(messageId: number): Promise<void> {
    await this.#adopt(this.conversation?.id ?? null, () => this.#client.messageSelect(messageId));
  }

  /** Is this answer being written now? */
  isWriting(messageId: number): boolean {
    return (
      this.turn.kind === 'streaming' &&
      (this.turn.messageId === messageId || this.turn.secondId === messageId) &&
      !this.turn.ended.includes(messageId)
    );
  }

  /** Sends what is typed. */
  async say(extra: SayExtra = {}): Promise<void> {
    const text = this.draft.trim();
    if (text === '' || this.busy) return;
    const conversationId = this.conversation?.id ?? null;
    const settings = this.settings;
    this.draft = '';
    const pace = this.pace;
    await this.#run({ kind: 'say', conversation_id: conversationId, text, settings, pace, ...extra }, text);
  }

  /** Asks both models what is typed. */
  async compare(attachments: number[] = [], second: SecondModel | null = null): Promise<void> {
    const text = this.draft.trim();
    if (text === '' || this.busy) return;
    const conversationId = this.conversation?.id ?? null;
    const settings = this.settings;
    this.draft = '';
    const request = {
      kind: 'compare' as const,
      conversation_id: conversationId,
      text,
      settings,
      attachments,
    };
    await this.#run({ ...request, ...(second ? { second } : {}) }, text);
  }

  /** Another version of an answer, with the settings of now. One that would be the same is offered otherwise. */
  async regenerate(messageId: number, pace: Pace = this.pace, slot: ModelSlot = 'a'): Promise<void> {
    if (this.busy) return;
    const why = pace === 'run' ? this.#repeats(messageId, slot) : null;
    this.repeat = why && { messageId, why };
    if (why) return;
    await this.#run({ kind: 'regenerate', message_id: messageId, settings: this.settings, pace, slot }, null);
  }

  /** Another version that chance decides, this once: the conversation keeps its seed and its settings. */
  async drawAnew(messageId: number, slot: ModelSlot = 'a'): Promise<void> {
    if (this.busy) return;
    const sampling = withoutSeed(this.settings.sampling);
    if (isGreedy(sampling)) Object.assign(sampling, { temperature: DRAW_TEMPERATURE, top_k: 0 });
    const settings = { ...this.settings, sampling };
    await this.#run({ kind: 'regenerate', message_id: messageId, settings, once: true, slot }, null);
  }

  /** Would another version be what is there, word for word? */
  #repeats(messageId: number, slot: ModelSlot): Repeat['why'] | null {
    const facts = this.conversation?.messages.find((one) => one.id === messageId)?.facts;
    if (!facts || facts.branch || facts.prefill_tokens || facts.error) return null;
    // One that was cut short would be longer.
    if (facts.stop_reason === undefined || facts.stop_reason === 'stopped') return null;
    if (facts.model_fingerprint !== this.fingerprintOf(slot)) return null;
    const { sampling, ...others } = this.settings;
    const { sampling: before, ...othersBefore } = facts.settings;
    if (!same(others, othersBefore) || !same(withoutSeed(sampling), withoutSeed(before))) return null;
    if (isGreedy(sampling)) return 'greedy';
    return sampling.seed === facts.seed ? 'seed' : null;
  }

  /** A branch: the question in other words, and its answer. The old one stays. */
  async editQuestion(message: Message, text: string): Promise<void> {
    if (this.busy || text.trim() === '') return;
    const attachments = message.attachments.map((one) => one.id);
    const request = {
      kind: 'edit_question' as const,
      message_id: message.id,
      text: text.trim(),
      attachments,
    };
    await this.#run({ ...request, settings: this.settings, pace: this.pace }, null);
  }

  /** What if: another version that has `choice` at this token. */
  async fork(
    message: Message,
    tokenIndex: number,
    choice: ForkChoice,
    pace: Pace = this.pace,
    slot: ModelSlot = 'a',
  ): Promise<void> {
    if (this.busy) return;
    const request = {
      kind: 'fork' as const,
      message_id: message.id,
      token_index: tokenIndex,
      choice,
      settings: this.#asItWas(message, choice.kind === 'open'),
    };
    await this.#run({ ...request, pace, slot }, null);
  }

  /** Goes on where an answer ended, in another version. */
  async goOn(message: Message, slot: ModelSlot = 'a'): Promise<void> {
    if (this.busy) return;
    const settings = this.#asItWas(message, false);
    await this.#run({ kind: 'continue', message_id: message.id, settings, pace: this.pace, slot }, null);
  }

  /** The settings that an answer was written with, its seed among them: what differs is the choice's doing. */
  #asItWas(message: Message, newSeed: boolean): TurnSettings {
    if (!message.facts) return this.settings;
    const { settings, seed } = message.facts;
    const sampling = { ...settings.sampling, seed };
    return { ...settings, sampling: newSeed ? withoutSeed(sampling) : sampling };
  }

  async stop(): Promise<void> {
    if (this.turn.kind === 'streaming') this.turn = { ...this.turn, stopping: true };
    try {
      await this.#client.chatStop();
    } catch (thrown) {
      this.failure = { conversationId: this.conversation?.id ?? null, error: toShownError(thrown) };
    }
  }

  /** Reads the stored tokens of an answer, once. */
  async readTokens(messageId: number): Promise<void> {
    if (this.streams.has(messageId) || this.#reading.has(messageId)) return;
    this.#reading.add(messageId);
    try {
      this.streams.set(messageId, TokenStream.of(await this.#client.messageTokens(messageId)));
    } catch (thrown) {
      // The text is there all the same; an empty stream means "no tokens stored".
      this.streams.set(messageId, new TokenStream());
      this.failure = { conversationId: this.conversation?.id ?? null, error: toShownError(thrown) };
    } finally {
      this.#reading.delete(messageId);
    }
  }

  /** The conversation was deleted. What is written there is stopped: nobody sees it, and nothing else could be asked meanwhile. */
  onDeleted(id: number): void {
    if (this.turn.kind !== 'idle' && this.turn.conversationId === id) void this.stop();
    if (this.conversation?.id === id) this.begin();
  }

  /** It has a new name. */
  onRenamed(id: number, title: string): void {
    if (this.conversation?.id === id && this.conversation.title !== title) {
      this.conversation = { ...this.conversation, title };
    }
  }

  #want(id: number | null): { id: number | null } {
    return (this.#wanted = { id });
  }

  /** Whether it was got; it is shown where nothing else was asked for meanwhile. */
  async #adopt(conversationId: number | null, get: () => Promise<Conversation>): Promise<boolean> {
    this.failure = null;
    this.repeat = null;
    const mine = this.#want(conversationId);
    try {
      const conversation = await get();
      if (mine !== this.#wanted) return true;
      if (conversation.id !== this.conversation?.id) this.#forgetStreams();
      this.#show(conversation);
      return true;
    } catch (thrown) {
      if (mine === this.#wanted) this.failure = { conversationId, error: toShownError(thrown) };
      return false;
    }
  }

  /** A conversation comes with the end of its path: what was there before it is kept, or read afterwards. */
  #show(conversation: Conversation): void {
    const before = this.conversation?.id === conversation.id ? this.conversation.messages : [];
    const parent = conversation.messages[0]?.parent_id ?? null;
    const at = parent === null ? -1 : before.findIndex((message) => message.id === parent);
    this.conversation = {
      ...conversation,
      messages: [...before.slice(0, at + 1), ...conversation.messages],
    };
    void this.#readEarlier();
  }

  async #readEarlier(): Promise<void> {
    const first = this.conversation?.messages[0];
    if (!first || first.parent_id === null) return;
    // Thousands of messages take the page's time: first what is in sight is painted.
    await new Promise<void>((done) => void afterPaint(done));
    await new Promise((done) => setTimeout(done, EARLIER_AFTER_MS));
    // Only where nothing else is shown since, and nobody else has read it.
    if (this.conversation?.messages[0]?.id === first.id) await this.#addEarlier();
  }

  /** Reads what is before the first message that is there. */
  async #addEarlier(): Promise<void> {
    const first = this.conversation?.messages[0];
    if (!first || first.parent_id === null) return;
    const stillFirst = (): boolean => this.conversation?.messages[0]?.id === first.id;
    try {
      const earlier = await this.#client.conversationEarlier(first.id);
      const open = this.conversation;
      if (open && stillFirst()) this.conversation = { ...open, messages: [...earlier, ...open.messages] };
    } catch (thrown) {
      this.failure = { conversationId: first.conversation_id, error: toShownError(thrown) };
    }
  }

  async #run(request: TurnRequest, typed: string | null): Promise<void> {
    const from = this.conversation?.id ?? null;
    // Whoever asks here wants to stay here.
    this.#want(from);
    this.failure = null;
    this.repeat = null;
    this.turn = { kind: 'sending', conversationId: from, text: typed };

    // The channel and the answer of the command are two ways; either may be the first to arrive.
    let messageId: number | null = null;
    let over = false;
    const onEvent = (event: TurnEvent): void => {
      switch (event.event) {
        case 'started':
          messageId = event.message_id;
          if (lasts(request)) this.#overrides.delete(event.conversation.id);
          this.#started(event.conversation, event.message_id, event.second_id ?? null, from, over);
          break;
        case 'tokens':
          this.#stream(event.message_id).append(event.records);
          break;
        case 'waiting':
          this.waiting = {
            conversationId: this.turn.kind === 'streaming' ? this.turn.conversationId : 0,
            messageId: event.message_id,
            offer: event.offer,
          };
          break;
        case 'ended':
          if (this.waiting?.messageId === event.message.id) this.waiting = null;
          if (this.turn.kind === 'streaming') {
            this.turn = { ...this.turn, ended: [...this.turn.ended, event.message.id] };
          }
          this.#replace(event.message);
          break;
      }
    };

    try {
      this.#replace(await this.#client.chatTurn(request, onEvent));
    } catch (thrown) {
      await this.#failed(toShownError(thrown), messageId === null ? typed : null, from);
    } finally {
      over = true;
      this.waiting = null;
      this.turn = { kind: 'idle' };
    }
  }

  #started(
    conversation: Conversation,
    messageId: number,
    secondId: number | null,
    from: number | null,
    over: boolean,
  ): void {
    this.streams.set(messageId, new TokenStream());
    if (secondId !== null) this.streams.set(secondId, new TokenStream());
    if (from === null) this.#moveUnsaved(conversation.id);
    // Show it where it was asked for, unless the user has gone elsewhere since.
    if ((this.conversation?.id ?? null) === from) this.#show(conversation);
    if (over) return;
    const conversationId = conversation.id;
    this.turn = { kind: 'streaming', conversationId, messageId, secondId, ended: [], stopping: false };
  }

  /** What was typed on while the conversation had no id yet goes with it. */
  #moveUnsaved(id: number): void {
    const draft = this.#drafts.get(UNSAVED);
    if (draft) this.putDraft(id, draft);
    this.putDraft(null, '');
    this.#overrides.delete(UNSAVED);
    this.onMoved(null, id);
  }

  #move(from: number, to: number): void {
    for (const kept of [this.#drafts, this.#overrides] as SvelteMap<number, unknown>[]) {
      if (kept.has(from)) kept.set(to, kept.get(from));
      kept.delete(from);
    }
    if (this.renaming === from) this.renaming = to;
    this.#forgetStreams();
    this.onMoved(from, to);
  }

  async #failed(error: ShownError, typed: string | null, from: number | null): Promise<void> {
    if (typed !== null) {
      // Never sent: back into the box, before anything typed since.
      const since = this.draftOf(from);
      this.putDraft(from, since ? `${typed}\n${since}` : typed);
    }
    const open = this.conversation?.id ?? null;
    if (typed === null && open !== null) await this.#readAgain(open);
    if (error.code !== 'cancelled') this.failure = { conversationId: open, error };
  }

  #replace(message: Message): void {
    if (this.conversation?.id !== message.conversation_id) return;
    if (!this.conversation.messages.some((one) => one.id === message.id)) {
      this.others.set(message.id, message);
      return;
    }
    this.conversation = {
      ...this.conversation,
      messages: this.conversation.messages.map((one) => (one.id === message.id ? message : one)),
    };
  }

  #stream(messageId: number): TokenStream {
    let stream = this.streams.get(messageId);
    if (!stream) {
      stream = new TokenStream();
      this.streams.set(messageId, stream);
    }
    return stream;
  }

  /** Records of other conversations are read again when needed; the running one's stay. */
  #forgetStreams(): void {
    for (const id of [...this.streams.keys()]) if (!this.isWriting(id)) this.streams.delete(id);
    this.others.clear();
  }
}

/** Does the conversation go on with the settings of this turn? Otherwise what was chosen meanwhile still waits. */
function lasts(request: TurnRequest): boolean {
  return !(
    request.kind === 'fork' ||
    request.kind === 'continue' ||
    (request.kind === 'regenerate' && request.once)
  );
}

/** Nothing is left to chance. */
function isGreedy(sampling: Sampling): boolean {
  return sampling.temperature === 0 || sampling.top_k === 1;
}

function same(a: object, b: object): boolean {
  const sorted = (one: object): string =>
    JSON.stringify(Object.entries(one).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}

function withoutSeed(sampling: Sampling): Sampling {
  const open = { ...sampling };
  delete open.seed;
  return open;
}
