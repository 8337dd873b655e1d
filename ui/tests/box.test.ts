/** What stands in the box and what is in view belong to whoever wrote and asked last: nothing late or from elsewhere takes over. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Attachment } from '../src/client/bindings/Attachment';
import { fault } from '../src/client/fake/faults';
import type { Conversation } from '../src/client/upcoming';
import { askInChat } from '../src/components/inspector/to-chat';
import Window from '../src/Window.svelte';
import { App } from '../src/stores/app.svelte';
import { deferred, show, stage, type Stage } from './support';

/** Two conversations from before, by id. */
async function past(
  options: Parameters<typeof stage>[0] = {},
): Promise<Stage & { one: number; two: number }> {
  const made = await stage({ past: true, locale: 'en-US', ...options });
  await made.app.history.refresh();
  const [one, two] = made.app.history.items.map(({ id }) => id);
  if (one === undefined || two === undefined) throw new Error('past conversations expected');
  return { ...made, one, two };
}

/** The next conversation that is opened comes when the test says so. */
function slowly({ client }: Stage): () => void {
  const { promise, resolve } = deferred<null>();
  const real = client.conversationOpen.bind(client);
  vi.spyOn(client, 'conversationOpen').mockImplementationOnce(async (id) => {
    const answer = await real(id);
    await promise;
    return answer;
  });
  return () => resolve(null);
}

describe('words from elsewhere', () => {
  it('come below a question that somebody began to write', async () => {
    const { app } = await stage();
    app.chat.draft = 'What I was about to';
    expect(await app.write('the city')).toBe(false);
    expect(app.chat.draft).toBe('What I was about to\nthe city');
    app.chat.draft = ' \n';
    expect(await app.write('the city')).toBe(true);
    expect(app.chat.draft).toBe('the city');
  });

  it('come below one from an earlier start that nobody has looked at yet', async () => {
    const { client } = await past();
    await client.draftKeep(null, 'from yesterday', []);
    const app = await App.start(client);
    await app.chat.open((await client.historyList(app.history.list.filter, 'used', 0, 1)).rows[0]?.id ?? 0);
    askInChat(app, 'What is “city”?');
    await vi.waitFor(() => expect(app.chat.draft).toBe('from yesterday\nWhat is “city”?'));
    await app.drafts.flush();
    expect((await client.draftKept(null)).text).toBe('from yesterday\nWhat is “city”?');
  });

  it('of an example are asked at once, but never together with those of the user', async () => {
    const { app, client } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    app.nav.go('chat');
    const asked = vi.spyOn(client, 'chatTurn');
    app.chat.draft = 'Half a';
    const [, story] = await screen.findAllByTestId('sample');
    await fireEvent.click(story as HTMLElement);
    await waitFor(() => expect(app.chat.draft).toBe('Half a\nTell me a little story'));
    expect(asked).not.toHaveBeenCalled();
    app.chat.draft = '';
    await fireEvent.click(story as HTMLElement);
    await waitFor(() => expect(asked).toHaveBeenCalledOnce());
  });
});

describe('a conversation that comes late', () => {
  it('takes no place from a new one, and no words', async () => {
    const made = await past();
    const { app, one } = made;
    const answer = slowly(made);
    const opening = app.openConversation(one);
    app.begin();
    app.chat.draft = 'new words';
    answer();
    await opening;
    expect(app.chat.conversation).toBeNull();
    expect(app.chat.draft).toBe('new words');
  });

  it('takes no place from the one that was asked for after it, nor from the one that was gone back to', async () => {
    const made = await past();
    const { app, one, two } = made;
    let answer = slowly(made);
    let late = app.openConversation(one);
    await app.openConversation(two);
    answer();
    await late;
    expect(app.chat.conversation?.id).toBe(two);
    answer = slowly(made);
    late = app.openConversation(one);
    await app.openConversation(two);
    app.nav.go('models');
    answer();
    await late;
    expect(app.chat.conversation?.id).toBe(two);
    expect(app.nav.view).toBe('models');
  });

  it('takes no place from a question that was asked meanwhile, and says nothing where it failed', async () => {
    const made = await past();
    const { app, client, one } = made;
    const answer = slowly(made);
    const opening = app.openConversation(one);
    app.chat.draft = 'What colour is the sky?';
    await app.chat.say();
    answer();
    await opening;
    expect(app.chat.lastAnswer?.text).toContain('blue');
    const broken = deferred<Conversation>();
    vi.spyOn(client, 'conversationOpen').mockReturnValueOnce(broken.promise);
    const failing = app.openConversation(one);
    app.begin();
    broken.reject(fault('database', 'locked'));
    await failing;
    expect(app.chat.failure).toBeNull();
  });
});

