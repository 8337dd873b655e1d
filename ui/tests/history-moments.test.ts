/** Places in answers that only token records know of. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import Moments from '../src/components/history/moments/Moments.svelte';
import Window from '../src/Window.svelte';
import { deferred, show, stage, type Stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

const text = (id: string): string => screen.getByTestId(id).textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('moments', () => {
  async function open(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
    const stand = await stage({ past: true, ...options });
    show(stand.app, Moments, {});
    return stand;
  }

  it('begin with the least likely tokens, and say how many there are and how likely on average', async () => {
    const { app } = await open();
    await screen.findAllByTestId('moment');
    const chances = app.moments.moments.map((moment) => moment.probability);
    expect(chances).toEqual([...chances].sort((a, b) => a - b));
    expect(text('moments-count')).toContain(app.i18n.n('moments_found', app.moments.total ?? 0));
    expect(text('moments-count')).toContain(app.i18n.formats.probability(app.moments.mean ?? 0));
  });

  it('come a stretch at a time, and go on from where they were', async () => {
    const { app } = await open();
    await screen.findAllByTestId('moment');
    const first = app.moments.moments;
    expect(app.moments.total).toBeGreaterThan(first.length);
    await fireEvent.click(screen.getByTestId('moments-more'));
    await waitFor(() => expect(app.moments.moments.length).toBeGreaterThan(first.length));
    expect(app.moments.moments.slice(0, first.length)).toEqual(first);
    const places = app.moments.moments.map((one) => `${one.message_id} ${one.token_index}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('open their answer with the lens on the token', async () => {
    const { app } = await open();
    const [row] = await screen.findAllByTestId('moment');
    const [moment] = app.moments.moments;
    if (!row || !moment) throw new Error('no moment');
    await fireEvent.click(row);
    await waitFor(() => expect(app.lens.subject).toMatchObject({ kind: 'answer' }));
    expect(app.nav.view).toBe('chat');
    expect(app.chat.conversation?.id).toBe(moment.conversation_id);
    const { subject } = app.lens;
    if (subject?.kind !== 'answer') throw new Error('no answer in the lens');
    expect(subject.messageId).toBe(moment.message_id);
    expect(subject.piece.start + subject.at).toBe(moment.token_index);
    expect(subject.piece.tokens[subject.at]?.probability).toBe(moment.probability);
  });

  it('say that the index is still being made, also where it has nothing yet', async () => {
    await open({ waiting: 3 });
    expect(await screen.findByTestId('moments-waiting')).toHaveTextContent('3 older answers');
    expect(screen.queryByTestId('moments-empty')).toBeNull();
  });

  it('say what they are for where nothing was ever asked', async () => {
    await open({ past: false });
    expect(await screen.findByTestId('moments-empty')).toBeInTheDocument();
  });

  it('find one token by its text or its id', async () => {
    const { app } = await open();
    await fireEvent.click(await screen.findByTestId('choice-token'));
    // What was found before is no answer to this question.
    expect(screen.queryByTestId('moment')).toBeNull();
    await fireEvent.input(screen.getByTestId('moments-token'), { target: { value: ' the' } });
    const [hit] = await screen.findAllByTestId('moments-hit');
    if (!hit) throw new Error('no hit');
    await fireEvent.click(hit);
    await waitFor(() => expect(app.moments.query.kind).toBe('token'));
    await waitFor(() => expect(app.moments.total).not.toBeNull());
    const { query, moments } = app.moments;
    if (query.kind !== 'token') throw new Error('another question');
    for (const moment of moments) {
      const records = await stageTokens(app, moment.message_id);
      expect(records[moment.token_index]?.id).toBe(query.id);
    }
  });

  it('find nothing for a field that was emptied meanwhile', async () => {
    const { client } = await open();
    await fireEvent.click(await screen.findByTestId('choice-token'));
    const slow = deferred<Awaited<ReturnType<typeof client.vocabularySearch>>>();
    const hits = await client.vocabularySearch(' the', 3);
    const asked = vi.spyOn(client, 'vocabularySearch').mockReturnValueOnce(slow.promise);
    const field = screen.getByTestId('moments-token');
    await fireEvent.input(field, { target: { value: ' the' } });
    await waitFor(() => expect(asked).toHaveBeenCalledOnce());
    await fireEvent.input(field, { target: { value: '' } });
    slow.resolve(hits);
    await slow.promise;
    await Promise.resolve();
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByTestId('moments-hit')).toBeNull();
  });

  async function stageTokens(app: Stage['app'], id: number) {
    await app.chat.readTokens(id);
    return app.chat.streams.get(id)?.records ?? [];
  }

  it('only show the answer to the question that was asked last', async () => {
    const { app, client } = await stage({ past: true });
    const slow = deferred<Awaited<ReturnType<typeof client.historyMoments>>>();
    const real = client.historyMoments.bind(client);
    vi.spyOn(client, 'historyMoments').mockImplementation((query, offset, limit) =>
      query.kind === 'most_surprising' ? slow.promise : real(query, offset, limit),
    );
    const first = app.moments.ask({ kind: 'most_surprising' });
    await app.moments.ask({ kind: 'cut_by_limit' });
    slow.resolve(await real({ kind: 'most_surprising' }, 0, 5));
    await first;
    expect(app.moments.query.kind).toBe('cut_by_limit');
    expect(app.moments.moments).toEqual([]);
    expect(app.moments.total).toBe(0);
  });
});

describe('an entry of the vocabulary', () => {
  it('says how often it stands in the answers, each place a link', async () => {
    const { app } = await stage({ past: true, vocabulary: 8192 });
    show(app, Window, { app });
    app.inspector.open('vocabulary');
    app.nav.go('tokens');
    await screen.findAllByTestId('entry');
    await app.moments.ask({ kind: 'most_surprising' });
    const moment = app.moments.moments.find((one) => !one.special);
    if (!moment) throw new Error('no moment');
    await app.chat.readTokens(moment.message_id);
    const id = app.chat.streams.get(moment.message_id)?.records[moment.token_index]?.id ?? -1;
    app.vocabularyTab.pick(id);
    const count = await screen.findByTestId('occurrences-count');
    expect(count.textContent).toContain(String(app.occurrences.total));
    const links = within(screen.getByTestId('occurrences')).getAllByTestId('moment');
    expect(links.length).toBe(Math.min(8, app.occurrences.total ?? 0));
  });
});
