/** Long conversations: where rows stand, which are drawn, and that nothing moves under the reader. */
import { waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { Message } from '../src/client/upcoming';
import Thread from '../src/components/chat/Thread.svelte';
import { ThreadRows } from '../src/components/chat/thread-rows.svelte';
import { RowHeights } from '../src/components/shared/row-heights';
import { show, stage } from './support';

function conversation(count: number, conversation_id = 1): Message[] {
  return Array.from({ length: count }, (_, at) => ({
    id: conversation_id * 100_000 + at,
    conversation_id,
    parent_id: at === 0 ? null : conversation_id * 100_000 + at - 1,
    role: at % 2 === 0 ? 'user' : 'assistant',
    text: `message ${at}. ${'word '.repeat(at % 40)}`,
    status: 'complete',
    created_at: at,
    versions: [],
    pinned: false,
    attachments: [],
  }));
}

describe('RowHeights', () => {
  it('agrees with adding up, for every row and after every change', () => {
    for (const length of [0, 1, 2, 7, 64, 100]) {
      const plain = Array.from({ length }, (_, at) => 20 + ((at * 37) % 50));
      const rows = new RowHeights(Float64Array.from(plain));
      const change = (at: number, to: number): void => {
        expect(rows.set(at, to)).toBe(to - (plain[at] ?? 0));
        plain[at] = to;
      };
      for (let round = 0; round < 20 && length > 0; round += 1) {
        change((round * 13) % length, 10 + round * 7);
        let sum = 0;
        for (const [at, height] of plain.entries()) {
          expect(rows.offset(at)).toBe(sum);
          expect(rows.at(sum)).toBe(at);
          expect(rows.at(sum + height - 1)).toBe(at);
          sum += height;
        }
        expect(rows.total).toBe(sum);
        expect(rows.at(sum + 1000)).toBe(length - 1);
        expect(rows.at(-5)).toBe(0);
      }
      expect(rows.length).toBe(length);
    }
  });
});

describe('ThreadRows', () => {
  it('draws few of very many, at the end and anywhere else', () => {
    const rows = new ThreadRows();
    rows.viewport = 700;
    rows.take(conversation(5000), true);
    expect(rows.end).toBe(5000);
    expect(rows.shown.length).toBeLessThan(60);
    rows.top = 100_000;
    expect(rows.first).toBeGreaterThan(100);
    expect(rows.shown.length).toBeLessThan(60);
    rows.top = 0;
    expect(rows.first).toBe(0);
    expect(rows.before).toBe(0);
  });

  it('says how far rows above pushed what is in sight, and nothing for rows below', () => {
    const rows = new ThreadRows();
    rows.viewport = 700;
    const messages = conversation(200);
    rows.take(messages, true);
    rows.top = 6000;
    const [above, below] = [messages[rows.first], messages[rows.end - 1]];
    if (!above || !below) throw new Error('rows expected');
    const estimate = (rows.offsetOf(above.id + 1) ?? 0) - (rows.offsetOf(above.id) ?? 0);
    expect(rows.measured({ [above.id]: estimate + 30 })).toBe(30);
    expect(rows.measured({ [below.id]: 999 })).toBe(0);
    expect(rows.measured({ [above.id]: estimate + 30 })).toBe(0);
  });

  it('keeps what was measured when a message is added, and forgets it with the conversation', () => {
    const rows = new ThreadRows();
    const messages = conversation(4);
    rows.take(messages, true);
    const [first, second] = messages;
    if (!first || !second) throw new Error('messages expected');
    rows.measured({ [first.id]: 500 });
    rows.take([...messages, ...conversation(1, 2)], false);
    expect(rows.offsetOf(second.id)).toBe(500);
    rows.take(messages, true);
    expect(rows.offsetOf(second.id)).toBeLessThan(500);
  });
});

describe('earlier messages', () => {
  it('push down what is in sight by their height, and nothing where nobody reads', () => {
    const rows = new ThreadRows();
    rows.viewport = 700;
    const messages = conversation(200);
    rows.take(messages.slice(140), false);
    expect(rows.take(messages.slice(130), false)).toBe(0);
    rows.top = 900;
    const top = messages[rows.first + 131];
    if (!top) throw new Error('a row expected');
    const before = rows.offsetOf(top.id) ?? NaN;
    const pushed = rows.take(messages, false);
    expect(pushed).toBeGreaterThan(5000);
    expect(rows.offsetOf(top.id)).toBe(before + pushed);
  });

  it('come after the end of a long conversation, and stay when its end changes', async () => {
    const { app, client } = await stage({ long: 200 });
    const earlier = vi.spyOn(client, 'conversationEarlier');
    const list = (await client.historyList({ place: 'kept', starred_only: false }, 'used', 0, 100)).rows;
    const [longest] = list.toSorted((a, b) => b.message_count - a.message_count);
    if (!longest) throw new Error('a conversation expected');
    await app.chat.open(longest.id);
    expect(app.chat.conversation?.messages.length).toBe(60);
    await waitFor(() => expect(app.chat.conversation?.messages.length).toBe(longest.message_count));
    expect(app.chat.conversation?.messages[0]?.parent_id).toBe(null);
    app.chat.draft = 'One more';
    await app.chat.say();
    expect(app.chat.conversation?.messages.length).toBe(longest.message_count + 2);
    expect(earlier).toHaveBeenCalledTimes(1);
  });
});

describe('the row with the focus', () => {
  it('stays before or after what is shown, and every pixel is accounted for', () => {
    const rows = new ThreadRows();
    rows.viewport = 700;
    const messages = conversation(400);
    rows.take(messages, true);
    rows.top = 0;
    const whole = rows.after + rows.drawn.reduce((sum, one) => sum + heightOf(rows, one, 0), 0);
    for (const [kept, top] of [
      [10, 20_000],
      [390, 300],
      [200, null],
    ] as const) {
      rows.top = top;
      const message = messages[kept];
      if (!message) throw new Error('a message expected');
      rows.kept = message.id;
      expect(rows.drawn).toContain(message);
      expect(rows.drawn.length).toBe(rows.shown.length + 1);
      // Where each row stands is where it would stand among all of them.
      let at = rows.before;
      for (const one of rows.drawn) {
        at += rows.gapBefore(one);
        expect(at).toBe(rows.offsetOf(one.id));
        at += heightOf(rows, one, whole);
      }
      expect(at + rows.after).toBe(whole);
      // It is measured where it is.
      const pushed = rows.measured({ [message.id]: heightOf(rows, message, whole) + 40 });
      expect(pushed).toBe(kept < rows.first ? 40 : 0);
      rows.measured({ [message.id]: heightOf(rows, message, whole) - 40 });
      rows.kept = null;
      expect(rows.drawn).toBe(rows.shown);
    }
  });
});

/** `whole`: where the last row ends. */
function heightOf(rows: ThreadRows, message: Message, whole: number): number {
  return (rows.offsetOf(message.id + 1) ?? whole) - (rows.offsetOf(message.id) ?? 0);
}

describe('Thread', () => {
  it('opens 5,000 messages at the end, with a few of them drawn', async () => {
    const { app, client } = await stage({ past: true });
    const messages = conversation(5000);
    const settings = app.settings.current.turn;
    vi.spyOn(client, 'conversationOpen').mockResolvedValue({
      id: 1,
      title: 'long',
      settings,
      messages,
      keeping: 'saved',
    });
    await app.chat.open(1);
    const { container } = show(app, Thread, {});
    await waitFor(() => expect(container.querySelectorAll('[data-row]').length).toBeGreaterThan(3));
    const drawn = [...container.querySelectorAll<HTMLElement>('[data-row]')];
    expect(drawn.length).toBeLessThan(80);
    expect(drawn.at(-1)?.dataset['row']).toBe(String(messages.at(-1)?.id));
  });
});
