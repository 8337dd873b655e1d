/** What is told under an answer, from the facts that were saved with it. */
import type { AnswerFacts } from '../../client/bindings/AnswerFacts';
import type { TokenRecord } from '../../client/bindings/TokenRecord';
import type { Message } from '../../client/upcoming';

/** Tokens a second while writing; `null` where there were too few to tell. */
export function answerSpeed(facts: AnswerFacts): number | null {
  return facts.completion_tokens > 1 && facts.decode_ms > 0
    ? ((facts.completion_tokens - 1) * 1000) / facts.decode_ms
    : null;
}

/** Tokens that the model wrote itself: what the user put at the beginning is not its own. */
export function ownTokens(facts: AnswerFacts): number {
  return facts.completion_tokens - (facts.prefill_tokens ?? 0);
}

/** How the answer ended, as the name of its sentence. */
export type Ending =
  'end_token' | 'limit' | 'context_full' | 'stop_string' | 'stopped' | 'failed' | 'interrupted';

/** `null` while it is being written, and where there is nothing whose end could be told: its error says why. */
export function ending(message: Message): Ending | null {
  if (message.status === 'streaming' || (message.text === '' && message.facts?.error)) return null;
  return message.facts?.stop_reason ?? (message.status === 'interrupted' ? 'interrupted' : null);
}

/** Where the model ended by itself: the probability that it gave to the end, if the last token is known. */
export function endingChance(end: Ending | null, last: TokenRecord | null): number | null {
  return end === 'end_token' && last?.special ? last.probability : null;
}

/** Is the answer cut short in a way the reader should notice? */
export function cutShort(end: Ending): boolean {
  return end === 'limit' || end === 'context_full' || end === 'failed' || end === 'interrupted';
}
