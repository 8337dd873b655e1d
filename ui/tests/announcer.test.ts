/** What a screen reader is told while an answer is written and a model is loaded. */
import { screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';

import { Sentences } from '../src/components/announce/sentences';
import { languageOf } from '../src/components/shared/language';
import { AnnouncerStore } from '../src/stores/announcer.svelte';
import type { App } from '../src/stores/app.svelte';
import Window from '../src/Window.svelte';
import { show, stage } from './support';

describe('sentences of a growing text', () => {
  it('are given once, when they are whole', () => {
    const sentences = new Sentences();
    expect(sentences.whole('It is 3.1')).toBe('');
    expect(sentences.whole('It is 3.14. He said')).toBe('It is 3.14.');
    expect(sentences.whole('It is 3.14. He said “no.” And')).toBe('He said “no.”');
    expect(sentences.whole('It is 3.14. He said “no.” And')).toBe('');
    expect(sentences.rest('It is 3.14. He said “no.” And that was')).toBe('And that was');
  });

  it('end at a Chinese mark without a space, and at a line', () => {
    const sentences = new Sentences();
    expect(sentences.whole('他说：“好。”我们')).toBe('他说：“好。”');
    expect(sentences.whole('他说：“好。”我们走吧！\n- 第一')).toBe('我们走吧！');
    expect(sentences.whole('他说：“好。”我们走吧！\n- 第一\n- 第')).toBe('- 第一');
  });

  it('are not given where they were there before', () => {
    const sentences = new Sentences('One. '.length);
    sentences.skip('One. Two. '.length);
    expect(sentences.whole('One. Two. Three. ')).toBe('Three.');
  });
});

describe('the region', () => {
  it('keeps a few, and is empty when they have been read', () => {
    vi.useFakeTimers();
    try {
      const announcer = new AnnouncerStore();
      for (const text of ['a', '', 'b', 'c', 'd']) announcer.say(text);
      expect(announcer.said.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
      vi.advanceTimersByTime(60_000);
      expect(announcer.said).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

/** All that was ever said. */
function listen(app: App): string[] {
  const said: string[] = [];
  const say = app.announcer.say.bind(app.announcer);
  app.announcer.say = (text) => {
    if (text !== '') said.push(text);
    say(text);
  };
  return said;
}

describe('an answer', () => {
  it('is told whole, in few parts, and how it ended; never token by token', async () => {
    const { app } = await stage({ locale: 'en-US', pace: 5 });
    show(app, Window, { app });
    app.nav.go('chat');
    const said = listen(app);
    app.chat.draft = 'Tell me a story.';
    await app.composer.send();
    await waitFor(() => expect(said.join(' ')).toContain('End of the answer'));
    const answer = app.chat.lastAnswer;
    const tokens = answer?.facts?.completion_tokens ?? 0;
    expect(said.join(' ').replace(/\s+/g, ' ')).toContain((answer?.text ?? '').trim().replace(/\s+/g, ' '));
    expect(said.length).toBeLessThan(tokens / 4);
    expect(screen.getByTestId('announcer')).toHaveAttribute('aria-live', 'polite');
    expect(screen.getByTestId('announcer')).toHaveTextContent('End of the answer');
  });

  it('that is over at once is told too', async () => {
    const { app } = await stage({ locale: 'en-US' });
    show(app, Window, { app });
    app.nav.go('chat');
    const said = listen(app);
    app.chat.draft = 'What colour is the sky?';
    await app.composer.send();
    await waitFor(() => expect(said.at(-1)).toContain('End of the answer'));
    expect(said.join('\n')).toContain((app.chat.lastAnswer?.text ?? '').trim());
  });

  it('that is not on the screen is told by its end alone', async () => {
    const { app } = await stage({ locale: 'en-US', pace: 5 });
    show(app, Window, { app });
    app.nav.go('chat');
    const said = listen(app);
    app.chat.draft = 'Tell me a story.';
    const turn = app.composer.send();
    app.nav.go('models');
    await turn;
    await waitFor(() => expect(said).toEqual(['The answer is there']));
  });
});

it('a load is told at its beginning and its end', async () => {
  const { app } = await stage({ locale: 'en-US', model: 'empty', loadMs: 200, past: true });
  show(app, Window, { app });
  const said = listen(app);
  await tick();
  const starter = app.models.starter;
  if (!starter) throw new Error('no bundled model');
  await app.models.load(starter.path);
  await waitFor(() => expect(said.at(-1)).toContain('is ready'));
  expect(said[0]).toContain('Loading');
  expect(said.length).toBe(2);
});

it('a text has the language that its script tells, and none where many share the script', () => {
  expect(languageOf('埃菲尔铁塔在 Paris')).toBe('zh');
  expect(languageOf('エッフェル塔はパリにある')).toBe('ja');
  expect(languageOf('에펠탑은 파리에 있다')).toBe('ko');
  expect(languageOf('La tour Eiffel, 铁塔')).toBeUndefined();
  expect(languageOf('1234 …')).toBeUndefined();
});
