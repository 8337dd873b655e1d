import { describe, expect, it, vi } from 'vitest';

import type { Message, TurnEvent } from '../src/client/upcoming';
import { FakeClient } from '../src/client/fake/client';
import { LARGER, STARTER } from '../src/client/fake/data';
import { fault } from '../src/client/fake/faults';
import { toShownError } from '../src/client/errors';
import { App } from '../src/stores/app.svelte';
import { TokenStream } from '../src/stores/token-stream.svelte';
import { deferred, splitCharacter, stage, word } from './support';

describe('TokenStream', () => {
  it('replaces only the last chunk of the last block', () => {
    const stream = new TokenStream();
    stream.append([word('title'), word('\n'), ...Array.from({ length: 130 }, (_, at) => word(`w${at}`))]);
    const [title, body] = stream.blocks;
    stream.append([word('x')]);
    expect(stream.blocks[0]).toBe(title);
    expect(stream.blocks[1]?.map((chunk) => chunk.length)).toEqual([64, 64, 3]);
    expect(stream.blocks[1]?.slice(0, 2)).toEqual(body?.slice(0, 2));
    expect(stream.blocks[1]?.[0]).toBe(body?.[0]);
    expect(stream.blocks[1]?.[1]).toBe(body?.[1]);
    expect(stream.pieces.length).toBe(133);
  });

  it('has the same blocks however the tokens arrive, each ending where a line ends', () => {
    const tokens = [
      word('a'),
      word('.\n'),
      word('\n'),
      ...splitCharacter(),
      ...Array.from({ length: 200 }, (_, at) => word(at % 70 === 69 ? '\n' : ' w')),
      ...splitCharacter().slice(0, 1),
      word('b'),
      ...splitCharacter(),
    ];
    const whole = TokenStream.of(tokens);
    const shapes = (stream: TokenStream): unknown =>
      stream.blocks.map((block) =>
        block.map((chunk) => chunk.map((piece) => [piece.index, piece.start, piece.text])),
      );
    for (const size of [1, 2, 3, 7, 64, 65]) {
      const stream = new TokenStream();
      for (let at = 0; at < tokens.length; at += size) stream.append(tokens.slice(at, at + size));
      expect(shapes(stream), `batches of ${size}`).toEqual(shapes(whole));
    }
    expect(whole.blocks.flat(2)).toEqual(whole.pieces);
    for (const block of whole.blocks.slice(0, -1)) expect(block.at(-1)?.at(-1)?.text).toMatch(/\n$/);
  });

  it('mends a character that was open at the end of a chunk', () => {
    const stream = new TokenStream();
    const [head, tail] = splitCharacter();
    if (!head || !tail) throw new Error('two tokens expected');
    stream.append([...Array.from({ length: 63 }, () => word('a')), head]);
    stream.append([tail, word('b')]);
    expect(
      stream.blocks
        .flat(2)
        .slice(-2)
        .map((piece) => piece.text),
    ).toEqual(['埃', 'b']);
    expect(stream.text.endsWith('埃b')).toBe(true);
  });

  it('measures writing without the time of the prompt', () => {
    const stream = new TokenStream();
    stream.append([word('a', { micros: 5_000_000 })]);
    expect(stream.speed).toBeNull();
    stream.append([word('b', { micros: 20_000 }), word('c', { micros: 20_000 })]);
    expect(stream.speed).toBeCloseTo(50);
  });
});

