import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import Composer from '../src/components/chat/Composer.svelte';
import Markdown from '../src/components/markdown/Markdown.svelte';
import ErrorCard from '../src/components/shared/ErrorCard.svelte';
import CandidateBars from '../src/components/tokens/CandidateBars.svelte';
import TokenFlow from '../src/components/tokens/TokenFlow.svelte';
import { TokenStream } from '../src/stores/token-stream.svelte';
import { candidateRows, everythingElse } from '../src/tokens/probability';
import History from '../src/views/History.svelte';
import Window from '../src/Window.svelte';
import { record, show, splitCharacter, stage, word } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('TokenFlow', () => {
  it('joins the tokens of one character into one chip', async () => {
    const { app } = await stage();
    show(app, TokenFlow, { stream: TokenStream.of([word('在'), ...splitCharacter()]), messageId: 1 });
    const chips = screen.getAllByTestId('token');
    expect(chips).toHaveLength(2);
    expect(chips[1]).toHaveTextContent('埃');
    expect(chips[1]).not.toHaveTextContent('\ufffd');
    expect(chips[1]).toHaveAttribute('data-token-id', '301 302');
  });

  it('shows the short form after 300 ms of hovering', async () => {
    const { app } = await stage();
    show(app, TokenFlow, {
      stream: TokenStream.of([word(' Paris', { id: 42, probability: 0.6 })]),
      messageId: 1,
    });
    vi.useFakeTimers();
    await fireEvent.pointerMove(screen.getByTestId('token'), { clientX: 40, clientY: 20 });
    await vi.advanceTimersByTimeAsync(250);
    expect(screen.queryByTestId('token-popover')).toBeNull();
    await vi.advanceTimersByTimeAsync(80);
    const popover = screen.getByTestId('token-popover');
    expect(popover).toHaveTextContent('␣Paris');
    expect(popover).toHaveTextContent('#42');
    expect(popover).toHaveTextContent('60%');
    expect(popover).toHaveTextContent('everything else (998 tokens)');
  });

  it('goes from token to token by arrow keys and pins with Enter', async () => {
    const { app } = await stage();
    show(app, TokenFlow, {
      stream: TokenStream.of([word('one'), word(' two'), word(' three')]),
      messageId: 5,
    });
    const [first, second, third] = screen.getAllByTestId('token');
    if (!first || !second || !third) throw new Error('three tokens expected');
    expect([first, second, third].map((chip) => chip.tabIndex)).toEqual([0, -1, -1]);
    first.focus();
    await fireEvent.keyDown(first, { key: 'ArrowRight' });
    expect(second).toHaveFocus();
    await fireEvent.keyDown(second, { key: 'End' });
    expect(third).toHaveFocus();
    await fireEvent.keyDown(third, { key: 'Enter' });
    expect(app.lens.subject).toMatchObject({ kind: 'answer', messageId: 5, piece: { index: 2 } });
    expect(third).toHaveAttribute('aria-pressed', 'true');
  });

  it('has the answer and nothing else as its text', async () => {
    const { app } = await stage();
    const tokens = [
      word('a  b\n\n\tc'),
      ...splitCharacter(),
      word(' d'),
      record({ bytes: '', special: true }),
    ];
    show(app, TokenFlow, { stream: TokenStream.of(tokens), messageId: 1 });
    expect(screen.getByTestId('answer-text').textContent).toBe('a  b\n\n\tc埃 d');
  });

  it('shows the short form at once when the focus comes by key, and not when by a press', async () => {
    const { app } = await stage();
    show(app, TokenFlow, { stream: TokenStream.of([word('one'), word(' two')]), messageId: 1 });
    const [first, second] = screen.getAllByTestId('token');
    if (!first || !second) throw new Error('two tokens expected');
    first.focus();
    expect(await screen.findByTestId('token-popover')).toHaveAttribute(
      'id',
      first.getAttribute('aria-describedby'),
    );
    await fireEvent.pointerDown(second);
    second.focus();
    await waitFor(() => expect(screen.queryByTestId('token-popover')).toBeNull());
    expect(first).not.toHaveAttribute('aria-describedby');
  });

  it('keeps chips where they are while more tokens come', async () => {
    const { app } = await stage();
    const stream = TokenStream.of([word('a'), word(' b')]);
    show(app, TokenFlow, { stream, messageId: 1 });
    const before = screen.getAllByTestId('token');
    stream.append([word(' c')]);
    await waitFor(() => expect(screen.getAllByTestId('token')).toHaveLength(3));
    expect(screen.getAllByTestId('token').slice(0, 2)).toEqual(before);
  });

  it('names every chip for screen readers', async () => {
    const { app } = await stage();
    show(app, TokenFlow, {
      stream: TokenStream.of([word('\n'), record({ bytes: 'ff' }), record({ bytes: '', special: true })]),
      messageId: 1,
    });
    expect(screen.getAllByTestId('token').map((chip) => chip.getAttribute('aria-label'))).toEqual([
      '↵ 60%',
      'FF 60%',
      'end 60%',
    ]);
  });
});

