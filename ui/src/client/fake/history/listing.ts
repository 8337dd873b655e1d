/** The double's lists of conversations: filtered, ordered, and what a filter can be set to. */
import type { ConversationSummary } from '../../bindings/ConversationSummary';
import type { HistoryFilter } from '../../bindings/HistoryFilter';
import type { HistoryOrder } from '../../bindings/HistoryOrder';
import type { HistoryPlace } from '../../bindings/HistoryPlace';
import type { WrittenIn } from '../../bindings/WrittenIn';
import type { Archive, Entry } from '../archive';

const PREVIEW = 120;

export function placeOf(entry: Entry): HistoryPlace {
  if (entry.deleted_at !== null) return 'bin';
  return entry.archived ? 'archived' : 'kept';
}

export function fits(archive: Archive, entry: Entry, filter: HistoryFilter): boolean {
  return (
    placeOf(entry) === filter.place &&
    (filter.folder === undefined || entry.folder === filter.folder) &&
    (!filter.starred_only || entry.starred) &&
    (filter.from === undefined || entry.updated_at >= filter.from) &&
    (filter.until === undefined || entry.updated_at < filter.until) &&
    (filter.model === undefined || modelsIn(archive, entry.id).includes(filter.model)) &&
    (filter.written_in === undefined || scriptOf(archive, entry.id) === filter.written_in)
  );
}

/** The model of every answer. */
export function modelsIn(archive: Archive, id: number): string[] {
  return archive.messagesOf(id).flatMap(({ facts }) => (facts ? [facts.model_name] : []));
}

function scriptOf(archive: Archive, id: number): WrittenIn {
  const text = archive
    .messagesOf(id)
    .map((message) => message.text)
    .join('');
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  // A Chinese word is two characters, an English one five letters.
  if (han * 2.5 > latin) return 'chinese';
  return latin > 0 ? 'english' : 'other';
}

export function inOrder(entries: Entry[], order: HistoryOrder, length: (entry: Entry) => number): Entry[] {
  const by: Record<HistoryOrder, (a: Entry, b: Entry) => number> = {
    used: (a, b) => (b.deleted_at ?? b.updated_at) - (a.deleted_at ?? a.updated_at),
    created: (a, b) => b.created_at - a.created_at,
    title: (a, b) => a.title.localeCompare(b.title, undefined, { sensitivity: 'base' }),
    length: (a, b) => length(b) - length(a),
  };
  const pinned = (entry: Entry): number => (entry.pinned && entry.deleted_at === null ? 1 : 0);
  return entries.sort((a, b) => pinned(b) - pinned(a) || by[order](a, b) || b.id - a.id);
}

export function summary(archive: Archive, entry: Entry, draft: boolean): ConversationSummary {
  const { messages } = archive.conversation(entry.id);
  const model = messages.findLast((message) => message.facts)?.facts?.model_name;
  const { id, title, created_at, updated_at, starred, pinned, archived, folder, deleted_at } = entry;
  return {
    id,
    title,
    created_at,
    updated_at,
    message_count: messages.length,
    preview: messages.at(-1)?.text.slice(0, PREVIEW) ?? '',
    ...(model !== undefined && { model_name: model }),
    starred,
    pinned,
    archived,
    ...(folder !== null && { folder }),
    ...(deleted_at !== null && { deleted_at }),
    draft,
    keeping: entry.keeping,
  };
}

/** What is in no bin, the last used first. */
export function kept(archive: Archive): ConversationSummary[] {
  const entries = archive
    .entries()
    .filter((entry) => entry.deleted_at === null && entry.keeping !== 'private');
  return inOrder(entries, 'used', () => 0).map((entry) => summary(archive, entry, false));
}
