/** The test double keeps the contract's promises about versions, steps and the context. */
import { describe, expect, it } from 'vitest';

import { DEFAULT_TURN } from '../src/client/fake/data';
import { FakeClient } from '../src/client/fake/client';
import type { Draft, Message, StepOffer, TurnEvent, TurnRequest } from '../src/client/upcoming';

const settings = DEFAULT_TURN;

function ready(): FakeClient {
  return new FakeClient({ model: 'ready', pace: 0, loadMs: 0 });
}

async function turn(
  client: FakeClient,
  request: TurnRequest,
): Promise<{ answer: Message; events: TurnEvent[] }> {
  const events: TurnEvent[] = [];
  const answer = await client.chatTurn(request, (event) => events.push(event));
  return { answer, events };
}

function say(text: string, conversation_id: number | null = null): TurnRequest {
  return { kind: 'say', conversation_id, text, settings };
}

describe('the fake client', () => {
  it('forks a sibling that shares the tokens before the fork', async () => {
    const client = ready();
    const { answer } = await turn(client, say('埃菲尔铁塔在哪个国家？'));
    const before = await client.messageTokens(answer.id);
    const other = before[3]?.alternatives.find((one) => one.id !== before[3]?.id);
    const choice = { kind: 'token', id: other?.id ?? 0 } as const;
    const fork = { kind: 'fork', message_id: answer.id, token_index: 3, choice, settings } as const;
    const { answer: forked, events } = await turn(client, fork);
    const after = await client.messageTokens(forked.id);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).toMatchObject({ id: other?.id, origin: 'chosen' });
    expect(forked.versions).toEqual([answer.id, forked.id]);
    expect(forked.facts?.branch).toMatchObject({ from_message: answer.id, token_index: 3 });
    expect(await client.messageTokens(answer.id)).toEqual(before);
    const streamed = events.flatMap((event) => (event.event === 'tokens' ? event.records : []));
    expect(streamed).toEqual(after);
  });

  it('goes on against the end token', async () => {
    const client = ready();
    const { answer } = await turn(client, say('日本的首都？'));
    const { answer: longer } = await turn(client, { kind: 'continue', message_id: answer.id, settings });
    expect(longer.text.startsWith(answer.text)).toBe(true);
    expect(longer.text.length).toBeGreaterThan(answer.text.length);
    expect(longer.facts?.branch?.choice).toEqual({ kind: 'refuse_end' });
  });

  it('waits at every token in step mode, reshapes, and runs on', async () => {
    const client = ready();
    const offers: StepOffer[] = [];
    let made = 0;
    const answer = await client.chatTurn({ ...say('日本？'), pace: 'step' } as TurnRequest, (event) => {
      if (event.event !== 'waiting') return;
      offers.push(event.offer);
      made += 1;
      void (async () => {
        const cool = await client.stepReshape({ ...settings.sampling, top_k: 1 });
        expect(cool.candidates.filter((one) => !one.cut)).toHaveLength(1);
        const guess = await client.stepGuess('日本');
        expect(guess.found).toBe('exact');
        await client.stepChoose(made < 3 ? { kind: 'best' } : { kind: 'run_on' }, settings.sampling);
      })();
    });
    expect(offers.map((offer) => offer.token_index)).toEqual([0, 1, 2]);
    expect(answer.facts?.stop_reason).toBe('end_token');
    await expect(client.stepReshape(settings.sampling)).rejects.toMatchObject({ code: 'not_waiting' });
  });

  it('takes the beginning of an answer from the user', async () => {
    const client = ready();
    const { answer } = await turn(client, { ...say('sky?'), prefill: 'Well, ' } as TurnRequest);
    expect(answer.text.startsWith('Well, ')).toBe(true);
    const tokens = await client.messageTokens(answer.id);
    expect(tokens.slice(0, answer.facts?.prefill_tokens).every((one) => one.origin === 'forced')).toBe(true);
  });

  it('shows the tree, deletes one version and brings it back', async () => {
    const client = ready();
    const { answer } = await turn(client, say('sky?'));
    const { answer: second } = await turn(client, { kind: 'regenerate', message_id: answer.id, settings });
    const question = answer.parent_id ?? 0;
    await turn(client, { kind: 'edit_question', message_id: question, text: 'Japan?', settings });
    const tree = await client.conversationTree(answer.conversation_id);
    expect(tree.nodes.map((node) => node.role)).toEqual([
      'user',
      'assistant',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(tree.nodes.filter((node) => node.active)).toHaveLength(2);
    await client.messageSelect(second.id);
    const left = await client.messageDelete(second.id);
    expect(left.messages.at(-1)?.id).toBe(answer.id);
    expect(left.messages.at(-1)?.versions).toEqual([answer.id]);
    const back = await client.messageRestore(second.id);
    expect(back.messages.at(-1)?.id).toBe(second.id);
  });

  it('tells what falls out of the context, and keeps what is pinned', async () => {
    const client = ready();
    const { answer } = await turn(client, say('Eiffel tower?'));
    const id = answer.conversation_id;
    for (const question of ['sky?', 'Japan?']) await turn(client, say(question, id));
    const draft: Draft = {
      conversation_id: id,
      text: 'more '.repeat(700),
      attachments: [],
      prefill: '',
      settings,
    };
    const preview = await client.contextPreview(draft);
    expect(preview.fit).toBe('some_left_out');
    expect(preview.messages[0]?.fate).toBe('left_out');
    await client.messagePin(answer.id, true);
    const pinned = await client.contextPreview(draft);
    expect(pinned.messages[0]?.fate).toBe('kept');
    const view = await client.promptPreview({ ...draft, text: 'short' });
    expect(view.segments.at(-1)?.end).toBe(view.tokens.length);
  });

  it('asks two models the same question', async () => {
    const client = ready();
    await client.modelLoad('/home/user/two.gguf', {}, 'b');
    const request = { kind: 'compare', conversation_id: null, text: 'sky?', settings } as const;
    const { answer, events } = await turn(client, request);
    const ended = events.flatMap((event) => (event.event === 'ended' ? [event.message] : []));
    expect(ended.map((message) => message.facts?.compare)).toEqual([answer.id, answer.id]);
    expect(ended.map((message) => message.facts?.slot)).toEqual(['a', 'b']);
  });
});