describe('a turn', () => {
  it('streams into the conversation and ends with the saved message', async () => {
    const { app } = await stage();
    app.chat.draft = 'Which country is the Eiffel Tower in?';
    const turn = app.chat.say();
    expect(app.chat.turn.kind).toBe('streaming');
    expect(app.chat.draft).toBe('');
    await turn;
    expect(app.chat.turn.kind).toBe('idle');
    const [question, answer] = app.chat.conversation?.messages ?? [];
    expect(question?.text).toBe('Which country is the Eiffel Tower in?');
    expect(answer?.text).toContain('France');
    expect(answer?.status).toBe('complete');
    expect(answer && app.chat.streams.get(answer.id)?.text).toBe(answer?.text);
  });

  it('keeps a question that is too long in the conversation, with what the answer says of it', async () => {
    const { app } = await stage();
    app.chat.draft = 'word '.repeat(3000);
    await app.chat.say();
    expect(app.chat.draft).toBe('');
    expect(app.chat.failure).toBeNull();
    expect(app.chat.conversation?.messages[0]?.text).toContain('word word');
    expect(app.chat.lastAnswer).toMatchObject({ status: 'interrupted', text: '' });
    expect(app.chat.lastAnswer?.facts?.error?.code).toBe('context_full');
  });

  it('gives the text back when it could not be sent', async () => {
    const { app, client } = await stage();
    await client.modelUnload();
    app.chat.draft = 'precious';
    await app.chat.say();
    expect(app.chat.draft).toBe('precious');
    expect(app.chat.failure?.error.code).toBe('no_model');
    expect(app.chat.turn.kind).toBe('idle');
  });

  it('keeps what was typed since before the text that comes back', async () => {
    const { app, client } = await stage();
    const answer = deferred<Message>();
    vi.spyOn(client, 'chatTurn').mockReturnValue(answer.promise);
    app.chat.draft = 'first';
    const turn = app.chat.say();
    app.chat.draft = 'second';
    answer.reject(fault('worker_missing', ''));
    await turn;
    expect(app.chat.draft).toBe('first\nsecond');
  });

  it('does not get stuck when the events come after the command has returned', async () => {
    const { app, client } = await stage();
    const real = client.chatTurn.bind(client);
    const late: TurnEvent[] = [];
    let deliver: (event: TurnEvent) => void = () => undefined;
    vi.spyOn(client, 'chatTurn').mockImplementation((request, onEvent) => {
      deliver = onEvent;
      return real(request, (event) => late.push(event));
    });
    app.chat.draft = 'sky';
    await app.chat.say();
    for (const event of late) deliver(event);
    expect(app.chat.turn.kind).toBe('idle');
    expect(app.chat.conversation?.messages.at(-1)?.text).toContain('blue');
  });

  it('goes on while the user reads another conversation', async () => {
    const { app } = await stage({ past: true, pace: 1 });
    await app.history.refresh();
    const other = app.history.items.at(-1);
    if (!other) throw new Error('a past conversation expected');
    app.chat.draft = 'sky';
    const turn = app.chat.say();
    await app.chat.open(other.id);
    expect(app.chat.busy).toBe(true);
    expect(app.chat.busyHere).toBe(false);
    await turn;
    expect(app.chat.conversation?.id).toBe(other.id);
    await app.history.refresh();
    expect(app.history.items[0]?.preview).toContain('blue');
  });

  it('keeps one draft for each conversation', async () => {
    const { app } = await stage({ past: true });
    await app.history.refresh();
    const [one, two] = app.history.items;
    if (!one || !two) throw new Error('past conversations expected');
    await app.chat.open(one.id);
    app.chat.draft = 'for one';
    await app.chat.open(two.id);
    expect(app.chat.draft).toBe('');
    await app.chat.open(one.id);
    expect(app.chat.draft).toBe('for one');
  });

  it('makes versions and switches between them', async () => {
    const { app } = await stage();
    app.chat.draft = 'Which country is the Eiffel Tower in?';
    await app.chat.say();
    const first = app.chat.lastAnswer;
    if (!first) throw new Error('an answer expected');
    await app.chat.regenerate(first.id);
    expect(app.chat.lastAnswer?.versions).toHaveLength(2);
    expect(app.chat.lastAnswer?.text).not.toBe(first.text);
    await app.chat.select(first.id);
    expect(app.chat.lastAnswer?.text).toBe(first.text);
  });

  it('stops', async () => {
    const { app } = await stage({ pace: 2 });
    app.chat.draft = 'a long text';
    const turn = app.chat.say();
    await new Promise((done) => setTimeout(done, 20));
    await app.chat.stop();
    await turn;
    expect(app.chat.lastAnswer?.facts?.stop_reason).toBe('stopped');
    expect(app.chat.lastAnswer?.text).not.toBe('');
  });
});

