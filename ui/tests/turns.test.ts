/**
 * The test double tells a turn as the shell does. `fixtures/turns.json` was recorded with the real worker
 * (`tests/recorded_turns.rs` writes it and says what the names in it mean): the same requests have the same shape here.
 */
import { describe, expect, it } from 'vitest';

import { DEFAULT_TURN, FAMILY } from '../src/client/fake/data';
import { FakeClient } from '../src/client/fake/client';
import type { AppError } from '../src/client/bindings/AppError';
import type { Message, StepChoice, TurnEvent, TurnRequest } from '../src/client/upcoming';
import recorded from './fixtures/turns.json';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

interface Recorded {
  name: string;
  before?: string;
  request: Record<string, Json>;
  choices?: string[];
  shape: Json;
}

const settings = { ...DEFAULT_TURN, max_tokens: 60 };

describe('the test double and the shell', () => {
  it('tell the same turns in the same shape', async () => {
    const client = new FakeClient({ model: 'ready', pace: 0, loadMs: 0 });
    const ids = new Map<string, number>();
    expect(recorded.length, 'recorded turns').toBeGreaterThan(20);
    for (const turn of recorded as unknown as Recorded[]) {
      if (turn.before === 'second') await client.modelLoad(withoutTemplate(), {}, 'b');
      if (turn.before === 'none') await client.modelUnload();
      const request = await resolve(client, turn.request, ids);
      const { message, shape } = await run(client, request, turn.choices ?? []);
      if (message) {
        ids.set(`$${turn.name}`, message.id);
        ids.set(`$${turn.name}.question`, message.parent_id ?? 0);
        ids.set(`$${turn.name}.conversation`, message.conversation_id);
      }
      expect(shape, turn.name).toEqual(turn.shape);
    }
  });

  it('write two answers side by side', async () => {
    const client = new FakeClient({ model: 'ready', pace: 0, loadMs: 0 });
    await client.modelLoad('/home/user/two.gguf', {}, 'b');
    const request = { kind: 'compare', conversation_id: null, text: 'sky?', settings } as const;
    const told: number[] = [];
    await client.chatTurn(request, (event) => {
      if (event.event === 'tokens' && told.at(-1) !== event.message_id) told.push(event.message_id);
    });
    expect(told.length).toBeGreaterThan(4);
  });
});

/** The second model of the recording continues texts. */
function withoutTemplate(): string {
  const base = FAMILY.find((model) => !model.has_chat_template);
  if (!base) throw new Error('every stage has a template');
  return base.path;
}

/** The request, with ids in place of names. */
async function resolve(
  client: FakeClient,
  recorded: Recorded['request'],
  ids: Map<string, number>,
): Promise<TurnRequest> {
  const request: Record<string, unknown> = { ...recorded, settings };
  for (const member of ['conversation_id', 'message_id']) {
    const name = request[member];
    if (typeof name === 'string') request[member] = ids.get(name);
  }
  if (request['text'] === '$long') request['text'] = 'word '.repeat(3000);
  const choice = request['choice'] as { id?: unknown } | undefined;
  if (choice?.id === '$other') {
    const tokens = await client.messageTokens(request['message_id'] as number);
    const token = tokens[request['token_index'] as number];
    const other = token?.alternatives.find((one) => one.id !== token.id);
    request['choice'] = { ...choice, id: other?.id };
  }
  return request as unknown as TurnRequest;
}

async function run(
  client: FakeClient,
  request: TurnRequest,
  choices: string[],
): Promise<{ message: Message | null; shape: Json }> {
  const events: TurnEvent[] = [];
  const meanwhile: string[] = [];
  const left = [...choices];
  const chosen: Promise<void>[] = [];
  const choose = async (): Promise<void> => {
    const choice = left.shift();
    if (choice === 'stop') await client.chatStop();
    else if (choice === 'ask') {
      const other = { kind: 'say', conversation_id: null, text: '?', settings } as const;
      await client.chatTurn(other, () => undefined).catch((error: AppError) => meanwhile.push(error.code));
      await choose();
    } else if (choice) await client.stepChoose({ kind: choice } as StepChoice, settings.sampling);
  };
  const shape: Record<string, Json> = {};
  let message: Message | null = null;
  try {
    message = await client.chatTurn(request, (event) => {
      events.push(event);
      if (event.event === 'waiting') chosen.push(choose());
    });
    shape['resolved'] = message.status;
  } catch (error) {
    shape['refused'] = (error as AppError).code;
  }
  await Promise.all(chosen);
  if (meanwhile.length > 0) shape['meanwhile'] = meanwhile;
  const started = events[0];
  if (started?.event === 'started') {
    shape['started'] = started.conversation.messages.map(({ role, status, facts }) => [
      role,
      status,
      facts ? Object.keys(facts).sort() : null,
    ]);
    const answers = [started.message_id, ...(started.second_id === undefined ? [] : [started.second_id])];
    shape['answers'] = answers.map((id) => answer(events, id));
  } else expect(events).toEqual([]);
  return { message, shape };
}

/** What was told of one answer. */
function answer(events: TurnEvent[], id: number): Json {
  const kinds: string[] = [];
  const origins: string[] = [];
  let text = '';
  let first = 0;
  let ended: Json = null;
  for (const event of events) {
    if (event.event === 'started') continue;
    const of = event.event === 'ended' ? event.message.id : event.message_id;
    if (of !== id) continue;
    if (event.event === 'tokens') {
      if (!kinds.includes('tokens')) first = event.records.length;
      for (const record of event.records) {
        text += record.text;
        if (origins.at(-1) !== record.origin) origins.push(record.origin);
      }
    }
    if (event.event === 'ended') {
      expect(event.message.text.startsWith(text)).toBe(true);
      ended = end(event.message, first);
    }
    // How many tokens come together is a matter of time.
    if (event.event !== 'tokens' || kinds.at(-1) !== 'tokens') kinds.push(event.event);
  }
  return { events: kinds, origins, ended };
}

function end(message: Message, first: number): Json {
  const { facts } = message;
  if (!facts) throw new Error('an answer has facts');
  const { stop_reason, error, branch } = facts;
  const itself = stop_reason === 'end_token' || stop_reason === 'limit';
  return {
    status: message.status,
    how: stop_reason === 'stopped' ? 'stopped' : itself ? 'by itself' : stop_reason ? 'otherwise' : 'badly',
    facts: Object.keys(facts).sort(),
    error: error ? [error.code, Object.keys(error.facts).sort()] : null,
    branch: branch
      ? {
          // What is shared with another version comes together, before anything that is new.
          alone_in_the_first_event: branch.token_index === 0 || branch.token_index === first,
          choice: branch.choice.kind,
        }
      : null,
  };
}
