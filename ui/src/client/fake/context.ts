/** The double's prompts: a template in the manner of ChatML, and the rule of what falls out of a full context. */
import type { ModelInfo } from '../bindings/ModelInfo';
import type { Role } from '../bindings/Role';
import type { ContextPreview, Message, PromptSegment, PromptToken, PromptView } from '../upcoming';
import { hexOf, idOf, tokenize } from './tokenizer';

const SPECIAL = { start: { id: 3, text: '<|im_start|>' }, end: { id: 4, text: '<|im_end|>' } };

interface Part {
  role: Role;
  text: string;
  message_id?: number;
}

/** A question as the model gets it: its files quoted before it. */
export function quoted(text: string, attachments: { name: string; text: string }[]): string {
  return [...attachments.map((file) => `${file.name}\n\`\`\`\n${file.text}\n\`\`\``), text].join('\n\n');
}

export function prompt(parts: Part[], prefill: string, model: ModelInfo, left_out: number[]): PromptView {
  const tokens: PromptToken[] = [];
  const segments: PromptSegment[] = [];
  const add = (kind: PromptSegment['kind'], made: PromptToken[], message_id?: number): void => {
    if (made.length === 0) return;
    const start = tokens.length;
    tokens.push(...made);
    segments.push({ start, end: tokens.length, kind, ...(message_id !== undefined && { message_id }) });
  };
  const open = (role: Role): PromptToken[] => [special(SPECIAL.start), ...plain(`${role}`), ...plain('\n')];
  for (const part of parts) {
    add('markup', open(part.role));
    add(part.role, plain(part.text), part.message_id);
    add('markup', [special(SPECIAL.end), ...plain('\n')]);
  }
  add('markup', open('assistant'));
  add('assistant', plain(prefill));
  return {
    tokens,
    segments,
    form: 'template',
    model_name: model.name,
    model_fingerprint: `fake:${model.path}`,
    left_out,
  };
}

function special(token: { id: number; text: string }): PromptToken {
  return { id: token.id, bytes: hexOf(token.text), special: true };
}

function plain(text: string): PromptToken[] {
  return tokenize(text).map(({ bytes }) => ({ id: idOf(bytes), bytes, special: false }));
}

/** Tokens that the template puts around one message. */
const AROUND = 5;

export interface Fitted {
  preview: ContextPreview;
  left_out: number[];
}

/** Drops questions with their answers, oldest first, until the rest fits; pinned ones and the system prompt stay. */
export function fit(
  path: Message[],
  system: string,
  draft: string | null,
  maxTokens: number,
  context_length: number,
  textOf: (message: Message) => string,
): Fitted {
  const cost = (text: string): number => (text === '' ? 0 : tokenize(text).length + AROUND);
  const reserved = Math.min(maxTokens, Math.max(16, Math.floor(context_length / 4)));
  const system_tokens = cost(system);
  const draft_tokens = draft === null ? 0 : cost(draft);
  const messages = path.map((message) => ({
    message_id: message.id,
    tokens: cost(textOf(message)),
    pinned: message.pinned,
    fate: 'kept' as ContextPreview['messages'][number]['fate'],
  }));
  const total = (): number =>
    messages.reduce(
      (sum, one) => sum + (one.fate === 'kept' ? one.tokens : 0),
      3 + system_tokens + draft_tokens,
    );
  const room = context_length - reserved;
  for (let at = 0; at < messages.length && total() > room; at++) {
    if (path[at]?.role !== 'user') continue;
    let end = at + 1;
    while (end < path.length && path[end]?.role === 'assistant') end++;
    const group = messages.slice(at, end);
    if (draft === null && end >= path.length) break;
    if (!group.some((one) => one.pinned)) group.forEach((one) => (one.fate = 'left_out'));
  }
  const left_out = messages.filter((one) => one.fate === 'left_out').map((one) => one.message_id);
  const prompt_tokens = total();
  const fit = prompt_tokens > room ? 'too_long' : left_out.length > 0 ? 'some_left_out' : 'all';
  return {
    preview: { context_length, reserved, prompt_tokens, system_tokens, draft_tokens, messages, fit },
    left_out,
  };
}
