import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { FakeTraining } from '../src/client/fake/vocabulary/training';
import { MOST_ROUNDS, TrainingStore } from '../src/stores/inspector/training.svelte';
import Window from '../src/Window.svelte';
import { show, stage } from './support';

afterEach(() => {
  vi.useRealTimers();
});

/** A store with a text of its own. */
async function learning(text: string): Promise<TrainingStore> {
  const { client } = await stage();
  const store = new TrainingStore(client);
  store.source = 'own';
  store.own = text;
  await store.start();
  return store;
}

describe('the double', () => {
  it('joins the commonest pair first, and of equal ones that with the smaller ids', () => {
    const training = new FakeTraining();
    // By hand: "ab" stands three times and " a" twice; then " ab" twice; "ab" alone is left over.
    const { training: id, tokens } = training.start({ text: 'ab ab ab', sample: null });
    expect(tokens).toBe(8);
    const { rounds, more } = training.rounds(id, 1, 10);
    expect(rounds.map(({ bytes, count, tokens: left }) => [bytes, count, left])).toEqual([
      ['6162', 3, 5],
      ['206162', 2, 3],
    ]);
    expect(more).toBe(false);
    expect(training.cut(id, 'ab ab', 1).ids).toEqual([256, 32, 256]);
    expect(training.cut(id, 'ab ab', 2).ids).toEqual([256, 257]);
  });
});

describe('a training', () => {
  it('shows the text in bytes, then round by round, forward and back', async () => {
    const store = await learning('ab ab ab');
    expect(store.pieces.map((piece) => piece.text)).toEqual(['a', 'b', ' ', 'a', 'b', ' ', 'a', 'b']);
    await store.step(1);
    expect(store.round).toMatchObject({ bytes: '6162', count: 3 });
    await vi.waitFor(() =>
      expect(store.pieces.map((piece) => piece.text)).toEqual(['ab', ' ', 'ab', ' ', 'ab']),
    );
    await store.toEnd();
    expect(store.shown).toBe(2);
    expect(store.last).toBe(2);
    expect(store.atEnd).toBe(true);
    expect(store.vocabulary).toBe(258);
    await store.step(-1);
    expect(store.shown).toBe(1);
    await store.step(-MOST_ROUNDS);
    await vi.waitFor(() => expect(store.pieces).toHaveLength(8));
    expect(store.round).toBeNull();
  });

  it('plays at a pace, pauses, and stops where nothing is left', async () => {
    const store = await learning('the cat and the hat and the bat '.repeat(4));
    vi.useFakeTimers();
    store.setSpeed(4);
    store.play();
    await vi.advanceTimersByTimeAsync(1010);
    expect(store.shown).toBe(4);
    store.pause();
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.shown).toBe(4);
    store.setSpeed(100);
    store.play();
    await vi.advanceTimersByTimeAsync(3000);
    expect(store.playing).toBe(false);
    expect(store.shown).toBe(store.rounds.length);
    // Once more from the beginning.
    store.play();
    expect(store.shown).toBe(0);
    store.pause();
  });

  it('says why it could not begin, and keeps what was there', async () => {
    const store = await learning('ab ab');
    store.own = 'x'.repeat(4 * 1024 * 1024 + 1);
    await store.start();
    expect(store.error?.code).toBe('text_too_long');
    expect(store.started?.text_bytes).toBe(5);
  });

  it('is watched, cuts a text beside the model, and is browsed', async () => {
    const { app } = await stage();
    show(app, Window, { app });
    app.inspector.open('vocabulary');
    app.nav.go('tokens');
    app.vocabularyTab.open('made');
    await fireEvent.click(await screen.findByTestId('training-start'));
    const tokens = (): number =>
      Number(screen.getByTestId('training-tokens').textContent?.replace(/\D/g, ''));
    const before = await screen.findByTestId('training-tokens').then(tokens);
    await fireEvent.click(screen.getByTestId('training-step'));
    await waitFor(() =>
      expect(screen.getByTestId('training-winner')).toHaveTextContent(/stood side by side \d+ times/),
    );
    expect(tokens()).toBeLessThan(before);
    expect(screen.getByTestId('training-vocabulary')).toHaveTextContent('257');
    await fireEvent.click(screen.getByTestId('training-end'));
    await waitFor(() => expect(tokens()).toBeLessThan(before / 4));
    await fireEvent.input(screen.getByTestId('training-trial'), { target: { value: 'the river' } });
    await waitFor(() => expect(screen.getByTestId('trial-learned')).toHaveTextContent('tokens'));
    expect(await screen.findByTestId('trial-model')).toHaveTextContent('2 tokens');
    await fireEvent.click(screen.getByTestId('training-use'));
    await waitFor(() => expect(app.subjects.trained.subject?.source).toBe('trained'));
    const size = app.subjects.trained.subject?.summary.vocabulary_size ?? 0;
    await waitFor(() => expect(screen.getByTestId('entries-found')).toHaveTextContent(`${size} entries`));
    // And back to the model's.
    await fireEvent.click(screen.getByTestId('choice-a'));
    await waitFor(() => expect(screen.getByTestId('entries-found')).toHaveTextContent('8,192 entries'));
  });
});
