/** Days of use gathered to the bars of a chart: days, weeks or months, without gaps. All in local time. */
import type { UsageRow } from '../../../client/bindings/UsageRow';

export type Step = 'day' | 'week' | 'month';

/** More bars than this are hard to tell apart. */
const DAYS_AS_DAYS = 62;
const DAYS_AS_WEEKS = 400;
const DAY_MS = 86_400_000;

export interface Span {
  /** Its first moment, ms since 1970. */
  at: number;
  answers: number;
  read: number;
  written: number;
  /** Over the written tokens that have records, in bits; `null` where none has. */
  surprise: number | null;
}

/** Midnight at the beginning of `2026-11-30`, ms since 1970. */
export function beginOfDay(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}

/** How long a bar is, so that those from one moment to another can be told apart. */
export function stepFor(from: number, until: number): Step {
  const days = Math.round((until - from) / DAY_MS);
  if (days <= DAYS_AS_DAYS) return 'day';
  return days <= DAYS_AS_WEEKS ? 'week' : 'month';
}

/** The first moment of the day, week (from Monday) or month that a moment is in. */
function beginOf(at: number, step: Step): number {
  const date = new Date(at);
  date.setHours(0, 0, 0, 0);
  if (step === 'week') date.setDate(date.getDate() - ((date.getDay() + 6) % 7));
  if (step === 'month') date.setDate(1);
  return date.getTime();
}

function after(at: number, step: Step): number {
  const date = new Date(at);
  // By the calendar: days are 23 and 25 hours long, too.
  if (step === 'month') date.setMonth(date.getMonth() + 1);
  else date.setDate(date.getDate() + (step === 'week' ? 7 : 1));
  return date.getTime();
}

/** Every span from one moment to another, both in one of them; those without use are empty. */
export function spansOf(usage: readonly UsageRow[], from: number, until: number, step: Step): Span[] {
  const sums = new Map<
    number,
    { answers: number; read: number; written: number; bits: number; known: number }
  >();
  for (let at = beginOf(from, step); at <= until; at = after(at, step))
    sums.set(at, { answers: 0, read: 0, written: 0, bits: 0, known: 0 });
  for (const row of usage) {
    const sum = sums.get(beginOf(beginOfDay(row.day), step));
    if (!sum) continue;
    sum.answers += row.answers;
    sum.read += row.read;
    sum.written += row.written;
    if (row.mean_surprise === undefined) continue;
    sum.bits += row.mean_surprise * row.written;
    sum.known += row.written;
  }
  return [...sums].map(([at, { bits, known, ...sum }]) => ({
    at,
    ...sum,
    surprise: known > 0 ? bits / known : null,
  }));
}

export interface ModelUse {
  name: string;
  answers: number;
  read: number;
  written: number;
  surprise: number | null;
}

/** By model, those with the most answers first. */
export function byModel(usage: readonly UsageRow[]): ModelUse[] {
  const names = [...new Set(usage.map((row) => row.model_name))];
  return names
    .map((name) => {
      const rows = usage.filter((row) => row.model_name === name);
      const sum = (part: 'answers' | 'read' | 'written'): number =>
        rows.reduce((total, row) => total + row[part], 0);
      const known = rows.filter((row) => row.mean_surprise !== undefined);
      const tokens = known.reduce((total, row) => total + row.written, 0);
      const bits = known.reduce((total, row) => total + (row.mean_surprise ?? 0) * row.written, 0);
      return {
        name,
        answers: sum('answers'),
        read: sum('read'),
        written: sum('written'),
        surprise: tokens > 0 ? bits / tokens : null,
      };
    })
    .sort((a, b) => b.answers - a.answers || a.name.localeCompare(b.name));
}
