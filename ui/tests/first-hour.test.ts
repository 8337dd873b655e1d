/** What a first hour in the chat shows: versions, limits, steps, whose words are whose. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Message, TurnRequest } from '../src/client/upcoming';
import { isFormatted } from '../src/components/chat/formatted';
import { ownTokens } from '../src/components/chat/answer-facts';
import { isAlone } from '../src/components/context/parts';
import { COMMANDS } from '../src/components/palette/commands';
import TokenFlow from '../src/components/tokens/TokenFlow.svelte';
import { Formats } from '../src/i18n/formats';
import { TokenStream } from '../src/stores/token-stream.svelte';
import Window from '../src/Window.svelte';
import { show, stage, word, type Stage } from './support';

const QUESTION = 'Where is the Eiffel Tower?';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

afterEach(() => {
  vi.useRealTimers();
});

/** A window with one answered question. */
async function answered(options = {}): Promise<Stage & { requests: TurnRequest[] }> {
  const made = await stage({ locale: 'en-US', ...options });
  const requests: TurnRequest[] = [];
  const turn = made.client.chatTurn.bind(made.client);
  vi.spyOn(made.client, 'chatTurn').mockImplementation((request, onEvent) => {
    requests.push(request);
    return turn(request, onEvent);
  });
  show(made.app, Window, { app: made.app });
  made.app.chat.draft = QUESTION;
  await made.app.composer.send();
  await waitFor(() =>
    expect(screen.getByTestId('message-assistant')).toHaveAttribute('data-status', 'complete'),
  );
  return { ...made, requests };
}

function newest({ app }: Stage): Message {
  const message = app.chat.lastAnswer;
  if (!message) throw new Error('an answer expected');
  return message;
}

/** The newest answer with other facts, as another shell or model would have told them. */
function change({ app }: Stage, part: Partial<Message>): void {
  const open = app.chat.conversation;
  if (!open) throw new Error('a conversation expected');
  const { id } = open.messages.at(-1) as Message;
  app.chat.conversation = {
    ...open,
    messages: open.messages.map((one) => (one.id === id ? { ...one, ...part } : one)),
  };
}

describe('another version', () => {
  it('is drawn anew after a what-if and a "go on": their seed is theirs alone', async () => {
    const made = await answered();
    const first = newest(made);
    await made.app.chat.fork(first, 2, { kind: 'text', text: ' big' });
    await made.app.chat.goOn(newest(made));
    expect(newest(made).facts?.seed).toBe(first.facts?.seed);
    expect(made.app.chat.settings.sampling.seed).toBeUndefined();
    await made.app.chat.regenerate(first.id);
    expect(made.requests.at(-1)).toMatchObject({ kind: 'regenerate' });
    expect(newest(made).facts?.seed).not.toBe(first.facts?.seed);
  });

  it('keeps what was chosen for the next answer while a what-if is written as it was', async () => {
    const made = await answered();
    const { chat } = made.app;
    chat.settings = { ...chat.settings, max_tokens: 48 };
    await chat.fork(newest(made), 2, { kind: 'text', text: ' big' });
    expect(chat.settings.max_tokens).toBe(48);
  });

  it('with a fixed seed says that it would be the same, and draws a new one once', async () => {
    const made = await answered();
    const { chat } = made.app;
    const seed = newest(made).facts?.seed ?? 0;
    chat.settings = { ...chat.settings, sampling: { ...chat.settings.sampling, seed } };
    const asked = made.requests.length;
    await fireEvent.click(screen.getByTestId('regenerate'));
    const offer = await screen.findByTestId('repeat-offer');
    expect(offer).toHaveTextContent(String(seed));
    expect(made.requests).toHaveLength(asked);
    const anew = within(offer).getByTestId('repeat-anew');
    expect(anew).toHaveFocus();
    await fireEvent.click(anew);
    await waitFor(() => expect(made.requests.at(-1)).toMatchObject({ kind: 'regenerate', once: true }));
    await waitFor(() => expect(screen.queryByTestId('repeat-offer')).toBeNull());
    await waitFor(() => expect(newest(made).facts?.seed).not.toBe(seed));
    expect(chat.settings.sampling.seed).toBe(seed);
  });

  it('at temperature 0 says so, and is not asked what changed settings make another', async () => {
    const made = await answered();
    const { chat } = made.app;
    chat.settings = { ...chat.settings, sampling: { ...chat.settings.sampling, temperature: 0 } };
    // The first one was drawn at another temperature.
    await chat.regenerate(newest(made).id);
    expect(chat.repeat).toBeNull();
    await chat.regenerate(newest(made).id);
    expect(chat.repeat).toMatchObject({ why: 'greedy' });
    await chat.drawAnew(newest(made).id);
    expect(newest(made).facts?.settings.sampling.temperature).toBe(0.7);
    expect(chat.settings.sampling.temperature).toBe(0);
  });
});

