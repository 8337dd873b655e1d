/** The stretches of time that statistics are about. */
export const RANGES = ['week', 'month', 'year', 'all'] as const;
export type Range = (typeof RANGES)[number];

const DAYS: Record<Range, number | null> = { week: 7, month: 30, year: 365, all: null };

/** Midnight, so many days ago, in local time; ms since 1970. Today is one of the days. */
export function beginOf(range: Range, now = Date.now()): number | null {
  const days = DAYS[range];
  if (days === null) return null;
  const today = new Date(now);
  // By the calendar: a day of 23 or 25 hours is a day.
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1).getTime();
}
