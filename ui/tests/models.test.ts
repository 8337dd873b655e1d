import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import Family from '../src/components/models/Family.svelte';
import Library from '../src/components/models/Library.svelte';
import PreparedModels from '../src/components/settings/PreparedModels.svelte';
import Models from '../src/views/Models.svelte';
import Window from '../src/Window.svelte';
import { card } from '../src/client/fake/cards';
import { LARGER } from '../src/client/fake/data';
import { fault } from '../src/client/fake/faults';
import { show, stage, type Stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

/** The Models view with the card of a file that is opened by dialog. */
async function considered(pick: string, options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  const it = await stage({ model: 'empty', past: true, locale: 'en-US', pick, ...options });
  show(it.app, Models, {});
  await it.app.models.open('file');
  return it;
}

const main = (): HTMLElement => screen.getByTestId('card-main');

describe('the card before loading', () => {
  it('says what a file is and loads nothing until it is told to', async () => {
    const { app } = await considered('/home/user/模型/千问 小.gguf');
    const shown = await screen.findByTestId('preflight');
    expect(shown).toHaveTextContent('A chat model');
    expect(shown).toHaveTextContent('Qwen3 0.6B');
    expect(within(shown).getByTestId('verdict')).toHaveTextContent('Runs well');
    expect(app.models.active.state).toBe('empty');
    await fireEvent.click(main());
    await waitFor(() => expect(app.models.ready?.info.name).toBe('Qwen3 0.6B'));
    expect(screen.queryByTestId('preflight')).toBeNull();
  });

  it('shows what another context would take and loads with it', async () => {
    const { app, client } = await considered('/m/a.gguf');
    const load = vi.spyOn(client, 'modelLoad');
    const slider = await screen.findByTestId('context-slider');
    expect(screen.getByTestId('context-value')).toHaveTextContent('8,192 tokens, about 16 pages of text');
    const before = screen.getByTestId('memory-bar').textContent;
    await fireEvent.input(slider, { target: { value: '5' } });
    expect(screen.getByTestId('context-value')).toHaveTextContent('16,384 tokens');
    expect(screen.getByTestId('memory-bar').textContent).not.toBe(before);
    await fireEvent.click(main());
    await waitFor(() => expect(app.models.ready).not.toBeNull());
    expect(load).toHaveBeenCalledWith('/m/a.gguf', { context_length: 16_384 }, undefined, 'despite_trouble');
  });

  it('offers a way out first where memory does not suffice', async () => {
    const { app } = await considered('/m/a.gguf');
    await screen.findByTestId('preflight');
    app.models.card = card(LARGER, 0, 3_000_000_000);
    await waitFor(() => expect(screen.getByTestId('verdict')).toHaveAttribute('data-verdict', 'wont_fit'));
    expect(main()).toHaveTextContent('Take a context of 4,096');
    expect(screen.getByTestId('verdict-why')).toHaveTextContent('2 GB can be used now');
    await fireEvent.click(main());
    await waitFor(() => expect(screen.getByTestId('verdict')).toHaveAttribute('data-verdict', 'runs_well'));
    expect(main()).toHaveTextContent('Open');
  });

  it('names the reason why a model is not supported, and what to do', async () => {
    await considered('/m/mamba.gguf');
    await screen.findByTestId('preflight');
    expect(screen.getByTestId('verdict-why')).toHaveTextContent('mamba');
    expect(main()).toHaveTextContent('Start with the bundled model');
    expect(screen.queryByTestId('context-slider')).toBeNull();
  });

  it('lets unquantized weights be quantized', async () => {
    const { app } = await considered('/m/folder');
    await fireEvent.click(await screen.findByTestId('isq-q4k'));
    expect(app.models.plan).toMatchObject({ isq: 'q4k', context_length: 8192 });
    expect(app.models.plan?.options).toEqual({ isq: 'q4k', context_length: 8192 });
  });

  it('says what a format that the engine does not know is computed as', async () => {
    await considered('/m/qwen3.iq4_xs.gguf');
    const shown = await screen.findByTestId('preflight');
    expect(shown).toHaveTextContent('IQ4_XS');
    expect(shown).toHaveTextContent('computes with it as Q8_0');
  });

  it('says what a file that is rewritten first takes on the disk, and that it is done the second time', async () => {
    const { app } = await considered('/m/half.gguf');
    const preparation = (): HTMLElement => screen.getByTestId('preparation');
    await screen.findByTestId('isq-q8_0');
    expect(preparation()).toHaveTextContent('takes 1.07 GB of disk space, once. 48 GB can be used');
    await fireEvent.click(screen.getByTestId('isq-q8_0'));
    expect(preparation()).toHaveTextContent('takes 285 MB of disk space');
    await fireEvent.click(main());
    await waitFor(() => expect(app.models.ready?.info.quantization).toBe('F16'));
    await app.models.consider('/m/half.gguf');
    await fireEvent.click(await screen.findByTestId('isq-q8_0'));
    expect(preparation()).toHaveTextContent('Already prepared: 285 MB on the disk');
  });

  it('does not begin what the disk has no room for', async () => {
    const { app } = await considered('/m/half-cramped.gguf');
    expect(await screen.findByTestId('preparation')).toHaveAttribute('data-preparation', 'no_room');
    expect(main()).toHaveTextContent('Look again');
    await fireEvent.click(screen.getByTestId('isq-q4k'));
    expect(screen.getByTestId('preparation')).toHaveAttribute('data-preparation', 'needed');
    await fireEvent.click(main());
    await waitFor(() => expect(app.models.active.state).toBe('ready'));
  });

  it('says how many tokens the model has no place for', async () => {
    const { app } = await considered('/m/a.gguf');
    await screen.findByTestId('preflight');
    expect(screen.queryByTestId('without-embedding')).toBeNull();
    const shown = (count: number): void => {
      const info = { ...LARGER, tokens_without_embedding: count };
      app.models.card = card(info, 0, 64_000_000_000);
    };
    shown(1);
    expect(await screen.findByTestId('without-embedding')).toHaveTextContent('1 token of its vocabulary has');
    shown(64);
    await waitFor(() =>
      expect(screen.getByTestId('without-embedding')).toHaveTextContent('64 tokens of its vocabulary have'),
    );
    app.i18n.locale = 'zh-CN';
    await waitFor(() => expect(screen.getByTestId('without-embedding')).toHaveTextContent('有 64 个词元'));
  });

  it('tells an error of the file in its place', async () => {
    await considered('/m/empty.gguf');
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'empty_file');
    expect(screen.queryByTestId('preflight')).toBeNull();
  });

  it('does not load again by itself what stopped last time', async () => {
    const { app } = await stage({ model: 'empty', past: true, locale: 'en-US' });
    show(app, Models, {});
    expect(await app.models.reopen('/m/stopped.gguf')).toBe(false);
    expect(await screen.findByTestId('trouble')).toHaveTextContent('memory ran out');
    expect(main()).toHaveTextContent('Open anyway');
    await fireEvent.click(screen.getByTestId('card-leave'));
    expect(screen.queryByTestId('preflight')).toBeNull();
    await app.models.consider('/m/stopped.gguf');
    await fireEvent.click(await screen.findByTestId('card-main'));
    await waitFor(() => expect(app.models.active.state).toBe('ready'));
  });

  it('keeps the newest of two files that were dropped', async () => {
    const { app, client } = await stage({ model: 'empty' });
    const slow = new Promise<never>(() => undefined);
    vi.spyOn(client, 'modelPreflight').mockReturnValueOnce(slow);
    void app.models.consider('/m/first.gguf');
    await app.models.consider('/m/second.gguf');
    expect(app.models.card?.info.path).toBe('/m/second.gguf');
    expect(app.models.considering).toBeNull();
  });

  it('loads once more as it was tried, and looks anew at a file that could not be read', async () => {
    const { app, client } = await stage({ model: 'empty' });
    const load = vi.spyOn(client, 'modelLoad').mockRejectedValueOnce(fault('worker_crashed', 'signal 6'));
    await app.models.load('/m/a.gguf', { context_length: 2048 });
    await app.models.loadAgain();
    expect(load.mock.lastCall?.[1]).toEqual({ context_length: 2048 });
    vi.spyOn(client, 'modelPreflight').mockRejectedValueOnce(fault('permission_denied', ''));
    await app.models.consider('/m/b.gguf');
    expect(app.models.failure?.error.code).toBe('permission_denied');
    await app.models.loadAgain();
    expect(app.models.card?.info.path).toBe('/m/b.gguf');
  });
});

