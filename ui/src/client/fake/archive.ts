/** The double's history: conversations as trees of messages, with the tokens of every answer. */
import type { AppError } from '../bindings/AppError';
import type { ConversationSummary } from '../bindings/ConversationSummary';
import type { Keeping } from '../bindings/Keeping';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { TurnSettings } from '../bindings/TurnSettings';
import type {
  AnswerFacts,
  Attachment,
  Conversation,
  ConversationTree,
  Message,
  PromptView,
} from '../upcoming';
import { summary } from './history/listing';

/** Messages that come with a conversation, as in the shell. */
const END = 60;

/** An answer with its tokens, for what looks over all of them. */
export interface Answered {
  conversationId: number;
  title: string;
  messageId: number;
  at: number;
  facts: AnswerFacts;
  records: readonly TokenRecord[];
}

/** A conversation without its messages. */
export interface Entry {
  id: number;
  title: string;
  settings: TurnSettings;
  created_at: number;
  updated_at: number;
  leaf: number | null;
  starred: boolean;
  pinned: boolean;
  archived: boolean;
  folder: number | null;
  /** When it went into the bin. */
  deleted_at: number | null;
  keeping: Keeping;
}

export class Archive {
  readonly #conversations = new Map<number, Entry>();
  readonly #messages = new Map<number, Message>();
  readonly #tokens = new Map<number, TokenRecord[] | (() => TokenRecord[])>();
  readonly #prompts = new Map<number, PromptView>();
  readonly #deleted = new Set<number>();
  /** Ids by the message that they follow, else by minus the id of the conversation that they begin. */
  readonly #follow = new Map<number, number[]>();
  #next = 1;

