/** One question to all stages of the bundled model, and the second model beside the first. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import Family from '../src/components/models/Family.svelte';
import { LARGER, STARTER } from '../src/client/fake/data';
import { fault } from '../src/client/fake/faults';
import Models from '../src/views/Models.svelte';
import Window from '../src/Window.svelte';
import { show, stage } from './support';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Element.prototype.scrollIntoView = () => undefined;
});

const answers = (): HTMLElement[] => screen.getAllByTestId('ask-all-answer');

describe('all six stages', () => {
  it('are asked the same, one after the other, and their answers stand side by side as tokens', async () => {
    const { app, client } = await stage({ family: true, locale: 'zh-CN' });
    const run = vi.spyOn(client, 'relayRun');
    show(app, Family, {});
    expect(screen.getByTestId('ask-all-question')).toHaveValue('埃菲尔铁塔在哪个国家？');
    await fireEvent.click(screen.getByTestId('ask-all-do'));
    await waitFor(() => expect(app.relay.doneCount).toBe(6));
    const request = run.mock.calls[0]?.[0];
    expect(request?.models.map((model) => model.path.split('starter-').at(-1))).toEqual([
      'grow-1.gguf',
      'grow-2.gguf',
      'grow-3.gguf',
      'base.gguf',
      'sft.gguf',
      expect.stringContaining('vitrine-starter.gguf'),
    ]);
    expect(answers().map((one) => one.dataset['state'])).toEqual(Array(6).fill('answered'));
    expect(answers()[0]).toHaveTextContent('起步');
    expect(within(answers()[5] as HTMLElement).getAllByTestId('token').length).toBeGreaterThan(3);
    expect(answers()[5]).toHaveTextContent('法国');
    // The model that is open for talking was left alone.
    expect(app.models.ready?.info.path).toBe(STARTER.path);
  });

  it('can be stopped: what is written stays, who was not asked says so', async () => {
    const { app } = await stage({ family: true, locale: 'en-US', pace: 5 });
    show(app, Family, {});
    await fireEvent.click(screen.getByTestId('ask-all-do'));
    await waitFor(() => expect(app.relay.runners[0]?.stream.count).toBeGreaterThan(0));
    await fireEvent.click(screen.getByTestId('ask-all-stop'));
    await waitFor(() => expect(app.relay.running).toBe(false));
    expect(app.relay.runners.at(-1)?.state.kind).toBe('stopped');
    expect(answers().at(-1)).toHaveTextContent('stopped');
    expect(app.relay.runners[0]?.stream.count).toBeGreaterThan(0);
    await fireEvent.click(screen.getByTestId('ask-all-close'));
    expect(screen.queryByTestId('ask-all-answer')).toBeNull();
  });

  it('say in their place why one could not be asked, and go on', async () => {
    const { app, client } = await stage({ family: true, locale: 'en-US' });
    vi.spyOn(client, 'relayRun').mockImplementation(async ({ models }, tell) => {
      for (const [index] of models.entries()) {
        const error = fault('not_enough_memory', '', { needed_bytes: 2e9, free_bytes: 1e9 });
        const end =
          index === 1
            ? { end: 'failed' as const, error }
            : { end: 'answered' as const, stop_reason: 'limit' as const };
        tell({ event: 'ended', index, end });
      }
    });
    show(app, Family, {});
    await fireEvent.click(screen.getByTestId('ask-all-do'));
    await waitFor(() => expect(answers()[1]).toHaveTextContent('needs 2 GB'));
    expect(screen.getByTestId('ask-all-progress')).toHaveTextContent('1 could not be asked');
    expect(answers()[2]).toHaveAttribute('data-state', 'answered');
  });

  it('tell a growing story: what was read since the stage before, and nothing twice', async () => {
    const { app, client } = await stage({ family: true, locale: 'en-US' });
    const overview = await client.modelsOverview();
    const of = (stage: string): number =>
      overview.starters.find((one) => one.traits.growth?.stage === stage)?.traits.growth?.tokens_seen ?? 0;
    const starters = overview.starters.map((one) =>
      one.traits.growth?.stage === 'tuned'
        ? { ...one, traits: { ...one.traits, growth: { ...one.traits.growth, tokens_seen: of('sft') } } }
        : one,
    );
    app.models.overview = { ...overview, starters };
    show(app, Family, {});
    const stages = screen.getByTestId('family').querySelectorAll('li[data-stage]');
    expect(stages[4]).toHaveTextContent('tokens read');
    expect(stages[5]).toHaveTextContent('no further text read');
  });
});

describe('the second model', () => {
  it('stands in Models with a way to close it, and is not offered as if it were closed', async () => {
    const { app } = await stage({ past: true, locale: 'en-US' });
    await app.compare.load(LARGER.path);
    show(app, Models, {});
    const card = await screen.findByTestId('second-card');
    expect(card).toHaveTextContent('For comparison');
    expect(card).toHaveTextContent('Qwen3 0.6B');
    const row = screen.getAllByTestId('recent-model').find((one) => one.textContent?.includes('Qwen3'));
    expect(row).toHaveTextContent('for comparison');
    expect(within(row as HTMLElement).queryByRole('button', { name: 'Open Qwen3 0.6B' })).toBeNull();
    await fireEvent.click(within(card).getByTestId('unload-second'));
    await waitFor(() => expect(screen.queryByTestId('second-card')).toBeNull());
    expect(app.compare.second.state).toBe('empty');
    expect(app.models.ready?.info.path).toBe(STARTER.path);
  });

  it('goes with the first', async () => {
    const { app } = await stage({ locale: 'en-US' });
    await app.compare.load(LARGER.path);
    show(app, Models, {});
    await screen.findByTestId('second-card');
    await fireEvent.click(screen.getByTestId('unload'));
    await waitFor(() => expect(app.compare.second.state).toBe('empty'));
  });

  it('is asked no more in another conversation, until somebody says so', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    await app.compare.load(LARGER.path);
    expect(app.compare.on).toBe(true);
    app.nav.go('chat');
    app.chat.draft = 'Which country is the Eiffel Tower in?';
    await app.composer.send();
    await waitFor(() => expect(app.chat.busy).toBe(false));
    // The new conversation has got its id: that is the same one.
    expect(app.chat.conversation).not.toBeNull();
    expect(app.compare.on).toBe(true);
    await fireEvent.click(screen.getByTestId('new-conversation'));
    await waitFor(() => expect(app.compare.on).toBe(false));
    expect(app.compare.model?.info.path).toBe(LARGER.path);
    app.nav.go('models');
    const card = await screen.findByTestId('second-card');
    expect(card).toHaveTextContent('not asked now');
    await fireEvent.click(within(card).getByTestId('ask-both'));
    expect(app.compare.on).toBe(true);
  });
});