describe('the family that comes with the app', () => {
  it('is one line where there is one', async () => {
    const { app } = await stage({ model: 'empty', locale: 'en-US' });
    show(app, Family, {});
    expect(screen.getByTestId('family')).toHaveTextContent('Comes with Vitrine');
    expect(screen.getAllByTestId('open-stage')).toHaveLength(1);
  });

  it('is a row of stages from the first steps to the finished one', async () => {
    const { app } = await stage({ model: 'ready', family: true, locale: 'en-US' });
    const { container } = show(app, Family, {});
    const stages = [...container.querySelectorAll('[data-stage]')].map((one) =>
      one.getAttribute('data-stage'),
    );
    expect(stages).toEqual(['grow1', 'grow2', 'grow3', 'base', 'sft', 'tuned']);
    expect(screen.getAllByTestId('open-stage')).toHaveLength(5);
    await fireEvent.click(screen.getByRole('button', { name: 'Open First steps' }));
    await waitFor(() => expect(app.models.ready?.info.traits.growth?.stage).toBe('grow1'));
    expect(app.models.starter?.traits.growth?.stage).toBe('tuned');
  });
});

describe('the library', () => {
  async function listed(count: number): Promise<Stage> {
    const it = await stage({ model: 'empty', library: count, locale: 'en-US' });
    show(it.app, Library, {});
    await waitFor(() => expect(it.app.library.scan.state).toBe('done'));
    return it;
  }

  it('looks once by itself, and filters and sorts', async () => {
    const { app } = await listed(12);
    await waitFor(() => expect(screen.getAllByTestId('library-row').length).toBeGreaterThan(5));
    await fireEvent.input(screen.getByTestId('library-filter'), { target: { value: 'LLAMA instruct' } });
    await waitFor(() => expect(app.library.models.every((one) => one.name.includes('Llama'))).toBe(true));
    await fireEvent.input(screen.getByTestId('library-filter'), { target: { value: '' } });
    await fireEvent.change(screen.getByTestId('library-sort'), { target: { value: 'size' } });
    const sizes = app.library.models.map((one) => one.size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('says that it found nothing, and what to do', async () => {
    await listed(0);
    expect(await screen.findByText(/Add a folder in which you keep some/)).toBeInTheDocument();
  });

  it('draws a few rows of very many', async () => {
    const { app } = await listed(2000);
    await waitFor(() => expect(app.library.models.length).toBeGreaterThan(1500));
    const rows = await screen.findAllByTestId('library-row');
    expect(rows.length).toBeLessThan(40);
  });

  it('takes a model off the list, with a way back', async () => {
    const { app } = await listed(4);
    const before = app.library.models.length;
    const row = (await screen.findAllByTestId('library-hide'))[0];
    if (!row) throw new Error('a row expected');
    await fireEvent.click(row);
    await waitFor(() => expect(app.library.models).toHaveLength(before - 1));
    app.toasts.act(app.toasts.items[0]?.id ?? 0);
    await waitFor(() => expect(app.library.models).toHaveLength(before));
  });

  it('finds duplicates when asked', async () => {
    await listed(6);
    await fireEvent.click(await screen.findByTestId('find-duplicates'));
    expect(await screen.findByText(/there more than once/)).toBeInTheDocument();
  });
});

describe('prepared models', () => {
  it('say what they take, and go but for what is in use', async () => {
    const { app } = await stage({ model: 'empty', locale: 'en-US' });
    for (const path of ['/m/half-1.gguf', '/m/half-2.gguf']) await app.models.load(path, { isq: 'q8_0' });
    show(app, PreparedModels, {});
    const row = await screen.findByTestId('prepared');
    await waitFor(() => expect(row).toHaveTextContent('2 models, 570 MB of at most 34.4 GB'));
    expect(row).toHaveTextContent('/home/user/.cache/vitrine/converted');
    await fireEvent.click(screen.getByTestId('prepared-clear'));
    await waitFor(() => expect(row).toHaveTextContent('1 model, 285 MB'));
    expect(row).toHaveTextContent('What an open model uses stays.');
    expect(screen.getByTestId('prepared-clear')).toBeDisabled();
    await app.models.unload();
    await app.library.lookAtPrepared();
    await fireEvent.click(screen.getByTestId('prepared-clear'));
    await waitFor(() => expect(row).toHaveTextContent('None.'));
  });
});

describe('memory', () => {
  it('warns calmly while a model is open and memory is short', async () => {
    const { app, client } = await stage({ tight: true, locale: 'en-US' });
    show(app, Window, { app });
    const warning = await screen.findByTestId('memory-warning');
    expect(warning).toHaveTextContent('Memory is getting short');
    const active = app.models.active;
    if (active.state !== 'ready') throw new Error('ready expected');
    client.tell({ event: 'model_state', active: { ...active, pressure: 'calm' } });
    await waitFor(() => expect(screen.queryByTestId('memory-warning')).toBeNull());
  });
});