describe('CandidateBars', () => {
  it('names the rule that took candidates away, once', async () => {
    const { app } = await stage();
    const token = word('a');
    token.alternatives = [
      ...token.alternatives,
      { id: 8, bytes: '63', probability: 0.05, settings_probability: 0, rank: 3, cut: 'top_p' },
      { id: 9, bytes: '64', probability: 0.02, settings_probability: 0, rank: 4, cut: 'top_p' },
    ];
    show(app, CandidateBars, { rows: candidateRows(token), rest: everythingElse(token), both: true });
    expect(screen.getAllByText('left out by top-p')).toHaveLength(1);
    expect(screen.getByText('taken')).toBeInTheDocument();
  });
});

describe('ErrorCard', () => {
  it('says what happened, what to do, and folds the detail', async () => {
    const { app } = await stage();
    const open = vi.fn();
    show(app, ErrorCard, {
      error: {
        code: 'truncated',
        detail: 'tensor data ends at 12',
        facts: { file_size: 4_000_000, expected_size: 9_310_208 },
      },
      path: '/tmp/模型/a b.gguf',
      actions: { open_file: open },
    });
    const card = screen.getByTestId('error-card');
    expect(card).toHaveTextContent('“a b.gguf” is not complete: 4 MB of 9.31 MB are there.');
    expect(card.querySelector('details')).not.toHaveAttribute('open');
    expect(card.querySelector('details')).toHaveTextContent('tensor data ends at 12');
    await fireEvent.click(within(card).getByTestId('error-action'));
    expect(open).toHaveBeenCalledOnce();
  });

  it('offers nothing that cannot be done', async () => {
    const { app } = await stage();
    show(app, ErrorCard, { error: { code: 'worker_missing', detail: '', facts: {} }, actions: {} });
    expect(screen.queryByTestId('error-action')).toBeNull();
  });
});

describe('Composer', () => {
  async function typed(): Promise<{ box: HTMLElement; say: ReturnType<typeof vi.fn> }> {
    const { app } = await stage();
    const say = vi.fn(() => Promise.resolve());
    app.chat.say = say;
    show(app, Composer, {});
    const box = screen.getByTestId('composer');
    await fireEvent.input(box, { target: { value: '你好' } });
    return { box, say };
  }

  it('sends on Enter', async () => {
    const { box, say } = await typed();
    await fireEvent.keyDown(box, { key: 'Enter' });
    // What was typed a moment ago is counted first.
    await vi.waitFor(() => expect(say).toHaveBeenCalledOnce());
  });

  it('leaves Shift+Enter to the line', async () => {
    const { box, say } = await typed();
    await fireEvent.keyDown(box, { key: 'Enter', shiftKey: true });
    expect(say).not.toHaveBeenCalled();
  });

  it('leaves Enter to an input method that is composing', async () => {
    const { box, say } = await typed();
    await fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
    // WebKit: the composition is over before the key is reported.
    await fireEvent.keyDown(box, { key: 'Enter', keyCode: 229 });
    expect(say).not.toHaveBeenCalled();
  });

  it('sends nothing that is empty', async () => {
    const { box, say } = await typed();
    await fireEvent.input(box, { target: { value: '  \n' } });
    await fireEvent.keyDown(box, { key: 'Enter' });
    expect(say).not.toHaveBeenCalled();
    expect(screen.getByTestId('send')).toBeDisabled();
  });
});

describe('Markdown', () => {
  it('shows HTML as the text it is', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, {
      text: 'a <b>b</b> <img src=x onerror=alert(1)>\n\n<script>x</script>',
    });
    expect(container.querySelector('b, img, script')).toBeNull();
    expect(container).toHaveTextContent('<img src=x onerror=alert(1)>');
  });

  it('renders lists, tables, code and emphasis', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, {
      text: '1. **a**\n2. b\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```js\n1 < 2 && "q"\n```\n\n*e* `c & d`',
    });
    expect(container.querySelectorAll('ol > li')).toHaveLength(2);
    expect(container.querySelectorAll('td')).toHaveLength(2);
    expect(container.querySelector('pre')).toHaveTextContent('1 < 2 && "q"');
    expect(container.querySelector('p code')).toHaveTextContent('c & d');
    expect(container.querySelector('em')).toHaveTextContent('e');
  });

  it('follows no link and fetches no picture', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, {
      text: '[here](https://example.org) ![cat](https://example.org/c.png)',
    });
    expect(container.querySelector('a, img')).toBeNull();
    expect(container).toHaveTextContent('here (https://example.org) [Picture: cat]');
  });

  it('closes what is still open while it is written', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, { text: 'so **bold', writing: true });
    expect(container.querySelector('strong')).toHaveTextContent('bold');
  });
});

