/** Where a start begins, what a load that ends leaves behind, and what the first screen shows. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import showcase from '../src/components/models/showcase.json';
import { FakeClient } from '../src/client/fake/client';
import { FAMILY, LARGER, STARTER } from '../src/client/fake/data';
import { fault } from '../src/client/fake/faults';
import { App } from '../src/stores/app.svelte';
import Models from '../src/views/Models.svelte';
import Window from '../src/Window.svelte';
import { show, stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Element.prototype.scrollIntoView = () => undefined;
});

describe('a start', () => {
  it('comes back to the conversation that was in view, names its model and opens it by one press', async () => {
    const { app } = await stage({ model: 'empty', past: true, last: true, family: true, locale: 'zh-CN' });
    expect(app.nav.view).toBe('chat');
    expect(app.chat.conversation?.title).toBe('埃菲尔铁塔在哪个国家？');
    show(app, Window, { app });
    const note = await screen.findByTestId('open-again');
    expect(note).toHaveTextContent('这段对话是和 透窗小模型 进行的');
    await fireEvent.click(within(note).getByTestId('open-again-do'));
    await waitFor(() => expect(app.models.ready?.info.path).toBe(STARTER.path));
    await waitFor(() => expect(screen.queryByTestId('open-again')).toBeNull());
    expect(screen.getByTestId('composer')).toHaveFocus();
  });

  it('says with which model a conversation was held, also where nobody knows its file', async () => {
    const { app, client } = await stage({ model: 'empty', past: true, last: true, locale: 'en-US' });
    vi.spyOn(client, 'modelPathOf').mockResolvedValue(null);
    show(app, Window, { app });
    const note = await screen.findByTestId('open-again');
    expect(note).toHaveTextContent('This conversation was held with Vitrine Starter');
    expect(within(note).queryByTestId('open-again-do')).toBeNull();
    expect(within(note).getByRole('button', { name: 'Choose a model' })).toBeVisible();
  });

  it('tells the shell what is in view, and nothing where nothing changed', async () => {
    const { app, client } = await stage({ past: true, last: true });
    const told = vi.spyOn(client, 'conversationShown');
    show(app, Window, { app });
    await waitFor(() => expect(screen.getByTestId('new-conversation')).toBeEnabled());
    expect(told).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByTestId('new-conversation'));
    await waitFor(() => expect(told).toHaveBeenLastCalledWith(null));
    const [, other] = (await client.historyList({ place: 'kept', starred_only: false }, 'used', 0, 100)).rows;
    await app.openConversation(other?.id ?? 0);
    await waitFor(() => expect(told).toHaveBeenLastCalledWith(other?.id));
  });

  it('without a conversation offers the model of the last time first', async () => {
    const { app, client } = await stage({ model: 'empty', past: true, locale: 'en-US' });
    await client.modelLoad(LARGER.path, {});
    await client.modelUnload();
    await app.models.refresh();
    show(app, Window, { app });
    const again = await screen.findByTestId('open-last');
    expect(again).toHaveTextContent('Open Qwen3 0.6B again');
    expect(again).toHaveClass('primary');
    expect(screen.getByTestId('start-bundled')).not.toHaveClass('primary');
    await fireEvent.click(again);
    await waitFor(() => expect(app.models.ready?.info.path).toBe(LARGER.path));
    // Who starts a model by the main button is there to talk.
    await waitFor(() => expect(app.nav.view).toBe('chat'));
    await waitFor(() => expect(screen.getByTestId('composer')).toHaveFocus());
  });
});

describe('the first screen', () => {
  it('shows a real answer as tokens, one of them open, and another one by pointing', async () => {
    const { app } = await stage({ model: 'empty', locale: 'en-US' });
    show(app, Models, {});
    const exhibit = await screen.findByTestId('showcase');
    const lens = await within(exhibit).findByTestId('showcase-lens');
    await waitFor(() => expect(within(lens).getByTestId('candidates')).toBeVisible(), { timeout: 20_000 });
    const { records, open } = showcase.en;
    expect(
      within(exhibit)
        .getAllByTestId('token')
        .map((token) => token.textContent)
        .join(''),
    ).toBe(records.map((record) => record.text).join(''));
    const id = String(records[open]?.id);
    expect(lens.querySelector('.taken')).toHaveAttribute('data-token-id', id);
    const first = within(exhibit).getAllByTestId('token')[0] as HTMLElement;
    await fireEvent.click(first);
    await waitFor(() =>
      expect(lens.querySelector('.taken')).toHaveAttribute('data-token-id', String(records[0]?.id)),
    );
  });

  it('has records that can be shown, in both languages', () => {
    for (const one of Object.values(showcase)) {
      expect(one.records.length).toBeGreaterThan(8);
      expect(one.records[one.open]?.alternatives.length).toBeGreaterThan(3);
      expect(one.records.map((record) => record.text).join('')).not.toMatch(/\ufffd/);
    }
  });
});

describe('a load', () => {
  it('that is cancelled is said, and leads back to it and to the model that had to go', async () => {
    const { app, client } = await stage({ locale: 'en-US' });
    show(app, Models, {});
    vi.spyOn(client, 'modelLoad').mockImplementationOnce(async (path) => {
      client.tell({
        event: 'model_state',
        active: {
          state: 'loading',
          path,
          name: LARGER.name,
          stage: 'weights',
          bytes: 1,
          total_bytes: 2,
          fraction: 0.5,
        },
      });
      client.tell({ event: 'model_state', active: { state: 'empty' } });
      throw fault('cancelled', 'cancelled');
    });
    await app.models.load(LARGER.path);
    const note = await screen.findByTestId('load-cancelled');
    expect(note).toHaveTextContent(
      'Loading Qwen3 0.6B was cancelled. Vitrine Starter had been closed for it.',
    );
    await fireEvent.click(within(note).getByTestId('open-before'));
    await waitFor(() => expect(app.models.ready?.info.path).toBe(STARTER.path));
    expect(screen.queryByTestId('load-cancelled')).toBeNull();
  });

  it('tells its share in the status bar while it lasts', async () => {
    const { app, client } = await stage({ model: 'empty', locale: 'en-US' });
    show(app, Window, { app });
    client.tell({
      event: 'model_state',
      active: {
        state: 'loading',
        path: LARGER.path,
        name: LARGER.name,
        stage: 'weights',
        bytes: 1,
        total_bytes: 3,
        fraction: 1 / 3,
      },
    });
    await waitFor(() => expect(screen.getByTestId('status-progress')).toHaveTextContent('33%'));
  });

  it('that failed is read and put away, and stays away when the shell tells it again', async () => {
    const { app } = await stage({ model: 'failed', past: true, locale: 'en-US' });
    show(app, Models, {});
    const card = await screen.findByTestId('error-card');
    await fireEvent.click(within(card).getByRole('button', { name: 'Close' }));
    await app.models.refresh();
    await waitFor(() => expect(screen.queryByTestId('error-card')).toBeNull());
  });

  it('of a folder that is none leads to the models below it', async () => {
    const { app } = await stage({ model: 'empty', past: true, locale: 'en-US' });
    show(app, Models, {});
    await app.models.consider('/home/user/shelf');
    const inside = await screen.findByTestId('inside-folder');
    await fireEvent.click(within(inside).getByRole('button', { name: '千问 小.gguf' }));
    expect(await screen.findByTestId('preflight')).toHaveTextContent('Qwen3 0.6B');
    expect(screen.queryByTestId('inside-folder')).toBeNull();
  });

  it('that took long is told to somebody who looks elsewhere, a short one is not', async () => {
    const { app, client } = await stage({ locale: 'en-US' });
    const told = vi.spyOn(client, 'windowNotice');
    const now = vi.spyOn(Date, 'now');
    const loads = (going: boolean): void => app.notice.follow('load', going, () => 'ready');
    now.mockReturnValue(1_000);
    loads(true);
    now.mockReturnValue(3_900);
    loads(false);
    expect(told).not.toHaveBeenCalled();
    loads(true);
    now.mockReturnValue(10_000);
    loads(true);
    loads(false);
    expect(told).toHaveBeenCalledExactlyOnceWith('ready');
  });
});

describe('the card of a model that writes nothing', () => {
  it('says one thing, and offers another file', async () => {
    const { app, client } = await stage({ past: true, locale: 'en-US', pick: '/m/bge.gguf' });
    show(app, Models, {});
    await app.models.open('file');
    const card = await screen.findByTestId('preflight');
    expect(card).toHaveTextContent('Not a model to talk to');
    expect(card).not.toHaveTextContent('cannot run here');
    expect(card).not.toHaveTextContent('Chat template');
    expect(card).not.toHaveTextContent('Not supported');
    const pick = vi.spyOn(client, 'modelPick').mockResolvedValue(null);
    expect(within(card).getByTestId('card-main')).toHaveTextContent('Open another file…');
    await fireEvent.click(within(card).getByTestId('card-main'));
    expect(pick).toHaveBeenCalled();
  });
});

describe('names', () => {
  it('of the bundled family are in the language of the user, others as they are', async () => {
    const client = new FakeClient({ model: 'ready', family: true, locale: 'zh-CN' });
    const app = await App.start(client);
    const name = (stage: string): string =>
      FAMILY.find((model) => model.traits.growth?.stage === stage)?.name ?? '';
    expect(app.models.called(name('grow1'))).toBe('透窗小模型 · 起步');
    expect(app.models.called(name('tuned'))).toBe('透窗小模型');
    expect(app.models.called('Qwen3 0.6B')).toBe('Qwen3 0.6B');
    await app.settings.change({ language: 'en' });
    expect(app.models.called(name('grow1'))).toBe('Vitrine Starter · First steps');
  });
});
