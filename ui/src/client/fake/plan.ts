/** What a turn of the double will write: under which question, which tokens it shares, and which come new. */
import type { Origin } from '../bindings/Origin';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { Attachment, Branch, ForkChoice, ModelSlot, Pace, TurnRequest } from '../upcoming';
import type { Archive } from './archive';
import { reply } from './data';
import { fault } from './faults';
import { bytesOf, cut } from './tokenizer';

export interface Plan {
  conversationId: number;
  /** The question that is answered. */
  question: number;
  settings: TurnSettings;
  /** The conversation keeps its own settings. */
  once: boolean;
  pace: Pace;
  /** Tokens of another version that this one begins with. */
  shared: TokenRecord[];
  /** Pieces (hex) that stand fast at the beginning of what is new. */
  given: string[];
  givenOrigin: Origin;
  /** What the double leans towards after them, the end token (no bytes) last. */
  ahead: string[];
  branch?: Branch;
  /** Missing where the user gave no beginning. */
  prefill?: number;
}

type Asked = Pick<Plan, 'conversationId' | 'question'>;

/** The models that are to answer. */
export function slotsOf(request: TurnRequest): ModelSlot[] {
  return request.kind === 'compare' ? ['a', 'b'] : [request.slot ?? 'a'];
}

/** Does the request make sense? */
export function check(request: TurnRequest): void {
  const asks = request.kind === 'say' || request.kind === 'compare' || request.kind === 'edit_question';
  if (asks && request.text.trim() === '' && (request.attachments ?? []).length === 0)
    throw fault('invalid_params', 'the question is blank');
}

export function plan(
  request: TurnRequest,
  archive: Archive,
  attachmentsOf: (ids: number[]) => Attachment[],
  models: Pick<ModelLoaded, 'info'>[],
): Plan {
  const pace = request.kind === 'compare' ? 'run' : (request.pace ?? 'run');
  const once =
    request.kind === 'fork' ||
    request.kind === 'continue' ||
    (request.kind === 'regenerate' && !!request.once);
  const common = { settings: request.settings, once, pace };
  switch (request.kind) {
    case 'say':
    case 'compare':
    case 'edit_question': {
      const asked = ask(request, archive, attachmentsOf(request.attachments ?? []));
      return {
        ...common,
        ...fresh(asked, archive, request.kind === 'compare' ? '' : (request.prefill ?? '')),
      };
    }
    case 'regenerate': {
      const old = archive.message(request.message_id);
      const question = old.role === 'user' ? old.id : (old.parent_id ?? 0);
      const asked = { conversationId: old.conversation_id, question };
      return { ...common, ...fresh(asked, archive, request.prefill ?? '') };
    }
    case 'continue': {
      const records = answered(request.message_id, archive, models);
      const ended = records.at(-1)?.special === true;
      const at = ended ? records.length - 1 : records.length;
      return { ...common, ...fork(request.message_id, at, { kind: ended ? 'refuse_end' : 'open' }, archive) };
    }
    case 'fork':
      answered(request.message_id, archive, models);
      return { ...common, ...fork(request.message_id, request.token_index, request.choice, archive) };
  }
}

function ask(
  request: Extract<TurnRequest, { kind: 'say' | 'compare' | 'edit_question' }>,
  archive: Archive,
  attachments: Attachment[],
): Asked {
  const at = Date.now();
  const part = { role: 'user', text: request.text, status: 'complete' } as const;
  if (request.kind === 'edit_question') {
    const old = archive.message(request.message_id);
    if (old.role !== 'user') throw fault('invalid_params', 'only a question can be edited');
    const question = archive.add(old.conversation_id, old.parent_id, part, at, attachments).id;
    return { conversationId: old.conversation_id, question };
  }
  const title = [...request.text].slice(0, 40).join('');
  const conversationId = request.conversation_id ?? archive.create(title, request.settings, at);
  const entry = archive.entry(conversationId);
  // One that began before its first question has no name yet.
  if (entry.title === '') entry.title = title;
  const question = archive.add(conversationId, entry.leaf, part, at, attachments).id;
  return { conversationId, question };
}

/** The tokens of an answer, which only the model that wrote it can go on from. */
function answered(id: number, archive: Archive, models: Pick<ModelLoaded, 'info'>[]): TokenRecord[] {
  const { role, facts } = archive.message(id);
  if (role !== 'assistant') throw fault('invalid_params', 'only an answer has tokens to fork at');
  const other = models.find(({ info }) => facts && facts.model_fingerprint !== `fake:${info.path}`);
  if (facts && other)
    throw fault('other_model', 'another model', { wanted: facts.model_name, loaded: other.info.name });
  return archive.tokens(id);
}

type Own = Omit<Plan, 'settings' | 'once' | 'pace'>;

function fresh(asked: Asked, archive: Archive, prefill: string): Own {
  const given = cut(prefill);
  const versions = archive.children(asked.question).length;
  const text = reply(archive.message(asked.question).text, versions);
  return {
    ...asked,
    shared: [],
    given,
    givenOrigin: 'forced',
    ahead: [...cut(text), ''],
    ...(given.length > 0 && { prefill: given.length }),
  };
}

function fork(messageId: number, index: number, choice: ForkChoice, archive: Archive): Own {
  const old = archive.message(messageId);
  const records = archive.tokens(messageId);
  if (index > records.length) throw fault('invalid_params', `the answer has no token ${index}`);
  const there = records[index];
  const given =
    choice.kind === 'token' ? [bytesOf(choice.id)] : choice.kind === 'text' ? cut(choice.text) : [];
  const after = records.slice(index + (choice.kind === 'open' ? 0 : 1)).map((record) => record.bytes);
  const more = /[\u4e00-\u9fff]/.test(old.text) ? '它还有很长的故事。' : ' There is more to say about it.';
  const ahead = choice.kind === 'refuse_end' || after.length === 0 ? [...cut(more), ''] : after;
  return {
    conversationId: old.conversation_id,
    question: old.parent_id ?? 0,
    shared: records.slice(0, index),
    given,
    givenOrigin: 'chosen',
    ahead,
    branch: {
      from_message: messageId,
      token_index: index,
      choice,
      ...(there && {
        replaced: {
          id: there.id,
          bytes: there.bytes,
          special: there.special,
          probability: there.probability,
        },
      }),
    },
    ...(old.facts?.prefill_tokens !== undefined && { prefill: Math.min(index, old.facts.prefill_tokens) }),
  };
}
