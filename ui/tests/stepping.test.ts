import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { StepOffer } from '../src/client/upcoming';
import { reshape } from '../src/stores/step.svelte';
import offers from './fixtures/offers.json';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

/** A window in which the first token of an answer waits. */
async function stepping(options = {}): Promise<Stage> {
  const made = await stage({ locale: 'en-US', ...options });
  show(made.app, Window, { app: made.app });
  await fireEvent.click(screen.getByTestId('step-toggle'));
  made.app.chat.draft = 'Where is the Eiffel Tower?';
  void made.app.chat.say();
  await screen.findByTestId('step-panel');
  return made;
}

function written({ app }: Stage): string {
  return app.chat.live?.text ?? app.chat.lastAnswer?.text ?? '';
}

const position = ({ app }: Stage): number => app.chat.waiting?.offer.token_index ?? -1;

describe('one token at a time', () => {
  it('waits at each token: the likeliest, a draw, a picked one, a typed one', async () => {
    const made = await stepping();
    expect(position(made)).toBe(0);
    await fireEvent.click(screen.getByTestId('step-best'));
    await waitFor(() => expect(position(made)).toBe(1));
    await fireEvent.click(screen.getByTestId('step-sample'));
    await waitFor(() => expect(position(made)).toBe(2));
    const pick = screen.getAllByTestId('candidate-pick')[2] as HTMLElement;
    const id = Number(pick.closest<HTMLElement>('[data-testid="candidate"]')?.dataset['tokenId']);
    await fireEvent.click(pick);
    await waitFor(() => expect(position(made)).toBe(3));
    expect(made.app.chat.live?.records.at(-1)).toMatchObject({ id, origin: 'chosen' });
    await fireEvent.input(screen.getByTestId('piece-entry'), { target: { value: ' old city' } });
    await fireEvent.click(screen.getByTestId('piece-submit'));
    await waitFor(() => expect(position(made)).toBe(5));
    expect(written(made)).toMatch(/ old city$/);
  });

  it('takes a candidate by its figure', async () => {
    const made = await stepping();
    const second = screen.getAllByTestId('candidate')[1]?.dataset['tokenId'];
    await fireEvent.keyDown(screen.getByTestId('step-best'), { key: '2' });
    await waitFor(() => expect(position(made)).toBe(1));
    expect(String(made.app.chat.live?.records[0]?.id)).toBe(second);
  });

  it('runs on to the end', async () => {
    const made = await stepping();
    await fireEvent.click(screen.getByTestId('step-best'));
    await waitFor(() => expect(position(made)).toBe(1));
    await fireEvent.click(screen.getByTestId('step-run-on'));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(made.app.chat.waiting).toBeNull();
    expect(screen.queryByTestId('step-panel')).toBeNull();
    expect(made.app.chat.lastAnswer?.facts?.stop_reason).toBe('end_token');
  });

  it('ends where the user ends it, and keeps what was written', async () => {
    const made = await stepping();
    await fireEvent.click(screen.getByTestId('step-best'));
    await waitFor(() => expect(position(made)).toBe(1));
    await fireEvent.click(screen.getByTestId('step-stop'));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    expect(made.app.chat.lastAnswer?.facts?.stop_reason).toBe('stopped');
    expect(made.app.chat.lastAnswer?.text).not.toBe('');
  });

  it('takes no choice twice for the same token', async () => {
    const made = await stepping();
    const choose = vi.spyOn(made.client, 'stepChoose');
    const best = screen.getByTestId('step-best');
    await Promise.all([fireEvent.click(best), fireEvent.click(best)]);
    await waitFor(() => expect(position(made)).toBe(1));
    expect(choose).toHaveBeenCalledOnce();
  });
});

