/** Stretches of time that a list can be narrowed to, by when a conversation was used last. */

export const SPANS = ['any', 'today', 'week', 'month', 'year', 'between'] as const;
export type Span = (typeof SPANS)[number];

/** Days of a span that ends now, today among them. */
const DAYS: Partial<Record<Span, number>> = { today: 1, week: 7, month: 30, year: 365 };

export interface Bounds {
  /** ms since 1970. */
  from?: number;
  /** Exclusive. */
  until?: number;
}

/** `first` and `last`: days as a date field has them (`2026-11-30`), of `between`; either may be empty. */
export function boundsOf(span: Span, first = '', last = '', now = Date.now()): Bounds {
  if (span === 'between') {
    const [from, until] = [midnight(first, 0), midnight(last, 1)];
    return { ...(from !== null && { from }), ...(until !== null && { until }) };
  }
  const days = DAYS[span];
  if (days === undefined) return {};
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  // Not so many times 24 hours: clocks are put forward and back.
  day.setDate(day.getDate() - (days - 1));
  return { from: day.getTime() };
}

/** The beginning of that day, or of the one so many later, in local time. */
function midnight(day: string, later: number): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).getTime();
}
