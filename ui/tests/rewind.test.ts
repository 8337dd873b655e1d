import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import Scrubber from '../src/components/scrubber/Scrubber.svelte';
import { stripPaths, STRIP_HEIGHT, tokenAtFraction } from '../src/components/scrubber/strip';
import TokenFlow from '../src/components/tokens/TokenFlow.svelte';
import { TokenStream } from '../src/stores/token-stream.svelte';
import { pieceShare, shareOfBest, surpriseStep } from '../src/tokens/probability';
import { record, show, splitCharacter, stage, word } from './support';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

afterEach(() => {
  vi.useRealTimers();
});

const TOKENS = [word('one'), word(' two'), ...splitCharacter(), word(' five'), word(' six')];

describe('the two measures', () => {
  it('differ where an unsure model takes its best option', () => {
    const unsure = word('a', { probability: 0.2 });
    unsure.alternatives = [{ id: 100, bytes: '61', probability: 0.2, settings_probability: 0.2, rank: 1 }];
    expect(surpriseStep(unsure.probability)).toBe(2);
    expect(shareOfBest(unsure)).toBe(1);
  });

  it('agree that a token far behind the best is surprising', () => {
    const behind = word('a', { id: 7, probability: 0.03 });
    expect(shareOfBest(behind)).toBe(1);
    behind.alternatives = [{ id: 1, bytes: '62', probability: 0.9, settings_probability: 1, rank: 1 }];
    expect(surpriseStep(shareOfBest(behind))).toBe(4);
  });

  it('take a joined character as one', () => {
    const stream = TokenStream.of(splitCharacter());
    const piece = stream.pieces[0];
    if (!piece) throw new Error('one piece expected');
    expect(pieceShare(piece, 'probability')).toBeCloseTo(0.45);
  });
});

describe('TokenStream', () => {
  it('finds the piece that a token is in', () => {
    const stream = TokenStream.of(TOKENS);
    expect(stream.count).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map((token) => stream.locate(token)?.piece.index)).toEqual([0, 1, 2, 2, 3, 4]);
    expect(stream.locate(3)?.at).toBe(1);
    expect(stream.locate(6)).toBeNull();
    expect(stream.locate(-1)).toBeNull();
    expect(new TokenStream().locate(0)).toBeNull();
  });
});

describe('the strip', () => {
  it('has one bar a token, higher for what is more surprising', () => {
    const paths = stripPaths(
      [word('a', { probability: 1 }), word('b', { probability: 0.01 })],
      'probability',
    );
    expect(paths.map((path) => path.step)).toEqual([0, 4]);
    expect(paths[0]?.d).toBe(`M0.1 ${STRIP_HEIGHT}v-2h.8V${STRIP_HEIGHT}z`);
    expect(paths[1]?.d).toContain('v-19.82');
  });

  it('knows the token under the pointer, to the edges', () => {
    expect([-0.2, 0, 0.49, 0.5, 1, 1.3].map((place) => tokenAtFraction(place, 2))).toEqual([
      0, 0, 0, 1, 1, 1,
    ]);
  });
});