describe('a message that does not fit', () => {
  const LONG = 'river '.repeat(9000);

  it('is not sent: both numbers are told, and every word stays', async () => {
    const made = await answered();
    const asked = made.requests.length;
    const box = screen.getByTestId('composer');
    await fireEvent.input(box, { target: { value: LONG } });
    // At once, before anything was counted.
    await fireEvent.keyDown(box, { key: 'Enter' });
    const warning = await screen.findByTestId('context-warning');
    const context = made.app.models.ready?.context_length ?? 0;
    expect(warning).toHaveTextContent('This message alone');
    expect(warning).toHaveTextContent(context.toLocaleString('en'));
    expect(warning).toHaveTextContent((made.app.composer.preview?.draft_tokens ?? 0).toLocaleString('en'));
    expect(screen.getByTestId('send')).toBeDisabled();
    await fireEvent.keyDown(box, { key: 'Enter' });
    expect(made.requests).toHaveLength(asked);
    expect(made.app.chat.draft).toBe(LONG);
    await fireEvent.input(box, { target: { value: 'short' } });
    await waitFor(() => expect(screen.getByTestId('send')).toBeEnabled());
  });

  it('can be cut to what fits, and the rest is kept: also past sending, until it is put back', async () => {
    const made = await answered();
    const { composer, chat } = made.app;
    const box = screen.getByTestId('composer');
    await fireEvent.input(box, { target: { value: LONG } });
    const offer = await screen.findByTestId('cut');
    const preview = composer.preview;
    if (!preview) throw new Error('counted');
    const fits = preview.context_length - preview.reserved - (preview.prompt_tokens - preview.draft_tokens);
    expect(offer).toHaveTextContent(`Cut to the first ${fits.toLocaleString('en')} tokens`);
    await fireEvent.click(offer);
    const note = await screen.findByTestId('cut-rest');
    await waitFor(() => expect(screen.getByTestId('send')).toBeEnabled());
    expect(composer.preview?.draft_tokens).toBe(fits);
    expect(LONG.startsWith(chat.draft)).toBe(true);
    expect(chat.draft + (composer.rest?.text ?? '')).toBe(LONG.trim());
    expect(note).toHaveTextContent('kept here');
    expect(box).toHaveFocus();
    const head = chat.draft;
    await fireEvent.click(screen.getByTestId('send'));
    await waitFor(() => expect(chat.conversation?.messages.at(-2)?.text).toBe(head.trim()));
    await waitFor(() => expect(chat.busy).toBe(false));
    await fireEvent.click(screen.getByTestId('cut-back'));
    expect(chat.draft).toBe(LONG.trim().slice(head.length));
    expect(screen.queryByTestId('cut-rest')).toBeNull();
  });

  it('is cut between characters, and what is cut off goes with a conversation that gets its id', async () => {
    const { app } = await stage({ locale: 'zh-CN' });
    const text = '鲸鱼'.repeat(6000);
    app.chat.draft = text;
    app.composer.count();
    await vi.waitFor(() => expect(app.composer.cuttable).not.toBeNull());
    await app.composer.cut();
    expect(app.composer.ready).toBe(true);
    expect(app.chat.draft).toMatch(/^[鲸鱼]+$/);
    const rest = app.composer.rest?.text ?? '';
    expect(app.chat.draft + rest).toBe(text);
    await app.composer.send();
    expect(app.chat.conversation).not.toBeNull();
    expect(app.composer.rest?.text).toBe(rest);
    app.chat.begin();
    expect(app.composer.rest).toBeNull();
  });

  it('is not offered to be cut where its files are what is too long', async () => {
    const { app, client } = await stage();
    const [file] = await client.attachmentPick();
    if (!file) throw new Error('a file');
    app.chat.draft = LONG;
    app.composer.count();
    await vi.waitFor(() => expect(app.composer.cuttable).not.toBeNull());
    await app.composer.pick();
    expect(app.composer.attachments).not.toHaveLength(0);
    expect(app.composer.cuttable).toBeNull();
  });

  it('says whether it is the message alone or what is kept besides', () => {
    const preview = {
      context_length: 512,
      reserved: 128,
      prompt_tokens: 600,
      system_tokens: 0,
      messages: [],
    };
    expect(isAlone({ ...preview, draft_tokens: 400, fit: 'too_long' })).toBe(true);
    expect(isAlone({ ...preview, draft_tokens: 300, fit: 'too_long' })).toBe(false);
  });

  it('leaves nothing to go on from, and no word of an interruption, where nothing was written', async () => {
    const made = await answered();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    const error = {
      code: 'context_full',
      detail: '',
      facts: { prompt_tokens: 2328, context_length: 512 },
    } as const;
    const { stop_reason, ...others } = facts;
    expect(stop_reason).toBe('end_token');
    change(made, {
      text: '',
      status: 'interrupted',
      facts: { ...others, completion_tokens: 0, error },
    });
    const card = await screen.findByTestId('error-card');
    expect(card).toHaveTextContent('2,328');
    expect(card).toHaveTextContent('512');
    expect(screen.queryByTestId('stop-reason')).toBeNull();
    expect(screen.queryByTestId('go-on')).toBeNull();
  });

  it('an answer that was stopped before its first token says that it is empty', async () => {
    const made = await answered();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    change(made, { text: '', facts: { ...facts, completion_tokens: 0, stop_reason: 'stopped' } });
    expect(await screen.findByTestId('answer-empty')).toBeVisible();
    expect(screen.getByTestId('stop-reason')).toHaveAttribute('data-reason', 'stopped');
    expect(screen.queryByTestId('go-on')).toBeNull();
  });
});

