/** What the double's history adds up to: its own answers, and made-up days of use where they are wanted for a look. */
import type { HistoryStatistics } from '../../bindings/HistoryStatistics';
import type { UsageRow } from '../../bindings/UsageRow';
import type { Answered, Archive } from '../archive';

const DAY_MS = 86_400_000;
const MODELS = ['Vitrine Starter', 'Qwen3 0.6B', 'Llama-3.2-1B-Instruct'];

/** `2026-11-30`, in local time. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function within(at: number, from: number | null, until: number | null): boolean {
  return at >= (from ?? -Infinity) && at < (until ?? Infinity);
}

/** One row for each day and model. */
function usageOf(answers: readonly Answered[]): UsageRow[] {
  const rows = new Map<string, UsageRow & { bits: number }>();
  for (const { at, facts, records } of answers) {
    const key = `${dayOf(at)} ${facts.model_name}`;
    const row = rows.get(key) ?? {
      day: dayOf(at),
      model_name: facts.model_name,
      answers: 0,
      read: 0,
      written: 0,
      bits: 0,
    };
    row.answers += 1;
    row.read += facts.prompt_tokens;
    row.written += records.length;
    row.bits += records.reduce((sum, one) => sum - Math.log2(one.probability), 0);
    rows.set(key, row);
  }
  return [...rows.values()].map(({ bits, ...row }) => ({
    ...row,
    ...(row.written > 0 && { mean_surprise: bits / row.written }),
  }));
}

/** Days of use that never were, the same each time. */
function madeUp(days: number, now: number): { at: number; row: UsageRow }[] {
  const rows: { at: number; row: UsageRow }[] = [];
  for (let back = days; back > 0; back -= 1) {
    const at = now - back * DAY_MS;
    for (const [model, name] of MODELS.entries()) {
      const answers = ((back * 7 + model * 5) % (11 - 3 * model)) % 7;
      if (answers === 0) continue;
      const written = answers * (60 + ((back * 37 + model * 11) % 190));
      const mean_surprise = 0.7 + ((back * 13 + model * 29) % 90) / 100;
      rows.push({
        at,
        row: {
          day: dayOf(at),
          model_name: name,
          answers,
          read: written * 2 + 40,
          written,
          mean_surprise,
        },
      });
    }
  }
  return rows;
}

export function statisticsOf(
  archive: Archive,
  from: number | null,
  until: number | null,
  { days, waiting }: { days: number; waiting: number },
): HistoryStatistics {
  const answers = archive.answers().filter(({ at }) => within(at, from, until));
  const invented = madeUp(days, Date.now()).filter(({ at }) => within(at, from, until));
  const usage = [...invented.map(({ row }) => row), ...usageOf(answers)];
  usage.sort((a, b) => a.day.localeCompare(b.day));
  const rules = new Map<string, number>();
  for (const { records } of answers)
    for (const { alternatives } of records) {
      const cut = alternatives.find((one) => one.cut)?.cut;
      if (cut) rules.set(cut, (rules.get(cut) ?? 0) + 1);
    }
  const all = usage.reduce((sum, row) => sum + row.answers, 0);
  return {
    conversations: new Set(answers.map((answer) => answer.conversationId)).size + invented.length,
    questions: all,
    answers: all,
    usage,
    rules: [...rules].map(([rule, times]) => ({ rule, times })).sort((a, b) => b.times - a.times),
    waiting,
  };
}