  create(title: string, settings: TurnSettings, at: number): number {
    const id = this.#next++;
    this.#conversations.set(id, {
      id,
      title,
      settings,
      created_at: at,
      updated_at: at,
      leaf: null,
      starred: false,
      pinned: false,
      archived: false,
      folder: null,
      deleted_at: null,
      keeping: 'saved',
    });
    return id;
  }

  /** All of them, in the bin too. */
  entries(): Entry[] {
    return [...this.#conversations.values()];
  }

  /** Those that are not in the bin, the last used first. */
  list(): ConversationSummary[] {
    return this.entries()
      .filter((entry) => entry.deleted_at === null)
      .sort((a, b) => b.updated_at - a.updated_at)
      .map((entry) => summary(this, entry, false));
  }

  /** The messages of a conversation on all of its ways, in the order in which they were written. */
  messagesOf(id: number): Message[] {
    const found: Message[] = [];
    const places = [-id];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      for (const child of this.#follow.get(place) ?? []) {
        const message = this.#messages.get(child);
        if (!message || this.#deleted.has(child)) continue;
        found.push(message);
        places.push(child);
      }
    }
    return found.sort((a, b) => a.id - b.id);
  }

  /** Copies messages with all that belongs to them into another conversation, whose active way then ends at `leaf`'s copy. */
  copy(messages: readonly Message[], into: number, leaf: number | null): void {
    const copies = new Map<number, number>();
    for (const { id, parent_id, ...told } of messages) {
      const { role, text, status, created_at, attachments, facts } = told;
      const parent = parent_id === null ? null : (copies.get(parent_id) ?? null);
      const made = this.add(into, parent, { role, text, status }, created_at, attachments).id;
      copies.set(id, made);
      const prompt = this.#prompts.get(id);
      if (facts) this.finish(made, text, status, facts, this.tokens(id));
      if (prompt) this.keepPrompt(made, prompt);
    }
    this.entry(into).leaf = leaf === null ? null : (copies.get(leaf) ?? null);
  }

  /** Adds a message and makes it the active leaf. */
  add(
    conversationId: number,
    parentId: number | null,
    part: Pick<Message, 'role' | 'text' | 'status'>,
    at: number,
    attachments: Attachment[] = [],
  ): Message {
    const id = this.#next++;
    const message: Message = {
      id,
      conversation_id: conversationId,
      parent_id: parentId,
      created_at: at,
      versions: [],
      pinned: false,
      attachments,
      ...part,
    };
    this.#messages.set(id, message);
    const place = parentId ?? -conversationId;
    this.#follow.set(place, [...(this.#follow.get(place) ?? []), id]);
    const entry = this.entry(conversationId);
    entry.leaf = id;
    entry.updated_at = at;
    return message;
  }

  /** A blank name brings back the first question. */
  rename(id: number, title: string): void {
    const question = [...this.#messages.values()].find((one) => one.conversation_id === id)?.text ?? '';
    this.entry(id).title = title.trim() || [...question].slice(0, 40).join('');
  }

  /** A message as the contract has it: with its versions. */
  message(id: number): Message {
    const message = this.#messages.get(id);
    if (!message) throw noSuchItem(`message ${id}`);
    return { ...message, versions: this.#below(message.parent_id, message.conversation_id) };
  }

  /** The answers to a question. */
  children(id: number): Message[] {
    return this.#below(id, 0).flatMap((child) => this.#messages.get(child) ?? []);
  }

  /** Ids of what follows a message; of what begins a conversation, where there is no such message. */
  #below(parentId: number | null, conversationId: number): number[] {
    const ids = this.#follow.get(parentId ?? -conversationId) ?? [];
    return ids.filter((id) => !this.#deleted.has(id));
  }

  /** `tokens` may be made when they are first asked for. */
  finish(
    id: number,
    text: string,
    status: Message['status'],
    facts: AnswerFacts,
    tokens: TokenRecord[] | (() => TokenRecord[]),
  ): Message {
    this.#messages.set(id, { ...this.message(id), text, status, facts });
    this.#tokens.set(id, tokens);
    return this.message(id);
  }

  /** What the model received for an answer. */
  keepPrompt(id: number, view: PromptView): void {
    this.#prompts.set(id, view);
  }

  prompt(id: number): PromptView {
    const view = this.#prompts.get(id);
    if (!view) throw { code: 'no_record', detail: `no prompt of message ${id}`, facts: {} };
    return view;
  }

  pin(id: number, pinned: boolean): Message {
    this.#messages.set(id, { ...this.message(id), pinned });
    return this.message(id);
  }

  /** Takes a version away; gives the conversation. */
  delete(id: number): number {
    const { conversation_id, parent_id, versions } = this.message(id);
    const entry = this.entry(conversation_id);
    const shown = this.conversation(conversation_id).messages.some((message) => message.id === id);
    this.#deleted.add(id);
    if (shown) {
      const other = versions.filter((version) => version !== id).at(-1);
      if (other !== undefined) this.select(other);
      else entry.leaf = parent_id;
    }
    return conversation_id;
  }

  restore(id: number): number {
    this.#deleted.delete(id);
    return this.select(id);
  }

  tree(id: number): ConversationTree {
    const { leaf } = this.entry(id);
    const active = new Set(this.conversation(id).messages.map((message) => message.id));
    const reachable = new Set<number>();
    const nodes = this.#living()
      .filter((message) => {
        const here = message.conversation_id === id;
        const there = here && (message.parent_id === null || reachable.has(message.parent_id));
        if (there) reachable.add(message.id);
        return there;
      })
      .map((message) => {
        const { facts } = message;
        return {
          id: message.id,
          parent_id: message.parent_id,
          role: message.role,
          status: message.status,
          excerpt: [...message.text].slice(0, 60).join(''),
          ...this.#parting(message),
          active: active.has(message.id),
          ...(facts && { model_name: facts.model_name, tokens: facts.completion_tokens }),
          ...(facts?.stop_reason && { stop_reason: facts.stop_reason }),
          ...(facts?.branch && { branch: facts.branch }),
          ...(facts?.compare !== undefined && { compare: facts.compare }),
          ...(facts?.slot !== undefined && { slot: facts.slot }),
          ...(facts?.error && { error: facts.error }),
        };
      });
    return { conversation_id: id, active_leaf: leaf, nodes };
  }

  /** From where on a version is another one than that which it left, or than the first. */
  #parting({ id, parent_id, role, text, facts }: Message): { parting?: string } {
    if (role !== 'assistant' || parent_id === null) return {};
    const from = facts?.branch?.from_message ?? this.children(parent_id)[0]?.id;
    const before = from === undefined || from === id ? undefined : this.#messages.get(from)?.text;
    if (before === undefined) return {};
    let at = 0;
    while (at < text.length && text[at] === before[at]) at += 1;
    while (at > 0 && /\w/.test(text[at] ?? '') && /\w/.test(text[at - 1] ?? '')) at -= 1;
    return at === 0 ? {} : { parting: text.slice(at, at + 60) };
  }

  #living(): Message[] {
    return [...this.#messages.values()].filter((message) => !this.#deleted.has(message.id));
  }

  tokens(id: number): TokenRecord[] {
    const tokens = this.#tokens.get(id) ?? [];
    if (Array.isArray(tokens)) return tokens;
    const made = tokens();
    this.#tokens.set(id, made);
    return made;
  }

  entry(id: number): Entry {
    const entry = this.#conversations.get(id);
    if (!entry) throw noSuchItem(`conversation ${id}`);
    return entry;
  }

  /** Makes the path through this message the active one, down to its latest descendant. */
  select(id: number): number {
    let leaf = this.message(id);
    for (;;) {
      const child = this.#living().findLast((one) => one.parent_id === leaf.id);
      if (!child) break;
      leaf = child;
    }
    this.entry(leaf.conversation_id).leaf = leaf.id;
    return leaf.conversation_id;
  }

  /** As the shell gives it: with the end of the path. */
  shown(id: number): Conversation {
    const conversation = this.conversation(id);
    return { ...conversation, messages: conversation.messages.slice(-END) };
  }

  /** The messages before this one. */
  earlier(messageId: number): Message[] {
    const messages: Message[] = [];
    for (let at = this.message(messageId).parent_id; at !== null; at = this.message(at).parent_id)
      messages.push(this.message(at));
    return messages.reverse();
  }

  /** With the whole path. */
  conversation(id: number): Conversation {
    const { title, settings, leaf, keeping } = this.entry(id);
    const messages: Message[] = [];
    for (let at = leaf; at !== null; at = this.message(at).parent_id) messages.unshift(this.message(at));
    return { id, title, settings, messages, keeping };
  }

  /** Every answer of a conversation that is not in the bin, the oldest first. */
  answers(): Answered[] {
    return this.#living().flatMap((message) => {
      const { id, conversation_id, created_at, facts } = message;
      const entry = this.entry(conversation_id);
      if (!facts || entry.deleted_at !== null) return [];
      const records = this.tokens(id);
      return [
        { conversationId: entry.id, title: entry.title, messageId: id, at: created_at, facts, records },
      ];
    });
  }

  /** Takes conversations of the bin away for good; how many. */
  purge(ids: readonly number[] | null): number {
    const gone = [...this.#conversations.values()].filter(
      (entry) => entry.deleted_at !== null && (ids === null || ids.includes(entry.id)),
    );
    for (const { id } of gone) {
      this.#conversations.delete(id);
      for (const message of [...this.#messages.values()]) {
        if (message.conversation_id !== id) continue;
        this.#messages.delete(message.id);
        this.#tokens.delete(message.id);
        this.#prompts.delete(message.id);
      }
    }
    return gone.length;
  }
}

function noSuchItem(detail: string): AppError {
  return { code: 'no_such_item', detail, facts: {} };
}