describe('a model without a chat template', () => {
  it('is not told to have failed', async () => {
    const made = await answered();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    change(made, { facts: { ...facts, prompt_form: 'completion', template_fallback: 'it has none' } });
    expect(await screen.findByTestId('answer-completion')).not.toHaveTextContent('fail');
    expect(screen.queryByTestId('answer-fallback')).toBeNull();
    change(made, { facts: { ...facts, prompt_form: 'plain', template_fallback: 'line 3' } });
    expect(await screen.findByTestId('answer-fallback')).toBeVisible();
  });
});

describe('steps by keys', () => {
  const position = ({ app }: Stage): number => app.chat.waiting?.offer.token_index ?? -1;

  it('Enter on a candidate, then Enter, Enter: the focus is on the first candidate of the next token', async () => {
    const made = await answered();
    made.app.chat.pace = 'step';
    made.app.chat.draft = QUESTION;
    void made.app.composer.send();
    await screen.findByTestId('step-panel');
    made.app.lens.enter();
    await waitFor(() => expect(screen.getAllByTestId('candidate-pick')[0]).toHaveFocus());
    for (let token = 1; token <= 3; token += 1) {
      (document.activeElement as HTMLElement).click();
      await waitFor(() => expect(position(made)).toBe(token));
      await waitFor(() => expect(screen.getAllByTestId('candidate-pick')[0]).toHaveFocus());
    }
    // On the button for the likeliest it stays there.
    screen.getByTestId('step-best').focus();
    screen.getByTestId('step-best').click();
    await waitFor(() => expect(position(made)).toBe(4));
    expect(screen.getByTestId('step-best')).toHaveFocus();
    await made.app.chat.stop();
  });

  it('"go on" goes on by steps while answers are written by steps', async () => {
    const made = await answered();
    made.app.chat.pace = 'step';
    const count = made.app.chat.streams.get(newest(made).id)?.count ?? 0;
    void made.app.chat.goOn(newest(made));
    await screen.findByTestId('step-panel');
    expect(made.requests.at(-1)).toMatchObject({ kind: 'continue', pace: 'step' });
    expect(position(made)).toBe(count - 1);
    await made.app.chat.stop();
  });

  it('three sliders are there, the others under "more"', async () => {
    const made = await answered();
    made.app.chat.pace = 'step';
    made.app.chat.draft = QUESTION;
    void made.app.composer.send();
    await screen.findByTestId('step-panel');
    const more = screen.getByTestId('step-more').closest('details');
    for (const name of ['temperature', 'top_k', 'top_p'])
      expect(more).not.toContainElement(screen.getByTestId(`slider-${name}`));
    for (const name of ['min_p', 'repetition_penalty'])
      expect(more).toContainElement(screen.getByTestId(`slider-${name}`));
    await made.app.chat.stop();
  });

  it('a guess is marked among the candidates, and can be taken', async () => {
    const made = await answered();
    made.app.chat.pace = 'step';
    made.app.step.guessFirst = true;
    made.app.chat.draft = QUESTION;
    void made.app.composer.send();
    await fireEvent.input(await screen.findByTestId('guess-text'), { target: { value: ' old' } });
    await fireEvent.click(screen.getByTestId('guess-submit'));
    const tag = await screen.findByTestId('guess-tag');
    expect(tag.closest('[data-testid="candidate"]')).toHaveTextContent('old');
    await fireEvent.click(screen.getByTestId('guess-take'));
    await waitFor(() => expect(made.app.chat.live?.text).toBe(' old'));
    await made.app.chat.stop();
  });
});

