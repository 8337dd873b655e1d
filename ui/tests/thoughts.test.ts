/** Thoughts over the token layer: folded as over formatted text, and open where something in them is looked at. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

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