describe('Scrubber', () => {
  async function shown(): Promise<{ app: Awaited<ReturnType<typeof stage>>['app']; strip: HTMLElement }> {
    const { app } = await stage();
    const stream = TokenStream.of(TOKENS);
    show(app, TokenFlow, { stream, messageId: 3 });
    show(app, Scrubber, { stream, messageId: 3, measure: 'probability' });
    return { app, strip: screen.getByTestId('scrubber-strip') };
  }

  it('winds by arrow keys, and the lens follows token by token', async () => {
    const { app, strip } = await shown();
    await fireEvent.keyDown(strip, { key: 'ArrowLeft' });
    expect(app.lens.subject).toMatchObject({ kind: 'answer', messageId: 3, piece: { text: ' five' }, at: 0 });
    await fireEvent.keyDown(strip, { key: 'ArrowLeft' });
    expect(app.lens.subject).toMatchObject({ piece: { text: '埃' }, at: 1 });
    await fireEvent.keyDown(strip, { key: 'ArrowLeft' });
    expect(app.lens.subject).toMatchObject({ piece: { text: '埃' }, at: 0 });
    await fireEvent.keyDown(strip, { key: 'Home' });
    expect(strip).toHaveAttribute('aria-valuenow', '1');
    expect(strip).toHaveAttribute('aria-valuetext', 'token 1 of 6: one, 60%');
    await fireEvent.keyDown(strip, { key: 'End' });
    expect(strip).toHaveAttribute('aria-valuenow', '6');
  });

  it('has a bar for tokens that come after it is drawn', async () => {
    const { app } = await stage();
    const stream = TokenStream.of(TOKENS.slice(0, 2));
    show(app, Scrubber, { stream, messageId: 3, measure: 'probability' });
    const strip = screen.getByTestId('scrubber-strip');
    const bars = (): number =>
      [...strip.querySelectorAll('path')].flatMap((path) => path.getAttribute('d')?.match(/M/g) ?? []).length;
    expect(bars()).toBe(2);
    stream.append(TOKENS.slice(2));
    await tick();
    expect(bars()).toBe(TOKENS.length);
  });

  it('fades what comes later, and shows all again on Esc', async () => {
    const { strip } = await shown();
    await fireEvent.keyDown(strip, { key: 'Home' });
    await fireEvent.keyDown(strip, { key: 'ArrowRight' });
    const faded = (): boolean[] =>
      screen.getAllByTestId('token').map((chip) => chip.classList.contains('future'));
    await waitFor(() => expect(faded()).toEqual([false, false, true, true, true]));
    await fireEvent.keyDown(strip, { key: 'Escape' });
    await waitFor(() => expect(faded()).toEqual([false, false, false, false, false]));
  });

  it('plays with Space from the beginning, at the chosen speed, to the end', async () => {
    const { app, strip } = await shown();
    vi.useFakeTimers();
    app.rewind.speed = 10;
    await fireEvent.keyDown(strip, { key: ' ' });
    expect(app.rewind.place?.token).toBe(0);
    await vi.advanceTimersByTimeAsync(250);
    expect(app.rewind.place?.token).toBe(2);
    await fireEvent.keyDown(strip, { key: ' ' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(app.rewind.place?.token).toBe(2);
    await fireEvent.keyDown(strip, { key: ' ' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(app.rewind.place?.token).toBe(5);
    expect(app.rewind.playing).toBe(false);
  });

  it('changes its speed within 0.5 and 20 tokens a second', async () => {
    const { app, strip } = await shown();
    for (let press = 0; press < 9; press += 1) await fireEvent.keyDown(strip, { key: '+' });
    expect(app.rewind.speed).toBe(20);
    for (let press = 0; press < 9; press += 1) await fireEvent.keyDown(strip, { key: '-' });
    expect(app.rewind.speed).toBe(0.5);
  });

  it('winds old answers with no model loaded', async () => {
    const { app } = await stage({ model: 'empty', past: true });
    const [item] = await app.history.refresh().then(() => app.history.items);
    if (!item) throw new Error('a conversation expected');
    await app.openConversation(item.id);
    const answer = app.chat.lastAnswer;
    if (!answer) throw new Error('an answer expected');
    await app.chat.readTokens(answer.id);
    const stream = app.chat.streams.get(answer.id);
    if (!stream) throw new Error('records expected');
    app.rewind.go(answer.id, stream, 2);
    expect(app.lens.subject).toMatchObject({ kind: 'answer', messageId: answer.id });
    expect(app.models.ready).toBeNull();
  });
});

describe('the numbers beside tokens', () => {
  it('are written beside what is not as expected, by the measure in force', async () => {
    const { app } = await stage({ settings: { token_numbers: true } });
    const behind = record({ bytes: '61', id: 7, probability: 0.3 });
    behind.alternatives = [{ id: 1, bytes: '62', probability: 0.6, settings_probability: 1, rank: 1 }];
    show(app, TokenFlow, {
      stream: TokenStream.of([word('a', { probability: 0.97 }), behind]),
      messageId: 1,
    });
    const figures = (): (string | undefined)[] =>
      screen.getAllByTestId('token').map((chip) => chip.dataset['figure']);
    expect(figures()).toEqual([undefined, '30%']);
    await app.settings.change({ token_layer: 'surprise' });
    await waitFor(() => expect(figures()).toEqual([undefined, '÷2']));
  });
});