describe('the lens after a what-if', () => {
  it('goes on with the same place of the new version', async () => {
    const made = await answered();
    const first = newest(made);
    await fireEvent.click(screen.getAllByTestId('token')[2] as HTMLElement);
    await fireEvent.click(screen.getAllByTestId('candidate-pick')[1] as HTMLElement);
    await waitFor(() => expect(newest(made).id).not.toBe(first.id));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    const { subject } = made.app.lens;
    expect(subject).toMatchObject({ kind: 'answer', messageId: newest(made).id });
    expect(subject?.kind === 'answer' && subject.piece.start + subject.at).toBe(2);
    // And again, without choosing the token anew.
    await fireEvent.click(screen.getAllByTestId('candidate-pick')[0] as HTMLElement);
    await waitFor(() => expect(newest(made).versions).toHaveLength(3));
  });
});

describe('whose words they are', () => {
  const given = (text: string) => word(text, { origin: 'forced', probability: 0.0001 });

  it('what a person put at the beginning has no heat, a label, and no number', async () => {
    const { app } = await stage({ settings: { token_numbers: true } });
    const stream = TokenStream.of([given('In'), given(' short'), word(' it', { probability: 0.01 })]);
    show(app, TokenFlow, { stream, messageId: 1 });
    const [first, second, third] = screen.getAllByTestId('token');
    for (const one of [first, second]) {
      expect(one).toHaveClass('given', 's0');
      expect(one).not.toHaveAttribute('data-figure');
      expect(one).toHaveAccessibleName(/you wrote this/);
    }
    expect(first).not.toHaveAttribute('data-whose');
    expect(second).toHaveAttribute('data-whose', 'you wrote this');
    expect(third).not.toHaveClass('given');
    expect(third).toHaveClass('s4');
  });

  it('so has what was typed in at a fork, up to where the model goes on', async () => {
    const { app } = await stage();
    const typed = (text: string) => word(text, { origin: 'chosen', probability: 0.001 });
    const stream = TokenStream.of([word('It'), typed(' is'), typed(' big'), word(' now')]);
    show(app, TokenFlow, { stream, messageId: 1, typedAt: 1 });
    const classes = screen.getAllByTestId('token').map((one) => one.classList.contains('given'));
    expect(classes).toEqual([false, true, true, false]);
  });

  it('they are not counted as tokens of the model', async () => {
    const made = await answered();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    expect(ownTokens({ ...facts, completion_tokens: 118, prefill_tokens: 100 })).toBe(18);
    change(made, { facts: { ...facts, completion_tokens: 118, prefill_tokens: 100 } });
    expect(await screen.findByTestId('tokens-given')).toHaveTextContent('100 tokens by you');
    expect(screen.getByTestId('tokens-own')).toHaveTextContent('18 tokens');
  });
});

describe('numbers', () => {
  it('say how many times without a row of digits', () => {
    const [en, zh] = [new Formats('en'), new Formats('zh-CN')];
    expect([1.26, 8.71, 41.4, 414_124_297].map(en.times)).toEqual(['1.3', '8.7', '41', '414M']);
    expect(zh.times(414_124_297)).toBe('4.14亿');
  });
});

describe('pointing', () => {
  it('text that scrolls under a resting pointer is not pointed at', async () => {
    const { app } = await stage();
    show(app, TokenFlow, { stream: TokenStream.of([word('one'), word(' two')]), messageId: 1 });
    vi.useFakeTimers();
    const [first, second] = screen.getAllByTestId('token') as [HTMLElement, HTMLElement];
    await fireEvent.pointerMove(first, { clientX: 10, clientY: 10 });
    await vi.advanceTimersByTimeAsync(400);
    expect(screen.getByTestId('token-popover')).toHaveTextContent('one');
    await fireEvent.scroll(window);
    expect(screen.queryByTestId('token-popover')).toBeNull();
    await fireEvent.pointerMove(second, { clientX: 10, clientY: 10 });
    await vi.advanceTimersByTimeAsync(400);
    expect(screen.queryByTestId('token-popover')).toBeNull();
    await fireEvent.pointerMove(second, { clientX: 11, clientY: 10 });
    await vi.advanceTimersByTimeAsync(400);
    expect(screen.getByTestId('token-popover')).toHaveTextContent('two');
  });
});

