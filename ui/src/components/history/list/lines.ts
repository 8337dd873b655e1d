/** A list of conversations as lines: those that are pinned, then the others under their days; older ones under their months. */
import type { ConversationSummary } from '../../../client/bindings/ConversationSummary';
import type { I18n } from '../../../i18n/i18n.svelte';
import type { Row } from '../../../stores/history/list.svelte';

const DAY_MS = 86_400_000;
/** Days that get a heading of their own. */
const RECENT = 7;
/** Days that a conversation stays in the bin. */
export const BIN_DAYS = 30;

export type HistoryLine =
  | { kind: 'heading'; key: string; title: string; index: number }
  | {
      kind: 'conversation';
      key: number | string;
      item: Row;
      /** Its place in the list, headings not counted. */
      index: number;
      /** Its day stands above it. */
      underDay: boolean;
    };

/** By what the list is parted. */
export type Parts =
  /** The day on which it was used last. */
  | 'used'
  | 'created'
  /** The day on which it went into the bin. */
  | 'deleted'
  | 'none';

/** Rows that are not read yet are lines too, under no heading. `now` in ms since 1970. */
export function linesOf(
  rows: readonly Row[],
  { t, formats }: Pick<I18n, 't' | 'formats'>,
  parts: Parts = 'used',
  now = Date.now(),
): HistoryLine[] {
  const lines: HistoryLine[] = [];
  let last: string | null = null;
  for (const [index, item] of rows.entries()) {
    if (!item) {
      lines.push({ kind: 'conversation', key: `row ${index}`, item, index, underDay: false });
      last = null;
      continue;
    }
    const at = momentOf(item, parts);
    const ago = at === null ? 0 : daysBetween(at, now);
    const pinned = item.pinned && item.deleted_at === undefined;
    const title = pinned
      ? t('history_pinned_heading')
      : at === null
        ? null
        : ago <= 0
          ? t('history_today')
          : ago === 1
            ? t('history_yesterday')
            : ago < RECENT
              ? formats.weekday(at)
              : formats.month(at);
    if (title !== last && title !== null)
      lines.push({ kind: 'heading', key: `heading ${index} ${title}`, title, index });
    // After those that are pinned a list without days still wants to be parted from them.
    else if (title === null && last !== null)
      lines.push({ kind: 'heading', key: `heading ${index}`, title: t('history_others_heading'), index });
    last = title;
    lines.push({
      kind: 'conversation',
      key: item.id,
      item,
      index,
      underDay: !pinned && at !== null && ago < RECENT,
    });
  }
  return lines;
}

/** By what a line is found again when others came before it. */
export function anchorsOf(line: HistoryLine): (number | string)[] {
  if (line.kind === 'heading') return [`heading ${line.title}`, `place ${line.index}`];
  return [line.key, `place ${line.index}`];
}

function momentOf(item: ConversationSummary, parts: Parts): number | null {
  if (parts === 'none') return null;
  if (parts === 'deleted') return item.deleted_at ?? item.updated_at;
  return parts === 'created' ? item.created_at : item.updated_at;
}

/** Days until it goes for good; 0 for "today". */
export function daysLeft(deletedAt: number, now = Date.now()): number {
  return Math.max(0, BIN_DAYS - Math.floor((now - deletedAt) / DAY_MS));
}

/** Midnights between two moments, in local time. */
function daysBetween(at: number, now: number): number {
  const midnight = (moment: number): number => new Date(moment).setHours(0, 0, 0, 0);
  // A day of 23 or 25 hours is a day.
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}