describe('a conversation that was saved after trouble', () => {
  /** One that is kept in memory alone, and its id in the file. */
  async function saved(): Promise<Stage & { from: number; to: number }> {
    const made = await stage();
    const { app, client } = made;
    app.chat.draft = 'What colour is the sky?';
    await app.chat.say();
    const open = app.chat.conversation;
    if (!open) throw new Error('a conversation expected');
    app.chat.conversation = { ...open, keeping: 'unsaved' };
    app.onShown(open.id);
    await app.drafts.open(open.id);
    const to = open.id + 1000;
    const real = client.conversationOpen.bind(client);
    vi.spyOn(client, 'conversationOpen').mockImplementation(async () => ({
      ...(await real(open.id)),
      id: to,
    }));
    return { ...made, from: open.id, to };
  }

  it('goes on under its new id, with all that waits in its box', async () => {
    const { app, client, from, to } = await saved();
    await app.composer.attach('/home/user/notes.md');
    app.chat.draft = 'and then';
    app.composer.prefill = 'Well, ';
    app.chat.settings = { ...app.chat.settings, max_tokens: 48 };
    app.compare.wanted = true;
    const [kept, shown] = [vi.spyOn(client, 'draftKeep'), vi.spyOn(client, 'conversationShown')];
    app.onEvent({ event: 'history_changed' });
    await vi.waitFor(() => expect(app.chat.conversation?.id).toBe(to));
    expect(app.chat.draft).toBe('and then');
    expect(app.chat.draftOf(from)).toBe('');
    expect(app.composer.attachments.map(({ name }) => name)).toEqual(['notes.md']);
    expect(app.composer.prefill).toBe('Well, ');
    expect(app.chat.settings.max_tokens).toBe(48);
    expect(shown).toHaveBeenLastCalledWith(to);
    // As the window tells it when it sees another id.
    app.onShown(to);
    expect(app.compare.wanted).toBe(true);
    await app.drafts.flush();
    // The old id is the new one for the shell: an empty box of it would be put over the words.
    expect(kept.mock.calls.every(([id]) => id === to)).toBe(true);
    expect(kept.mock.calls.at(-1)?.[1]).toBe('and then');
    app.history.onDeleted(to);
    expect(app.chat.conversation).toBeNull();
  });

  it('is read again when the history opens, whatever it was, and not while an answer is written in it', async () => {
    const { app, to } = await saved();
    // Of one that was in the file before, only the messages since have other ids.
    if (app.chat.conversation) app.chat.conversation = { ...app.chat.conversation, keeping: 'saved' };
    app.standing.onState({ state: 'unavailable', error: fault('disk_full', ''), unsaved: 2 });
    app.chat.turn = { kind: 'sending', conversationId: app.chat.conversation?.id ?? 0, text: null };
    app.standing.onState({ state: 'open' });
    await Promise.resolve();
    expect(app.chat.conversation?.id).not.toBe(to);
    app.chat.turn = { kind: 'idle' };
    app.standing.onState({ state: 'unavailable', error: fault('disk_full', ''), unsaved: 2 });
    app.standing.onState({ state: 'open' });
    await vi.waitFor(() => expect(app.chat.conversation?.id).toBe(to));
  });
});

describe('a file that was chosen', () => {
  it('goes with the conversation that it was chosen for, whatever is open when the dialog closes', async () => {
    const { app, client, one, two } = await past();
    await app.chat.open(one);
    const dialog = deferred<Attachment[]>();
    const asked = vi.spyOn(client, 'attachmentPick').mockReturnValueOnce(dialog.promise);
    const picking = app.composer.pick();
    expect((asked.mock.calls[0] as unknown[])[1]).toBe(one);
    await app.chat.open(two);
    const wishes = app.composer.focusWishes;
    dialog.resolve([await client.attachmentRead('/home/user/notes.md')]);
    await picking;
    expect(app.composer.attachments).toEqual([]);
    expect(app.composer.attachmentsOf(one).map(({ name }) => name)).toEqual(['notes.md']);
    expect(app.composer.focusWishes).toBe(wishes);
  });

  it('for the turn after a first question goes on with that conversation', async () => {
    const { app } = await stage();
    app.chat.draft = 'What colour is the sky?';
    await app.composer.attach('/home/user/notes.md');
    await app.chat.say();
    expect(app.chat.conversation).not.toBeNull();
    expect(app.composer.attachments).toHaveLength(1);
    expect(app.composer.attachmentsOf(null)).toEqual([]);
  });
});

describe('a conversation that is deleted while an answer is written in it', () => {
  it('stops it: a question can be asked elsewhere', async () => {
    const { app } = await stage({ pace: 2 });
    app.chat.draft = 'a long text';
    const turn = app.chat.say();
    await vi.waitFor(() => expect(app.chat.turn.kind).toBe('streaming'));
    await new Promise((done) => setTimeout(done, 20));
    const id = app.chat.conversation?.id ?? 0;
    await app.history.remove(id);
    await turn;
    expect(app.chat.busy).toBe(false);
    expect(app.chat.conversation).toBeNull();
    await app.history.restore(id);
    await app.chat.open(id);
    expect(app.chat.lastAnswer?.facts?.stop_reason).toBe('stopped');
  });

  it('leaves an answer alone that is written elsewhere', async () => {
    const { app, one } = await past({ pace: 1 });
    app.chat.draft = 'sky';
    const turn = app.chat.say();
    await app.history.remove(one);
    await turn;
    expect(app.chat.lastAnswer?.facts?.stop_reason).not.toBe('stopped');
  });
});
