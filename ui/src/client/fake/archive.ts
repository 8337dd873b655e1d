/** The double's history: conversations as trees of messages, with the tokens of every answer. */
import type { AppError } from '../bindings/AppError';
import type { ConversationSummary } from '../bindings/ConversationSummary';
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

/** Messages that come with a conversation, as in the shell. */
const END = 60;

interface Entry {
  id: number;
  title: string;
  settings: TurnSettings;
  created_at: number;
  updated_at: number;
  deleted: boolean;
  leaf: number | null;
}

export class Archive {
  readonly #conversations = new Map<number, Entry>();
  readonly #messages = new Map<number, Message>();
  readonly #tokens = new Map<number, TokenRecord[]>();
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
      deleted: false,
      leaf: null,
    });
    return id;
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

  finish(
    id: number,
    text: string,
    status: Message['status'],
    facts: AnswerFacts,
    tokens: TokenRecord[],
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
    return this.#tokens.get(id) ?? [];
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
    const { title, settings, leaf } = this.entry(id);
    const messages: Message[] = [];
    for (let at = leaf; at !== null; at = this.message(at).parent_id) messages.unshift(this.message(at));
    return { id, title, settings, messages };
  }

  list(): ConversationSummary[] {
    return [...this.#conversations.values()]
      .filter((entry) => !entry.deleted)
      .sort((a, b) => b.updated_at - a.updated_at)
      .map((entry) => {
        const { messages } = this.conversation(entry.id);
        const model = messages.findLast((message) => message.facts)?.facts?.model_name;
        return {
          id: entry.id,
          title: entry.title,
          created_at: entry.created_at,
          updated_at: entry.updated_at,
          message_count: messages.length,
          preview: messages.at(-1)?.text.slice(0, 120) ?? '',
          ...(model ? { model_name: model } : {}),
        };
      });
  }
}

function noSuchItem(detail: string): AppError {
  return { code: 'no_such_item', detail, facts: {} };
}