describe('History', () => {
  it('lists, renames in place, deletes and takes it back', async () => {
    const { app } = await stage({ past: true });
    show(app, History, {});
    await waitFor(() => expect(screen.getAllByTestId('history-item')).toHaveLength(3));
    const first = (): HTMLElement => {
      const row = screen.getAllByTestId('history-item')[0];
      if (!row) throw new Error('a row expected');
      return row;
    };
    await fireEvent.click(within(first()).getByTestId('history-rename'));
    const box = within(first()).getByTestId('history-name');
    await fireEvent.input(box, { target: { value: '铁塔' } });
    await fireEvent.keyDown(box, { key: 'Enter' });
    await waitFor(() => expect(first()).toHaveTextContent('铁塔'));

    await fireEvent.click(within(first()).getByTestId('history-delete'));
    await waitFor(() => expect(screen.getAllByTestId('history-item')).toHaveLength(2));
    app.toasts.act(app.toasts.items[0]?.id ?? 0);
    await waitFor(() => expect(screen.getAllByTestId('history-item')).toHaveLength(3));
  });

  it('draws a few rows of very many', async () => {
    const { app, client } = await stage({ past: true });
    const kept = { place: 'kept', starred_only: false } as const;
    const [one] = (await client.historyList(kept, 'used', 0, 1)).rows;
    if (!one) throw new Error('a past conversation expected');
    const asked = vi
      .spyOn(client, 'historyList')
      .mockImplementation(async (_filter, _order, offset, limit) => ({
        total: 10_000,
        rows: Array.from({ length: limit }, (_, at) => ({ ...one, id: offset + at + 1 })),
      }));
    show(app, History, {});
    await waitFor(() => expect(screen.getAllByTestId('history-item').length).toBeGreaterThan(5));
    expect(screen.getAllByTestId('history-item').length).toBeLessThan(40);
    // Only what is in sight is read.
    expect(asked.mock.calls.every(([, , offset]) => offset === 0)).toBe(true);
  });
});

describe('the window', () => {
  it('asks, streams, explains and switches the language at once', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    await fireEvent.click(screen.getAllByTestId('sample')[0] as HTMLElement);
    const answer = await screen.findByTestId('message-assistant');
    await waitFor(() => expect(answer).toHaveAttribute('data-status', 'complete'));
    expect(answer).toHaveTextContent('France');
    expect(screen.getByTestId('stop-reason')).toHaveTextContent('the model chose to end');

    await fireEvent.click(screen.getAllByTestId('token')[2] as HTMLElement);
    const chip = screen.getAllByTestId('token')[2] as HTMLElement;
    expect(screen.getByTestId('lens-id')).toHaveTextContent(chip.dataset['tokenId'] ?? 'none');

    await fireEvent.click(screen.getByTestId('layer-off'));
    await waitFor(() => expect(answer.querySelector('strong')).toHaveTextContent('France'));
    expect(screen.queryByTestId('token')).toBeNull();

    await fireEvent.click(screen.getByTestId('rail-settings'));
    await fireEvent.change(screen.getByTestId('language-select'), { target: { value: 'zh-CN' } });
    await waitFor(() => expect(screen.getByTestId('rail-chat')).toHaveTextContent('对话'));
    expect(document.documentElement.lang).toBe('zh-CN');
    await fireEvent.change(screen.getByTestId('theme-select'), { target: { value: 'dark' } });
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
  });

  it('tells a lost model where the user is, and goes on', async () => {
    const { app, client } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    client.tell({
      event: 'model_state',
      active: {
        state: 'failed',
        path: '/m/a.gguf',
        error: { code: 'worker_crashed', detail: 'signal 6', facts: {} },
      },
    });
    const card = await screen.findByTestId('error-card');
    expect(card).toHaveTextContent('ended unexpectedly');
    await fireEvent.click(within(card).getByTestId('error-action'));
    await waitFor(() => expect(app.models.active.state).toBe('ready'));
  });
});
