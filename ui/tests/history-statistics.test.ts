/** What the history adds up to. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { UsageRow } from '../src/client/bindings/UsageRow';
import { spansOf, stepFor, byModel } from '../src/components/history/statistics/spans';
import Statistics from '../src/components/history/statistics/Statistics.svelte';
import { beginOf } from '../src/stores/places/ranges';
import { show, stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

describe('statistics', () => {
  const row = (day: string, part: Partial<UsageRow> = {}): UsageRow => ({
    day,
    model_name: 'one',
    answers: 1,
    read: 10,
    written: 100,
    ...part,
  });
  const at = (day: string): number => new Date(`${day}T00:00`).getTime();

  it('have a bar for every day, with those without use among them', () => {
    const usage = [
      row('2026-03-27'),
      row('2026-03-30', { model_name: 'two', written: 50 }),
      row('2026-03-30'),
    ];
    // Over a change of the clocks in most places that have one.
    const spans = spansOf(usage, at('2026-03-27'), at('2026-03-31') + 1, 'day');
    expect(spans.map((span) => span.written)).toEqual([100, 0, 0, 150, 0]);
    expect(spans.map((span) => new Date(span.at).getHours())).toEqual([0, 0, 0, 0, 0]);
  });

  it('weigh the mean surprise by tokens, and know none where there are no records', () => {
    const usage = [
      row('2026-01-01', { written: 100, mean_surprise: 1 }),
      row('2026-01-01', { model_name: 'two', written: 300, mean_surprise: 2 }),
      row('2026-01-01', { model_name: 'three', written: 999 }),
      row('2026-01-02'),
    ];
    const spans = spansOf(usage, at('2026-01-01'), at('2026-01-02'), 'day');
    expect(spans.map((span) => span.surprise)).toEqual([1.75, null]);
    expect(byModel(usage).map(({ name, answers, surprise }) => [name, answers, surprise])).toEqual([
      ['one', 2, 1],
      ['three', 1, null],
      ['two', 1, 2],
    ]);
  });

  it('gather days to weeks and months where there are many, and lose none of them', () => {
    expect([20, 100, 2000].map((days) => stepFor(0, days * 86_400_000))).toEqual(['day', 'week', 'month']);
    const usage = Array.from({ length: 90 }, (_, back) => {
      const day = new Date(2026, 0, 1 + back);
      return row(
        `2026-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`,
      );
    });
    for (const step of ['week', 'month'] as const) {
      const spans = spansOf(usage, at('2026-01-01'), at('2026-03-31'), step);
      expect(spans.reduce((sum, span) => sum + span.answers, 0)).toBe(90);
      expect(new Date(spans[0]?.at ?? 0).getDay()).toBe(step === 'week' ? 1 : new Date(2026, 0, 1).getDay());
    }
  });

  it('begin a range at midnight, so many days back with today among them', () => {
    const now = new Date(2026, 10, 30, 15, 20).getTime();
    expect(beginOf('week', now)).toBe(new Date(2026, 10, 24).getTime());
    expect(beginOf('all', now)).toBeNull();
  });

  it('add up what the charts show, for all models and for one', async () => {
    const { app } = await stage({ past: true, days: 40 });
    show(app, Statistics, {});
    await screen.findByTestId('stats-sums');
    const usage = app.statistics.found?.usage ?? [];
    const sum = (rows: readonly UsageRow[]): string =>
      app.i18n.formats.integer(rows.reduce((all, one) => all + one.answers, 0));
    const answers = (): string | undefined =>
      within(screen.getByTestId('stats-sums')).getByText('Answers').nextElementSibling?.textContent ?? '';
    expect(answers()).toBe(sum(usage));
    const name = usage[0]?.model_name ?? '';
    await fireEvent.change(screen.getByTestId('stats-model'), { target: { value: name } });
    expect(answers()).toBe(sum(usage.filter((one) => one.model_name === name)));
  });

  it('offer all of the time where there is nothing in this one', async () => {
    const { client, app } = await stage({ past: true });
    const empty = { conversations: 0, questions: 0, answers: 0, usage: [], rules: [], waiting: 0 };
    vi.spyOn(client, 'historyStatistics').mockImplementationOnce(async () => empty);
    show(app, Statistics, {});
    expect(await screen.findByTestId('stats-none')).toBeInTheDocument();
    await fireEvent.click(screen.getByText('Show all of the time'));
    expect(await screen.findByTestId('stats-sums')).toBeInTheDocument();
    expect(app.statistics.shown).toBe('all');
  });
});
