/** The double's index of token occurrences: what only the records of its answers know. */
import type { Moment } from '../../bindings/Moment';
import type { MomentPage } from '../../bindings/MomentPage';
import type { MomentQuery } from '../../bindings/MomentQuery';
import type { TokenRecord } from '../../bindings/TokenRecord';
import { END_ID } from '../tokenizer';
import type { Answered, Archive } from '../archive';

/** Characters of the text before and after. */
const AROUND = 30;

/** Does this token of an answer belong to what is asked for? */
function fits(query: MomentQuery, answer: Answered, at: number): boolean {
  const record = answer.records[at];
  if (!record) return false;
  switch (query.kind) {
    case 'most_surprising':
      return !record.special;
    case 'cut_by_limit':
      return answer.facts.stop_reason === 'limit' && at === answer.records.length - 1;
    case 'end_refused':
      return record.alternatives[0]?.id === END_ID && record.id !== END_ID;
    case 'token':
      return answer.facts.model_fingerprint === query.fingerprint && record.id === query.id;
  }
}

function textOf(records: readonly TokenRecord[]): string {
  return records.map((record) => record.text).join('');
}

function momentOf(answer: Answered, at: number, record: TokenRecord): Moment {
  return {
    conversation_id: answer.conversationId,
    title: answer.title,
    message_id: answer.messageId,
    token_index: at,
    before: [...textOf(answer.records.slice(0, at))].slice(-AROUND).join(''),
    bytes: record.special ? '<|im_end|>' : record.bytes,
    special: record.special,
    after: [...textOf(answer.records.slice(at + 1))].slice(0, AROUND).join(''),
    probability: record.probability,
    rank: record.rank,
    surprise: -Math.log2(record.probability),
    origin: record.origin,
    model_name: answer.facts.model_name,
    at: answer.at,
  };
}

/** `waiting`: answers, the oldest first, that are not in the index yet. */
export function momentsOf(
  archive: Archive,
  query: MomentQuery,
  offset: number,
  limit: number,
  waiting: number,
): MomentPage {
  const answers = archive.answers().slice(waiting);
  const found = answers.flatMap((answer) =>
    answer.records.flatMap((record, at) => (fits(query, answer, at) ? [momentOf(answer, at, record)] : [])),
  );
  found.sort((a, b) =>
    query.kind === 'most_surprising'
      ? a.probability - b.probability
      : b.at - a.at || a.token_index - b.token_index,
  );
  const sum = found.reduce((total, moment) => total + moment.probability, 0);
  return {
    total: found.length,
    ...(found.length > 0 && { mean_probability: sum / found.length }),
    waiting,
    moments: found.slice(offset, offset + limit),
  };
}