describe('questions', () => {
  it('are formatted where somebody meant it, and plain words otherwise', () => {
    for (const text of ['```rust\nfn main() {}\n```', 'this is **loud**', 'what does `ls` do'])
      expect(isFormatted(text)).toBe(true);
    for (const text of ['2 * 3 * 4', '# of apples', 'a ** b ** c', '5 * 3', "it's `odd", 'plain'])
      expect(isFormatted(text)).toBe(false);
  });
});

describe('the frame', () => {
  it('earlier answers have one short line, the last one everything', async () => {
    const made = await answered();
    made.app.chat.draft = 'And the sky?';
    await made.app.composer.send();
    await waitFor(() => expect(screen.getAllByTestId('message-assistant')).toHaveLength(2));
    await waitFor(() => expect(made.app.chat.busy).toBe(false));
    const [before, last] = screen.getAllByTestId('message-assistant') as [HTMLElement, HTMLElement];
    expect(before.querySelector('footer')).toHaveClass('short');
    expect(last.querySelector('footer')).not.toHaveClass('short');
    expect(within(before).getByTestId('regenerate')).toHaveAccessibleName('Another version');
  });

  it('the title does not repeat the first question right above it', async () => {
    const made = await answered();
    const line = (): string | undefined =>
      screen.getByTestId('chat-title').closest<HTMLElement>('[data-place]')?.dataset['place'];
    expect(line()).toBe('corner');
    // Its name can be changed all the same, without looking for the place.
    COMMANDS.find((one) => one.name === 'rename')?.run(made.app);
    const field = await screen.findByTestId('chat-title-field');
    expect(line).toThrow();
    await fireEvent.keyDown(field, { key: 'Escape' });
    await waitFor(() => expect(line()).toBe('corner'));
    made.app.chat.onRenamed(made.app.chat.conversation?.id ?? 0, 'Towers');
    await waitFor(() => expect(line()).toBe('line'));
  });

  it('figures of another model are not shown for the one that is open', async () => {
    const made = await answered();
    expect(screen.getByTestId('status-speed')).toBeVisible();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    change(made, { facts: { ...facts, model_fingerprint: 'another' } });
    await waitFor(() => expect(screen.queryByTestId('status-speed')).toBeNull());
  });

  it('what only a model could mend is mended when it is back', async () => {
    const made = await answered();
    const facts = newest(made).facts;
    if (!facts) throw new Error('facts expected');
    const error = { code: 'worker_crashed', detail: '', facts: {} } as const;
    change(made, { status: 'interrupted', facts: { ...facts, model_fingerprint: 'another', error } });
    expect(await screen.findByTestId('error-card')).toBeVisible();
    change(made, { status: 'interrupted', facts: { ...facts, error } });
    await waitFor(() => expect(screen.queryByTestId('error-card')).toBeNull());
    expect(screen.getByTestId('go-on')).toBeEnabled();
  });

  it('the prompt stands above the answer, and Esc puts it away', async () => {
    const made = await answered();
    await fireEvent.click(screen.getByTestId('prompt-flip'));
    const prompt = await screen.findByTestId('prompt');
    expect(screen.getByTestId('message-assistant')).toHaveTextContent(newest(made).text);
    await fireEvent.keyDown(screen.getByTestId('prompt-flip'), { key: 'Escape' });
    await waitFor(() => expect(prompt).not.toBeInTheDocument());
  });

  it('the map tells versions apart where they part', async () => {
    const made = await answered();
    const first = newest(made);
    await made.app.chat.fork(first, 3, { kind: 'text', text: ' a castle' });
    await fireEvent.click(await screen.findByTestId('tree-button'));
    const rows = (await screen.findAllByTestId('tree-node')).map((row) => row.textContent ?? '');
    const replaced = made.app.chat.streams.get(first.id)?.records[3]?.text.trim() ?? '';
    expect(rows.at(-1)).toContain(`${replaced} →`);
    expect(rows.at(-1)).toContain('castle');
  });

  it('the longest answer is not offered beyond what the model sees', async () => {
    const made = await answered();
    const { active } = made.app.models;
    if (active.state !== 'ready') throw new Error('a model expected');
    const small = { ...active, model: { ...active.model, context_length: 512 } };
    made.client.tell({ event: 'model_state', active: small });
    await fireEvent.click(screen.getByTestId('chat-settings'));
    const sliders = await screen.findAllByLabelText('Longest answer');
    for (const one of sliders) expect(one).toHaveAttribute('max', '512');
    expect(made.app.chat.settings.max_tokens).toBe(1024);
  });
});
