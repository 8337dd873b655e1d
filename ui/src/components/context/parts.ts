/** What the context will hold, as parts of one bar, and turns as they fall out: a question with its answer. */
import type { ContextMessage, ContextPreview, Message } from '../../client/upcoming';

export type PartName = 'system' | 'turns' | 'draft' | 'reserved' | 'free';

export interface Part {
  name: PartName;
  tokens: number;
}

/** The whole window in the order in which the model gets it. Where it is too full, nothing is free. */
export function partsOf(preview: ContextPreview): Part[] {
  const { system_tokens, draft_tokens, prompt_tokens, reserved, context_length } = preview;
  // What the template adds at the end belongs to the draft's turn.
  const turns = preview.messages.reduce((sum, one) => sum + (one.fate === 'kept' ? one.tokens : 0), 0);
  const draft = draft_tokens === 0 ? 0 : Math.max(draft_tokens, prompt_tokens - system_tokens - turns);
  const free = Math.max(0, context_length - prompt_tokens - reserved);
  return [
    { name: 'system', tokens: system_tokens },
    { name: 'turns', tokens: turns },
    { name: 'draft', tokens: draft },
    { name: 'reserved', tokens: Math.min(reserved, Math.max(0, context_length - prompt_tokens)) },
    { name: 'free', tokens: free },
  ];
}

/** Is the message in the composer by itself too long, whatever else falls out or is let go of? */
export function isAlone({ draft_tokens, reserved, context_length }: ContextPreview): boolean {
  return draft_tokens + reserved > context_length;
}

/** A question and what answered it: they stay or go together. */
export interface TurnShare {
  /** The question, by which the turn is kept. */
  message: Message;
  tokens: number;
  pinned: boolean;
  fate: ContextMessage['fate'];
}

/** `shares` by message. */
export function turnsOf(
  messages: readonly Message[],
  shares: ReadonlyMap<number, ContextMessage>,
): TurnShare[] {
  const turns: TurnShare[] = [];
  for (const message of messages) {
    const share = shares.get(message.id);
    if (!share) continue;
    const turn = turns.at(-1);
    if (message.role === 'assistant' && turn) {
      turn.tokens += share.tokens;
      turn.pinned ||= share.pinned;
    } else {
      turns.push({ message, tokens: share.tokens, pinned: share.pinned, fate: share.fate });
    }
  }
  return turns;
}
