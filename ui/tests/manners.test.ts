/** The coming turn and what goes with it; palette and keys; presets and their pictures; two models side by side. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { fault } from '../src/client/fake/faults';
import type { TurnRequest } from '../src/client/upcoming';
import { agreement, align, sameVocabulary } from '../src/components/compare/align';
import { partsOf, turnsOf } from '../src/components/context/parts';
import { find } from '../src/components/palette/find';
import Palette from '../src/components/palette/Palette.svelte';
import { matches } from '../src/components/palette/keys';
import { drawsOf, exampleBars, NEUTRAL } from '../src/components/presets/pictures';
import TurnSettingsForm from '../src/components/settings/TurnSettingsForm.svelte';
import { presetOf, withPreset } from '../src/stores/presets.svelte';
import Window from '../src/Window.svelte';
import { deferred, show, stage, word } from './support';

const LONG = 'Why is the sky blue? '.repeat(60);

describe('the coming turn', () => {
  it('goes with its files and the beginning of the answer, and leaves the box empty', async () => {
    const { app, client } = await stage();
    await app.composer.attach('/home/user/notes.md');
    app.composer.prefill = 'Well, ';
    app.chat.draft = 'What colour is the sky?';
    const asked = vi.spyOn(client, 'chatTurn');
    await app.composer.send();
    const request = asked.mock.calls[0]?.[0] as Extract<TurnRequest, { kind: 'say' }>;
    expect(request.attachments).toHaveLength(1);
    expect(request.prefill).toBe('Well, ');
    expect(app.composer.attachments).toEqual([]);
    expect(app.composer.prefill).toBe('');
    const [question, answer] = app.chat.conversation?.messages ?? [];
    expect(question?.attachments[0]?.name).toBe('notes.md');
    expect(answer?.text.startsWith('Well, ')).toBe(true);
  });

  it('comes back whole when it could not be sent', async () => {
    const { app, client } = await stage();
    await app.composer.attach('/home/user/notes.md');
    app.chat.draft = 'precious';
    vi.spyOn(client, 'chatTurn').mockRejectedValue(fault('worker_missing', ''));
    await app.composer.send();
    expect(app.chat.draft).toBe('precious');
    expect(app.composer.attachments).toHaveLength(1);
  });

  it('tells a file that is no text in its place', async () => {
    const { app } = await stage();
    await app.composer.attach('/home/user/picture.png');
    expect(app.composer.attachments).toEqual([]);
    expect(app.composer.error).not.toBeNull();
  });

  it('takes a dropped text file, and leaves models to the models', async () => {
    const { app } = await stage();
    await app.openPath('/home/user/笔记.md');
    expect(app.composer.attachments.map((file) => file.name)).toEqual(['笔记.md']);
    await app.openPath('/home/user/other.gguf');
    expect(app.nav.view).toBe('models');
  });

  it('is counted once at a time, the newest last, and what was overtaken is dropped', async () => {
    const { app, client } = await stage();
    const slow = deferred<Awaited<ReturnType<typeof client.contextPreview>>>();
    const real = client.contextPreview.bind(client);
    const counts = vi.spyOn(client, 'contextPreview');
    counts.mockReturnValueOnce(slow.promise).mockImplementation(real);
    vi.useFakeTimers();
    for (const typed of ['one', 'one two', 'one two three', 'one two three four ']) {
      app.chat.draft = typed;
      app.composer.count();
      await vi.advanceTimersByTimeAsync(100);
    }
    vi.useRealTimers();
    // A long text is being counted: nothing stands behind it in the worker's queue.
    expect(counts).toHaveBeenCalledTimes(1);
    const [first] = counts.mock.calls[0] ?? [];
    if (!first) throw new Error('a count expected');
    slow.resolve({ ...(await real(first)), draft_tokens: 1 });
    await vi.waitFor(() => expect(app.composer.preview?.draft_tokens).toBeGreaterThan(1));
    expect(counts).toHaveBeenCalledTimes(2);
    // As it will be sent.
    expect(counts.mock.lastCall?.[0]).toMatchObject({ text: 'one two three four' });
  });

  it('is counted again after a count that failed', async () => {
    const { app, client } = await stage();
    const counts = vi.spyOn(client, 'contextPreview').mockRejectedValueOnce(fault('busy', 'no answer'));
    app.chat.draft = 'one';
    app.composer.count();
    await vi.waitFor(() => expect(counts).toHaveBeenCalledTimes(1));
    expect(app.composer.preview).toBeNull();
    app.composer.count();
    await vi.waitFor(() => expect(app.composer.preview?.draft_tokens).toBeGreaterThan(0));
  });

  it('shows what would fall out before sending, and a kept turn stays', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    app.chat.settings = { ...app.chat.settings, max_tokens: 256 };
    for (let turn = 0; turn < 3; turn += 1) {
      app.chat.draft = LONG;
      await app.composer.send();
    }
    await fireEvent.input(screen.getByTestId('composer'), { target: { value: LONG } });
    expect(await screen.findByTestId('context-warning')).toHaveTextContent('will be left out');
    const first = app.chat.conversation?.messages[0];
    if (!first) throw new Error('a question expected');
    expect(app.composer.fates.get(first.id)?.fate).toBe('left_out');
    await app.composer.pin(first, true);
    await waitFor(() => expect(app.composer.fates.get(first.id)?.fate).toBe('kept'));
    expect(app.chat.conversation?.messages[0]?.pinned).toBe(true);
  });
});

describe('the parts of the context', () => {
  const preview = {
    context_length: 1000,
    reserved: 250,
    prompt_tokens: 300,
    system_tokens: 40,
    draft_tokens: 55,
    messages: [
      { message_id: 1, tokens: 100, pinned: false, fate: 'left_out' as const },
      { message_id: 2, tokens: 80, pinned: false, fate: 'left_out' as const },
      { message_id: 3, tokens: 120, pinned: true, fate: 'kept' as const },
      { message_id: 4, tokens: 80, pinned: false, fate: 'kept' as const },
    ],
    fit: 'some_left_out' as const,
  };

  it('add up to the whole window', () => {
    expect(partsOf(preview).reduce((sum, part) => sum + part.tokens, 0)).toBe(1000);
    const full = { ...preview, prompt_tokens: 900, draft_tokens: 655 };
    expect(partsOf(full).reduce((sum, part) => sum + part.tokens, 0)).toBe(1000);
  });

  it('have a question and its answer as one turn', () => {
    const messages = [1, 2, 3, 4].map((id) => ({ id, role: id % 2 === 1 ? 'user' : 'assistant' }));
    const turns = turnsOf(messages as never, new Map(preview.messages.map((one) => [one.message_id, one])));
    expect(turns.map(({ tokens, pinned, fate }) => ({ tokens, pinned, fate }))).toEqual([
      { tokens: 180, pinned: false, fate: 'left_out' },
      { tokens: 200, pinned: true, fate: 'kept' },
    ]);
  });
});

describe('palette and keys', () => {
  it('finds by every word, beginnings first', () => {
    const entries = ['Open History', 'History', 'Settings', 'A history of tea'].map((label) => ({ label }));
    expect(find(entries, 'hist', 9).map(({ label }) => label)).toEqual([
      'History',
      'Open History',
      'A history of tea',
    ]);
    expect(find(entries, 'tea hist', 9)).toHaveLength(1);
    expect(find(entries, 'nothing', 9)).toEqual([]);
    expect(find(entries, '', 2)).toHaveLength(2);
  });

  it('tells chords apart', () => {
    const press = (part: KeyboardEventInit): KeyboardEvent => new KeyboardEvent('keydown', part);
    expect(matches(press({ key: 'k', ctrlKey: true }), 'Ctrl+K')).toBe(true);
    expect(matches(press({ key: 'k' }), 'Ctrl+K')).toBe(false);
    expect(matches(press({ key: 'Enter', ctrlKey: true, shiftKey: true }), 'Ctrl+Enter')).toBe(false);
  });

  it('opens a conversation by Ctrl+K, a few letters and Enter', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    show(app, Window, { app });
    await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    const input = await screen.findByTestId('palette-input');
    await waitFor(() => expect(screen.getAllByTestId('palette-entry').length).toBeGreaterThan(5));
    await fireEvent.input(input, { target: { value: 'three cit' } });
    expect(screen.getAllByTestId('palette-entry')[0]).toHaveTextContent('List three cities');
    await fireEvent.keyDown(input, { key: 'Enter' });
    await waitFor(() => expect(app.chat.conversation?.title).toBe('List three cities'));
    expect(app.nav.overlay).toBe('none');
  });

  it('lists what was used last, whatever the list beside the chat is narrowed to, and reads it once', async () => {
    const { app, client } = await stage({ past: true, locale: 'en-US' });
    await app.history.recent.ask({ place: 'kept', starred_only: true });
    expect(app.history.items).toEqual([]);
    show(app, Palette, { close: () => undefined });
    const asked = vi.spyOn(client, 'historyList');
    await waitFor(() => expect(screen.getByTestId('palette')).toHaveTextContent('List three cities'));
    await new Promise((done) => setTimeout(done, 20));
    expect(asked.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it('begins anew, goes elsewhere and lists itself by key', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    show(app, Window, { app });
    await fireEvent.keyDown(document.body, { key: '4', ctrlKey: true });
    expect(app.nav.view).toBe('history');
    await fireEvent.keyDown(document.body, { key: 'n', ctrlKey: true });
    expect(app.nav.view).toBe('chat');
    app.chat.draft = 'What colour is the sky?';
    await fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(app.chat.conversation?.messages[1]?.status).toBe('complete'));
    await fireEvent.keyDown(document.body, { key: 'l', ctrlKey: true });
    expect(app.settings.current.token_layer).toBe('off');
    await fireEvent.keyDown(document.body, { key: '/', ctrlKey: true });
    expect(await screen.findByTestId('shortcuts')).toHaveTextContent('New conversation');
  });
});

describe('presets', () => {
  it('are recognised in the settings, leave the system prompt alone and keep the seed', async () => {
    const { app } = await stage();
    await app.presets.refresh();
    const settings = {
      ...app.chat.settings,
      system_prompt: 'Be kind.',
      sampling: { ...app.chat.settings.sampling, seed: 5 },
    };
    expect(presetOf(settings, app.presets.items)?.kind).toBe('balanced');
    const exact = app.presets.items.find((preset) => preset.kind === 'exact');
    if (!exact) throw new Error('a preset expected');
    const changed = withPreset(settings, exact);
    expect(changed).toMatchObject({ system_prompt: 'Be kind.', sampling: { temperature: 0, seed: 5 } });
    expect(presetOf(changed, app.presets.items)?.kind).toBe('exact');
    expect(
      presetOf({ ...changed, sampling: { ...changed.sampling, top_k: 3 } }, app.presets.items),
    ).toBeNull();
  });

  it('of your own bring their system prompt, and can be renamed and deleted', async () => {
    const { app } = await stage();
    await app.presets.refresh();
    const mine = { ...app.chat.settings, system_prompt: 'Answer in verse.' };
    expect(await app.presets.save(null, '诗人', mine)).toBe(true);
    const own = app.presets.items.find((preset) => preset.kind === 'own');
    if (!own) throw new Error('a preset expected');
    expect(withPreset(app.chat.settings, own).system_prompt).toBe('Answer in verse.');
    expect(presetOf(mine, app.presets.items)?.id).toBe(own.id);
    expect(await app.presets.save(null, '  ', mine)).toBe(false);
    await app.presets.remove(own.id);
    expect(app.presets.items.some((preset) => preset.kind === 'own')).toBe(false);
  });

  it('have pictures that do what the chain does', () => {
    expect(exampleBars(NEUTRAL).every((bar) => !bar.cut)).toBe(true);
    expect(exampleBars({ ...NEUTRAL, top_k: 3 }).filter((bar) => !bar.cut)).toHaveLength(3);
    expect(exampleBars({ ...NEUTRAL, temperature: 0 })[0]?.after).toBe(1);
    const [plain, hot] = [exampleBars(NEUTRAL), exampleBars({ ...NEUTRAL, temperature: 1.8 })];
    expect(hot[11]?.after ?? 0).toBeGreaterThan(plain[11]?.after ?? 1);
    const calmed = exampleBars({ ...NEUTRAL, presence_penalty: 1 });
    const seen = calmed.findIndex((bar) => bar.seen);
    expect(calmed[seen]?.after ?? 1).toBeLessThan(plain[seen]?.after ?? 0);
  });

  it('show a seed as its draws: the same for the same, others for another', () => {
    expect(drawsOf(7, 12)).toEqual(drawsOf(7, 12));
    expect(drawsOf(7, 12)).not.toEqual(drawsOf(8, 12));
    expect(drawsOf(2 ** 40, 12).every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('offer the seed of the last answer again', async () => {
    const { app } = await stage({ locale: 'en-US' });
    const change = vi.fn();
    show(app, TurnSettingsForm, { settings: app.chat.settings, change, lastSeed: 4242 });
    await fireEvent.click(screen.getByTestId('seed-again'));
    expect(change.mock.calls[0]?.[0].sampling.seed).toBe(4242);
  });
});

describe('two answers', () => {
  const say = (text: string): ReturnType<typeof word>[] =>
    text
      .split(' ')
      .map((part) => word(part, { id: [...part].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) }));

  it('stand together where they agree, and above each other where they part', () => {
    const pairs = align(say('the sky is blue today'), say('the sky looks blue'));
    expect(
      pairs.map((pair) => [pair.same, pair.a.map((one) => one.text), pair.b.map((one) => one.text)]),
    ).toEqual([
      [true, ['the'], ['the']],
      [true, ['sky'], ['sky']],
      [false, ['is'], ['looks']],
      [true, ['blue'], ['blue']],
      [false, ['today'], []],
    ]);
    expect(agreement(pairs)).toBeCloseTo(6 / 9);
  });

  it('lose and double no token, whatever they are', () => {
    let state = 3;
    const random = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 8) % 5;
    for (let round = 0; round < 40; round += 1) {
      const make = (): ReturnType<typeof word>[] =>
        Array.from({ length: (round * 7) % 23 }, () => word('x', { id: random() }));
      const [a, b] = [make(), make()];
      const pairs = align(a, b);
      expect(pairs.flatMap((pair) => pair.a)).toEqual(a);
      expect(pairs.flatMap((pair) => pair.b)).toEqual(b);
      expect(pairs.every((pair) => !pair.same || pair.a[0]?.id === pair.b[0]?.id)).toBe(true);
    }
  });

  it('are aligned only where the vocabulary is the same', () => {
    const text = say('one two three four');
    expect(sameVocabulary(text, say('one two three five'))).toBe(true);
    expect(sameVocabulary(text, [word('other', { id: text[0]?.id ?? 0 })])).toBe(false);
  });

  it('are asked for together, shown in columns, and laid against each other', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    await app.compare.load('/home/user/other.gguf');
    expect(app.compare.on).toBe(true);
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    const compared = await screen.findByTestId('compared');
    expect(within(compared).getByTestId('compare-other')).toHaveTextContent('The sky is blue');
    expect(compared).toHaveTextContent('Vitrine Starter');
    expect(compared).toHaveTextContent('Qwen3 0.6B');
    await fireEvent.click(await within(compared).findByTestId('compare-aligned'));
    expect(screen.getByTestId('aligned')).toHaveTextContent('blue');
    // A token tells about itself here as anywhere else.
    const chips = screen.getAllByTestId('aligned-token');
    const chip = chips.at(-3) as HTMLElement;
    await fireEvent.click(chip);
    expect(app.lens.subject).toMatchObject({
      kind: 'answer',
      piece: { text: chip.textContent?.replaceAll('␣', ' ') },
    });
    expect(chip).toHaveAttribute('aria-pressed', 'true');
    await fireEvent.keyDown(chip, { key: 'End' });
    expect(chips.at(-1)).toHaveFocus();

    // Each column counts the versions of its own model.
    const first = app.chat.lastAnswer;
    if (!first) throw new Error('an answer');
    expect(first.versions).toHaveLength(2);
    await waitFor(() => expect(app.branches.tree?.nodes).toHaveLength(3));
    expect(screen.queryByTestId('version')).toBeNull();
    await app.chat.drawAnew(first.id);
    await waitFor(() => expect(screen.getByTestId('version')).toHaveTextContent('2/2'));
    await fireEvent.click(screen.getByLabelText('Previous version'));
    await waitFor(() => expect(screen.getByTestId('version')).toHaveTextContent('1/2'));
    expect(app.chat.lastAnswer?.id).toBe(first.id);

    // The same from the history.
    const id = app.chat.conversation?.id ?? 0;
    app.chat.begin();
    await app.chat.open(id);
    expect(await screen.findByTestId('compared')).toHaveTextContent('Qwen3 0.6B');
  });

  it('answer one after the other where memory holds only one, and a failure leaves the first answer', async () => {
    const { app, client } = await stage({ locale: 'en-US', one: true });
    show(app, Window, { app });
    await app.compare.load('/home/user/other.gguf');
    expect(app.compare.model).toBeNull();
    expect(app.compare.error).toBeNull();
    expect(app.compare.on).toBe(true);
    const turn = vi.spyOn(client, 'chatTurn');
    app.chat.draft = 'What colour is the sky?';
    const sent = app.composer.send();
    expect(await screen.findByText(/memory holds only one of the two/)).toBeInTheDocument();
    await sent;
    expect(turn.mock.lastCall?.[0]).toMatchObject({ second: { path: '/home/user/other.gguf' } });
    const compared = await screen.findByTestId('compared');
    expect(within(compared).getByTestId('compare-other')).toHaveTextContent('The sky is blue');
    expect(compared).toHaveTextContent('Vitrine Starter');
    expect(compared).toHaveTextContent('Qwen3 0.6B');
    await waitFor(() => expect(app.models.ready?.info.name).toBe('Vitrine Starter'));
    expect(app.compare.second.state).toBe('empty');

    // When its turn comes it can't be loaded.
    const { inTurn } = app.compare;
    if (!inTurn) throw new Error('in turn expected');
    app.compare.inTurn = { ...inTurn, model: { ...inTurn.model, path: '/home/user/stopped.gguf' } };
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    const failed = await screen.findAllByTestId('compare-other');
    expect(failed.at(-1)).toHaveTextContent('stopped the program');
    expect(app.chat.lastAnswer?.text).toContain('The sky is blue');
    expect(app.chat.lastAnswer?.status).toBe('complete');
  });
});