describe('the sliders', () => {
  it('reshape at once, keep what is cut with its rule, and hold for the tokens after', async () => {
    const made = await stepping();
    const choose = vi.spyOn(made.client, 'stepChoose');
    await fireEvent.input(screen.getByTestId('slider-top_k'), { target: { value: '1' } });
    await waitFor(() => {
      const cuts = screen.getAllByTestId('candidate').map((row) => row.dataset['cut']);
      expect(cuts.slice(0, 3)).toEqual([undefined, 'top_k', 'top_k']);
    });
    expect(screen.getByText('left out by top-k')).toBeInTheDocument();
    expect(screen.getByTestId('step-survivors')).toHaveTextContent('1 token in the draw');
    await fireEvent.click(screen.getByTestId('step-best'));
    await waitFor(() => expect(position(made)).toBe(1));
    expect(choose.mock.calls[0]?.[1]).toMatchObject({ top_k: 1 });
    expect(made.app.step.settings).toMatchObject({ top_k: 1 });
  });

  it('move the bars before the worker has answered', async () => {
    const made = await stepping();
    vi.spyOn(made.client, 'stepReshape').mockReturnValue(new Promise(() => undefined));
    const before = made.app.step.offer;
    if (!before) throw new Error('an offer expected');
    made.app.step.reshape({ ...before.sampling, temperature: 0 });
    expect(made.app.step.offer?.candidates[0]?.settings_probability).toBe(1);
    expect(made.app.step.offer?.candidates[1]?.cut).toBe('greedy');
    expect(made.app.step.offer?.survivors).toBe(1);
  });

  it('ask the worker for the newest settings last, one question at a time', async () => {
    const made = await stepping();
    const sampling = made.app.step.settings;
    if (!sampling) throw new Error('settings expected');
    const ask = vi.spyOn(made.client, 'stepReshape');
    for (const top_k of [9, 8, 7, 6, 5]) made.app.step.reshape({ ...sampling, top_k });
    await waitFor(() => expect(ask.mock.calls.at(-1)?.[0].top_k).toBe(5));
    expect(ask.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('move the bars as the worker will, penalties too', () => {
    const { whole, seen } = offers as unknown as Record<string, never> & {
      whole: StepOffer;
      seen: StepOffer[];
    };
    expect(seen.some(({ sampling }) => sampling.repetition_penalty !== 1)).toBe(true);
    expect(seen.some(({ sampling }) => sampling.frequency_penalty !== 0)).toBe(true);
    for (const exact of seen) {
      const near = reshape(whole, exact.sampling);
      expect(near?.best).toBe(exact.best);
      expect(near?.survivors).toBe(exact.survivors);
      exact.candidates.forEach(({ id, cut, settings_probability }, at) => {
        const told = `token ${id} under ${JSON.stringify(exact.sampling)}`;
        expect(near?.candidates[at]?.id, told).toBe(id);
        expect(near?.candidates[at]?.cut, told).toBe(cut);
        expect(near?.candidates[at]?.settings_probability, told).toBeCloseTo(settings_probability, 5);
      });
    }
  });

  it('come close where only the best candidates are here', () => {
    const { best, seen } = offers as unknown as { best: StepOffer; seen: StepOffer[] };
    for (const exact of seen) {
      const near = reshape(best, exact.sampling);
      for (const { id, settings_probability } of near?.candidates ?? []) {
        const there = exact.candidates.find((one) => one.id === id)?.settings_probability ?? NaN;
        expect(Math.abs(settings_probability - there), JSON.stringify(exact.sampling)).toBeLessThan(0.02);
      }
    }
  });

  it('leave a bias to the worker, and keep an end refused that was refused', () => {
    const whole = offers.whole as unknown as StepOffer;
    expect(reshape(whole, { ...whole.sampling, logit_bias: [[1, 2]] })).toBeNull();
    const [first, ...others] = whole.candidates;
    if (!first) throw new Error('a candidate expected');
    const refused: StepOffer = { ...whole, candidates: [{ ...first, cut: 'logit_bias' }, ...others] };
    const near = reshape(refused, { ...whole.sampling, temperature: 0.5 });
    expect(near?.candidates[0]).toMatchObject({ id: first.id, cut: 'logit_bias', settings_probability: 0 });
    expect(near?.best).toBe(others[0]?.id);
  });
});

describe('guess first', () => {
  it('covers the candidates until a guess is made, then says its rank', async () => {
    const made = await stepping();
    await fireEvent.click(screen.getByTestId('guess-first'));
    expect(screen.queryByTestId('candidates')).toBeNull();
    await fireEvent.input(screen.getByTestId('guess-text'), { target: { value: 'The' } });
    await fireEvent.click(screen.getByTestId('guess-submit'));
    expect(await screen.findByTestId('guess-result')).toHaveTextContent(/“The” is in place [\d,]+ of 8,192/);
    expect(screen.getByTestId('candidates')).toBeInTheDocument();
    await fireEvent.click(screen.getByTestId('step-best'));
    await waitFor(() => expect(position(made)).toBe(1));
    expect(screen.getByTestId('guess-form')).toBeInTheDocument();
    await fireEvent.click(screen.getByTestId('guess-show'));
    expect(screen.getByTestId('candidates')).toBeInTheDocument();
  });
});
