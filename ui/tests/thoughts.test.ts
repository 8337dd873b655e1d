/** Thoughts over the token layer: folded as over formatted text, and open where something in them is looked at. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import { splitReply, ThoughtFinder } from '../src/components/markdown/thinking';
import Scrubber from '../src/components/scrubber/Scrubber.svelte';
import { answerStart, cutBlocks } from '../src/components/tokens/cut-blocks';
import TokenFlow from '../src/components/tokens/TokenFlow.svelte';
import { TokenStream, type Block } from '../src/stores/token-stream.svelte';
import { show, stage, word } from './support';

beforeEach(() => {
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

const THOUGHTS = ['<think>', '\n', 'hm', '\n', '</think>', '\n\n', 'Yes', '.', '\n', 'No'];

function stream(words = THOUGHTS): TokenStream {
  return TokenStream.of(words.map((text) => word(text, { micros: 500_000 })));
}

function texts(): (string | null)[] {
  return screen.queryAllByTestId('token').map((chip) => chip.textContent);
}

describe('cutting an answer', () => {
  const indexes = (blocks: readonly Block[]): number[] => blocks.flat(2).map((piece) => piece.index);

  it('keeps blocks that are not cut as they are, and every piece once', () => {
    for (const words of [THOUGHTS, ['<think>', 'a', '</think>', 'Yes', '.'], ['a', '\n', 'b']]) {
      const whole = stream(words);
      for (let at = 0; at <= words.length; at += 1) {
        const { before, after } = cutBlocks(whole.blocks, at);
        expect(indexes(before)).toEqual(words.map((_, index) => index).slice(0, at));
        expect(indexes(after)).toEqual(words.map((_, index) => index).slice(at));
        const same = [...before, ...after].filter((block) => whole.blocks.includes(block));
        expect(same.length).toBeGreaterThanOrEqual(whole.blocks.length - 1);
      }
    }
  });

  it('begins the answer after the white space that follows the thoughts', () => {
    expect(answerStart(stream().pieces, 5)).toBe(6);
    expect(answerStart(stream().pieces, 99)).toBe(THOUGHTS.length);
  });
});

describe('thoughts over the token layer', () => {
  it('are folded with their tokens and their time, and open by a press', async () => {
    const { app } = await stage();
    const { container } = show(app, TokenFlow, { stream: stream(), messageId: 3 });
    const fold = container.querySelector('details');
    expect(fold?.open).toBe(false);
    expect(fold).toHaveTextContent('5 tokens');
    expect(fold).toHaveTextContent('2 s');
    expect(texts()).toEqual(['Yes', '.', '\n', 'No']);
    if (fold) fold.open = true;
    await waitFor(() => expect(texts()).toEqual(THOUGHTS));
  });

  it('leave the arrow keys among what is in sight', async () => {
    const { app } = await stage();
    show(app, TokenFlow, { stream: stream(), messageId: 3 });
    const chips = screen.getAllByTestId('token');
    expect(chips[0]).toHaveAttribute('tabindex', '0');
    chips[1]?.focus();
    await fireEvent.keyDown(chips[1] as HTMLElement, { key: 'Home' });
    expect(chips[0]).toHaveFocus();
  });

  it('open where the answer is wound back into them', async () => {
    const { app } = await stage();
    const answer = stream();
    const { container } = show(app, TokenFlow, { stream: answer, messageId: 3 });
    show(app, Scrubber, { stream: answer, messageId: 3, measure: 'probability' });
    await fireEvent.keyDown(screen.getByTestId('scrubber-strip'), { key: 'Home' });
    await waitFor(() => expect(container.querySelector('details')?.open).toBe(true));
    expect(texts()).toEqual(THOUGHTS);
  });

  it('are named as going on while they are written, and there is no fold without them', async () => {
    const { app } = await stage();
    const { container } = show(app, TokenFlow, { stream: stream(['<think>', 'hm']), messageId: 3 });
    expect(container.querySelector('summary')).toHaveTextContent('cut short');
    const plain = show(app, TokenFlow, { stream: stream(['Yes', '.']), messageId: 4 });
    expect(plain.container.querySelector('details')).toBeNull();
  });
});

describe('a finger', () => {
  it('shows the short form with the first tap and pins with the second', async () => {
    const { app } = await stage();
    show(app, TokenFlow, { stream: stream(['Yes', '.']), messageId: 3 });
    const chip = screen.getAllByTestId('token')[0] as HTMLElement;
    const tap = async (target: Element): Promise<void> => {
      await fireEvent.pointerDown(target, { pointerType: 'touch' });
      await fireEvent.pointerUp(target, { pointerType: 'touch' });
      await fireEvent.click(target);
    };
    await tap(chip);
    expect(screen.getByTestId('token-popover')).toBeInTheDocument();
    expect(app.lens.subject).toBeNull();
    await tap(chip);
    expect(app.lens.subject).toMatchObject({ piece: { text: 'Yes' } });
    expect(screen.queryByTestId('token-popover')).toBeNull();
    await tap(chip);
    expect(screen.getByTestId('token-popover')).toBeInTheDocument();
    await tap(document.body);
    expect(screen.queryByTestId('token-popover')).toBeNull();
  });
});

describe('thoughts in a text that grows', () => {
  const REPLIES = [
    'plain text with </think> inside it, and more',
    '<think>\nhm\n</think>\n\nYes. <think> again </think>',
    '  <thinking>a</thinking>b',
    '[THINK]x[/THINK] y',
    'hm, hm\n</think>\n\nYes',
    'hm\n</think> not alone\nand </think>\n',
    '<think>   </think>Yes',
    '<think>',
    '<thi',
    '<thinkable> is a word',
    '\n\n<think>\n\nlong ' + 'thought '.repeat(40) + '</think> end',
    '<think>' + ' '.repeat(100) + 'late</think>',
    '',
  ];

  it('are where the whole text says they are, however it came', () => {
    for (const text of REPLIES) {
      for (const step of [1, 2, 3, 7, 1000]) {
        const finder = new ThoughtFinder();
        for (let at = 0; at < text.length + step; at += step) {
          const sofar = text.slice(0, at);
          const reply = splitReply(sofar);
          const expected = reply.thoughts ? { thinking: reply.thinking, end: reply.thoughtsEnd } : null;
          expect(finder.update(sofar), JSON.stringify([sofar, step])).toEqual(expected);
        }
      }
    }
  });

  it('cost what they took, token by token as all at once', () => {
    const whole = stream();
    const slow = new TokenStream();
    for (const text of THOUGHTS) slow.append([word(text, { micros: 500_000 })]);
    expect(slow.thoughts).toEqual(whole.thoughts);
    expect(whole.thoughts).toMatchObject({ thinking: false, tokens: 5, ms: 2000 });
    const thinking = TokenStream.of(['<think>', 'a', 'b'].map((text) => word(text, { micros: 1000 })));
    expect(thinking.thoughts).toMatchObject({ thinking: true, tokens: 3, ms: 2 });
  });
});
