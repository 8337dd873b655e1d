/** The double's search: every word has to occur; what begins with one counts no more than what holds it. */
import type { ExcerptPart } from '../../bindings/ExcerptPart';
import type { FoundIn } from '../../bindings/FoundIn';
import type { HistoryFilter } from '../../bindings/HistoryFilter';
import type { SearchHit } from '../../bindings/SearchHit';
import type { SearchPage } from '../../bindings/SearchPage';
import type { Archive, Entry } from '../archive';
import { fits, placeOf } from './listing';

const COUNTED = 1000;
/** Characters of an excerpt, and of them before the first hit. */
const EXCERPT = 90;
const BEFORE = 24;
/** Titles first, then questions. */
const RANKS: Record<FoundIn, number> = { title: 0, question: 1, answer: 2, thought: 3, attachment: 4 };

/** Many messages say the same here, and each is asked for at every key. */
const known = new Map<string, string>();

/** Lower case, full width as half width, no accents; a unit for a unit, so that places stay. */
function folded(text: string): string {
  const there = known.get(text);
  if (there !== undefined) return there;
  const made = [...text]
    .map((character) => {
      const one = character
        .normalize('NFKD')
        .replace(/\p{Mark}/gu, '')
        .toLowerCase();
      return one.length === character.length ? one : character;
    })
    .join('');
  known.set(text, made);
  return made;
}

export function search(
  archive: Archive,
  text: string,
  filter: HistoryFilter,
  offset: number,
  limit: number,
): SearchPage {
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return { total: 0, more: false, waiting: 0, hits: [] };
  const hits = archive
    .entries()
    .filter((entry) => {
      // What is out of the way is still found; what is in the bin only there.
      const still = filter.place === 'kept' && placeOf(entry) === 'archived';
      return fits(archive, entry, still ? { ...filter, place: 'archived' } : filter);
    })
    .flatMap((entry) => hitsIn(archive, entry, words))
    .sort((a, b) => RANKS[a.found_in] - RANKS[b.found_in] || b.at - a.at);
  return {
    total: Math.min(hits.length, COUNTED),
    more: hits.length > COUNTED,
    waiting: 0,
    hits: hits.slice(offset, offset + limit),
  };
}

function hitsIn(archive: Archive, entry: Entry, words: readonly string[]): SearchHit[] {
  const { id, title, keeping } = entry;
  const about = { conversation_id: id, title, place: placeOf(entry), keeping } as const;
  const hits: SearchHit[] = [];
  const look = (
    found_in: FoundIn,
    text: string,
    rest: Pick<SearchHit, 'at' | 'message_id' | 'model_name'>,
  ) => {
    const excerpt = excerptOf(text, words);
    if (excerpt) hits.push({ ...about, found_in, excerpt, ...rest });
  };
  look('title', entry.title, { at: entry.updated_at });
  for (const message of archive.messagesOf(entry.id)) {
    const place = { at: message.created_at, message_id: message.id };
    if (message.role === 'user') {
      look('question', message.text, place);
      for (const file of message.attachments) look('attachment', `${file.name}\n${file.excerpt}`, place);
      continue;
    }
    const name = message.facts?.model_name;
    const answer = { ...place, ...(name !== undefined && { model_name: name }) };
    const thoughts = /^<think>([\s\S]*?)<\/think>/.exec(message.text);
    if (thoughts?.[1]) look('thought', thoughts[1], answer);
    look('answer', message.text.slice(thoughts?.[0].length ?? 0), answer);
  }
  return hits;
}

/** Around the first hit; `null` where a word is missing. */
function excerptOf(text: string, words: readonly string[]): ExcerptPart[] | null {
  const plain = folded(text);
  if (!words.every((word) => plain.includes(word))) return null;
  const first = Math.min(...words.map((word) => plain.indexOf(word)));
  const from = Math.max(0, first - BEFORE);
  const until = Math.min(text.length, from + EXCERPT);
  const parts: ExcerptPart[] = [];
  const add = (piece: string, hit: boolean): void => {
    if (piece !== '') parts.push({ text: piece.replace(/\s+/g, ' '), hit });
  };
  let at = from;
  while (at < until) {
    const next = words
      .map((word) => ({ place: plain.indexOf(word, at), length: word.length }))
      .filter(({ place }) => place >= 0 && place < until)
      .sort((a, b) => a.place - b.place || b.length - a.length)[0];
    add((at === from && from > 0 ? '…' : '') + text.slice(at, next?.place ?? until), false);
    if (!next) break;
    add(text.slice(next.place, next.place + next.length), true);
    at = next.place + next.length;
  }
  if (until < text.length) add('…', false);
  return parts;
}