describe('the start', () => {
  it('loses nothing that is told while the shell answers', async () => {
    const client = new FakeClient({ loadMs: 0, pace: 0 });
    const ask = client.startUp.bind(client);
    vi.spyOn(client, 'startUp').mockImplementation(async () => {
      const answer = await ask();
      await client.modelLoad(STARTER.path, {});
      return answer;
    });
    const app = await App.start(client);
    expect(app.models.ready?.info.name).toBe('Vitrine Starter');
  });

  it('does not put an old answer over news of the second model', async () => {
    const client = new FakeClient({ model: 'ready', loadMs: 0, pace: 0 });
    vi.spyOn(client, 'secondModel').mockImplementation(async () => {
      const before = client.modelLoad(LARGER.path, {}, 'b');
      await before;
      return { state: 'empty' };
    });
    const app = await App.start(client);
    await vi.waitFor(() => expect(app.compare.model?.info.name).toBe(LARGER.name));
    await Promise.resolve();
    expect(app.compare.second.state).toBe('ready');
  });

  it('leaves no listener behind when the shell does not answer', async () => {
    const client = new FakeClient();
    let listeners = 0;
    const listen = client.listen.bind(client);
    vi.spyOn(client, 'listen').mockImplementation(async (handler) => {
      listeners += 1;
      const stop = await listen(handler);
      return () => {
        listeners -= 1;
        stop();
      };
    });
    vi.spyOn(client, 'startUp').mockRejectedValueOnce(fault('database', 'busy'));
    await expect(App.start(client)).rejects.toMatchObject({ code: 'database' });
    expect(listeners).toBe(0);
    await App.start(client);
    expect(listeners).toBe(1);
  });
});

describe('models', () => {
  it('tells a refused file without losing the model that is open', async () => {
    const { app } = await stage();
    expect(await app.models.load('/home/user/mamba.gguf')).toBe(false);
    expect(app.models.failure?.error.code).toBe('unsupported_architecture');
    expect(app.models.ready?.info.name).toBe('Vitrine Starter');
  });

  it('loads, reports progress and remembers', async () => {
    const { app, client } = await stage({ model: 'empty' });
    const fractions: number[] = [];
    await client.listen((event) => {
      if (event.event === 'model_state' && event.active.state === 'loading')
        fractions.push(event.active.fraction);
    });
    expect(await app.models.startBundled()).toBe(true);
    expect(fractions.length).toBeGreaterThan(3);
    expect(app.models.ready?.info.name).toBe('Vitrine Starter');
    expect(app.models.overview.recent[0]?.name).toBe('Vitrine Starter');
  });

  it('calls a cancelled load no error', async () => {
    const { app } = await stage({ model: 'empty', loadMs: 60 });
    const load = app.models.startBundled();
    await new Promise((done) => setTimeout(done, 10));
    await app.models.cancel();
    await load;
    expect(app.models.failure).toBeNull();
    expect(app.models.active.state).toBe('empty');
  });
});

describe('history', () => {
  it('deletes with an undo', async () => {
    const { app } = await stage({ past: true });
    await app.history.refresh();
    const count = app.history.items.length;
    const doomed = app.history.items[0];
    if (!doomed) throw new Error('a past conversation expected');
    await app.chat.open(doomed.id);
    await app.history.remove(doomed.id);
    expect(app.history.items).toHaveLength(count - 1);
    expect(app.chat.conversation).toBeNull();
    const toast = app.toasts.items[0];
    if (!toast) throw new Error('a toast expected');
    app.toasts.act(toast.id);
    await vi.waitFor(() => expect(app.history.items).toHaveLength(count));
    expect(app.toasts.items).toHaveLength(0);
  });

  it('renames, in the open conversation too', async () => {
    const { app } = await stage({ past: true });
    await app.history.refresh();
    const item = app.history.items[0];
    if (!item) throw new Error('a past conversation expected');
    await app.chat.open(item.id);
    await app.renameConversation(item.id, '  巴黎  ');
    expect(app.chat.conversation?.title).toBe('巴黎');
    expect(app.history.items[0]?.title).toBe('巴黎');
    // Without a name it is called what was asked first.
    await app.renameConversation(item.id, ' ');
    expect(app.chat.conversation?.title).toBe(app.chat.conversation?.messages[0]?.text);
  });
});

describe('settings', () => {
  it('puts back what could not be saved', async () => {
    const { app, client } = await stage({ locale: 'en-US' });
    vi.spyOn(client, 'settingsSet').mockRejectedValue(fault('database', 'disk full'));
    await app.settings.change({ language: 'zh-CN' });
    expect(app.i18n.locale).toBe('en');
    expect(app.settings.error?.code).toBe('database');
  });
});

describe('errors', () => {
  it('shows anything that was thrown', () => {
    expect(toShownError(fault('busy', 'x')).code).toBe('busy');
    expect(toShownError(new Error('boom'))).toMatchObject({ code: 'unexpected', detail: 'Error: boom' });
    expect(toShownError('text').code).toBe('unexpected');
    expect(toShownError({ code: 'no_such_code', detail: '', facts: {} }).code).toBe('unexpected');
  });
});
