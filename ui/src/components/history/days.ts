/** The list of conversations under the days on which they were last used; older ones under their months. */
import type { ConversationSummary } from '../../client/bindings/ConversationSummary';
import type { I18n } from '../../i18n/i18n.svelte';

const DAY_MS = 86_400_000;
/** Days that get a heading of their own. */
const RECENT = 7;

export type HistoryLine =
  | { kind: 'heading'; key: string; title: string }
  | { kind: 'conversation'; key: number; item: ConversationSummary; underDay: boolean };

/** `items` with the last used first; `now` in ms since 1970. */
export function linesOf(
  items: readonly ConversationSummary[],
  { t, formats }: Pick<I18n, 't' | 'formats'>,
  now = Date.now(),
): HistoryLine[] {
  const lines: HistoryLine[] = [];
  let last: string | null = null;
  for (const item of items) {
    const ago = daysBetween(item.updated_at, now);
    const title =
      ago <= 0
        ? t('history_today')
        : ago === 1
          ? t('history_yesterday')
          : ago < RECENT
            ? formats.weekday(item.updated_at)
            : formats.month(item.updated_at);
    if (title !== last) lines.push({ kind: 'heading', key: `heading ${title}`, title });
    last = title;
    lines.push({ kind: 'conversation', key: item.id, item, underDay: ago < RECENT });
  }
  return lines;
}

/** Midnights between two moments, in local time. */
function daysBetween(at: number, now: number): number {
  const midnight = (moment: number): number => new Date(moment).setHours(0, 0, 0, 0);
  // A day of 23 or 25 hours is a day.
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

/** Those in which every word is found: in the title, in what is shown of the text, in the model's name. */
export function matching(
  items: readonly ConversationSummary[],
  query: string,
): readonly ConversationSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter((item) => {
    const text = `${item.title}\n${item.preview}\n${item.model_name ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
