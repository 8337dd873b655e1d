import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { TokenizerSubject } from '../src/client/bindings/TokenizerSubject';
import type { VocabularyPage } from '../src/client/bindings/VocabularyPage';
import { brokenText } from '../src/components/inspector/vocabulary/names';
import { BrowserStore, NO_FILTERS, PAGE, queryOf } from '../src/stores/inspector/browser.svelte';
import { wordsOf } from '../src/stores/inspector/meaning.svelte';
import Window from '../src/Window.svelte';
import { deferred, show, stage, type Stage } from './support';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

afterEach(() => {
  vi.useRealTimers();
});

async function openVocabulary(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  // Every tokenizer is as large as the bundled one: large ones take the double a while.
  const stand = await stage({ vocabulary: 8192, ...options });
  show(stand.app, Window, { app: stand.app });
  stand.app.inspector.open('vocabulary');
  stand.app.nav.go('tokens');
  await screen.findAllByTestId('entry');
  return stand;
}

describe('the question to a vocabulary', () => {
  it('is about text, bytes or ids, with the best match first where something is looked for', () => {
    expect(queryOf(NO_FILTERS, 0, 10)).toMatchObject({ find: null, order: 'id' });
    expect(queryOf({ ...NO_FILTERS, typed: 'an' }, 0, 10)).toMatchObject({
      find: { by: 'text', text: 'an', place: 'contains', ignore_case: true },
      order: 'best',
    });
    // A capital is meant.
    expect(queryOf({ ...NO_FILTERS, typed: 'An' }, 0, 10)?.find).toMatchObject({ ignore_case: false });
    expect(queryOf({ ...NO_FILTERS, by: 'id', typed: ' 42 ' }, 0, 10)?.find).toEqual({
      by: 'id',
      digits: '42',
    });
  });

  it('takes bytes while they are typed, and nothing that is no hex', () => {
    const bytes = { ...NO_FILTERS, by: 'bytes' as const };
    expect(queryOf({ ...bytes, typed: 'E5 9' }, 0, 10)?.find).toMatchObject({ bytes: 'E5' });
    expect(queryOf({ ...bytes, typed: '0xE59F' }, 0, 10)?.find).toMatchObject({ bytes: 'E59F' });
    expect(queryOf({ ...bytes, typed: '塔' }, 0, 10)).toBeNull();
    expect(queryOf({ ...bytes, by: 'id', typed: '1a' }, 0, 10)).toBeNull();
  });
});

describe('the list of entries', () => {
  it('asks only for the pages that come into sight, each once', async () => {
    const { client } = await stage();
    const find = vi.spyOn(client, 'vocabularyFind');
    const browser = new BrowserStore(client);
    await browser.turnTo('a', 'key');
    expect(browser.total).toBe(8192);
    expect(browser.row(0)?.id).toBe(0);
    expect(browser.row(5000)).toBeNull();
    expect(browser.row(5001)).toBeNull();
    await vi.waitFor(() => expect(browser.row(5000)?.id).toBe(5000));
    expect(browser.row(5001)?.id).toBe(5001);
    expect(find.mock.calls.map(([, query]) => query.offset)).toEqual([0, Math.floor(5000 / PAGE) * PAGE]);
  });

  it('asks one question at a time, and shows the answer to the newest', async () => {
    const { client } = await stage();
    const browser = new BrowserStore(client);
    await browser.turnTo('a', 'key');
    const slow = deferred<VocabularyPage>();
    const find = vi.spyOn(client, 'vocabularyFind').mockReturnValueOnce(slow.promise);
    browser.change({ typed: 'x' });
    browser.change({ typed: 'xy' });
    browser.change({ typed: '铁塔' });
    expect(find).toHaveBeenCalledTimes(1);
    slow.resolve({ total: 1, offset: 0, entries: [] });
    await vi.waitFor(() => expect(browser.row(0)?.text).toBe('铁塔'));
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('keeps what it shows while what is typed cannot be looked for', async () => {
    const { client } = await stage();
    const browser = new BrowserStore(client);
    await browser.turnTo('a', 'key');
    browser.change({ by: 'id', typed: 'seven' });
    expect(browser.unreadable).toBe(true);
    expect(browser.total).toBe(8192);
    browser.change({ typed: '7' });
    await vi.waitFor(() => expect(browser.row(0)?.id).toBe(7));
    expect(browser.unreadable).toBe(false);
  });
});

describe('the browser', () => {
  it('finds, filters and counts', async () => {
    await openVocabulary();
    expect(screen.getByTestId('entries-found')).toHaveTextContent('8,192 entries');
    await fireEvent.input(screen.getByTestId('entry-search'), { target: { value: '铁塔' } });
    await waitFor(() =>
      expect(screen.getByTestId('entries-found')).toHaveTextContent('1 of 8,192 entries fits'),
    );
    expect(screen.getByTestId('entry')).toHaveTextContent('铁塔');
    await fireEvent.click(screen.getByTestId('filters-clear'));
    await fireEvent.click(screen.getByTestId('filter-byte'));
    await waitFor(() => expect(screen.getByTestId('entries-found')).toHaveTextContent('256 of 8,192'));
    await fireEvent.click(screen.getByTestId('filter-byte'));
    await fireEvent.change(screen.getByTestId('filter-script'), { target: { value: 'Cyrl' } });
    await waitFor(() => expect(screen.getAllByTestId('entry')[0]).toHaveTextContent('Cyrillic'));
    // The same is pressed in the chart.
    expect(
      screen.getAllByTestId('script-bar').filter((bar) => bar.getAttribute('aria-pressed') === 'true'),
    ).toHaveLength(1);
  });

  it('says what it cannot look for', async () => {
    await openVocabulary();
    await fireEvent.click(screen.getByTestId('choice-bytes'));
    await fireEvent.input(screen.getByTestId('entry-search'), { target: { value: 'xyz' } });
    expect(await screen.findByText(/written in hex/)).toBeVisible();
    expect(screen.getByTestId('entry-search')).toHaveAttribute('aria-invalid', 'true');
  });

  it('is gone through by keys, and each entry is told in full', async () => {
    await openVocabulary();
    const list = screen.getByTestId('entry-list');
    const active = (): HTMLElement | null =>
      document.getElementById(list.getAttribute('aria-activedescendant') ?? '');
    for (let times = 0; times < 20; times += 1) await fireEvent.keyDown(list, { key: 'ArrowDown' });
    expect(active()).toHaveAttribute('aria-label', expect.stringContaining('entry 21 of 8,192'));
    expect(active()).toHaveAttribute('aria-label', expect.stringContaining('number 20, bytes 04'));
    await fireEvent.keyDown(list, { key: 'End' });
    await waitFor(() =>
      expect(active()).toHaveAttribute('aria-label', expect.stringContaining('entry 8,192 of 8,192')),
    );
    await fireEvent.keyDown(list, { key: 'Home' });
    await fireEvent.keyDown(list, { key: 'ArrowDown' });
    await fireEvent.keyDown(list, { key: 'Enter' });
    expect(await screen.findByTestId('lens-id')).toHaveTextContent('1');
  });

  it('traces an entry to its parts, to what is made with it, and back', async () => {
    const { app } = await openVocabulary();
    await fireEvent.input(screen.getByTestId('entry-search'), { target: { value: ' loter' } });
    const row = await waitFor(() => {
      const found = screen.getAllByTestId('entry').find((one) => one.textContent?.includes('␣loter'));
      if (!found) throw new Error('not yet');
      return found;
    });
    await fireEvent.click(row);
    const whole = (await screen.findByTestId('lens-id')).textContent ?? '';
    const [left, right] = screen.getAllByTestId('entry-part').map((part) => part.textContent);
    expect(`${left}${right}`).toBe('␣loter');
    await fireEvent.click(screen.getAllByTestId('entry-part')[0] as HTMLElement);
    await waitFor(() => expect(screen.getByTestId('lens-id')).not.toHaveTextContent(whole));
    expect(screen.getAllByTestId('entry-use').map((use) => use.textContent)).toContain('␣loter');
    await fireEvent.click(screen.getByTestId('entry-back'));
    await waitFor(() => expect(screen.getByTestId('lens-id')).toHaveTextContent(whole));
    expect(await screen.findAllByTestId('neighbour')).not.toHaveLength(0);
    await fireEvent.click(screen.getByTestId('entry-chat'));
    expect(app.nav.view).toBe('chat');
    expect(app.chat.draft).toContain(' loter');
  });

  it('shows a token that was asked for elsewhere', async () => {
    const { app } = await stage();
    show(app, Window, { app });
    app.inspector.findEntry(20);
    expect(await screen.findByTestId('lens-id')).toHaveTextContent('20');
    await waitFor(() => expect(screen.getAllByTestId('entry')[0]).toHaveAttribute('data-entry-id', '20'));
  });

  it('shows a token that was asked for before anybody asked what stands there', async () => {
    const { app, client } = await stage();
    const subject = vi.spyOn(client, 'tokenizerSubject');
    const [first, second] = [deferred<TokenizerSubject | null>(), deferred<TokenizerSubject | null>()];
    subject.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise);
    show(app, Window, { app });
    // The tab asks, and so does the view around it.
    app.inspector.findEntry(20);
    await waitFor(() => expect(subject).toHaveBeenCalledTimes(2));
    subject.mockRestore();
    const stands = await client.tokenizerSubject('a');
    first.resolve(stands);
    await tick();
    second.resolve(stands);
    expect(await screen.findByTestId('lens-id')).toHaveTextContent('20');
    await waitFor(() => expect(screen.getAllByTestId('entry')[0]).toHaveAttribute('data-entry-id', '20'));
    expect(screen.getByTestId('entry-search')).toHaveValue('20');
  });

  it('looks for the same in another tokenizer, also where it was typed a moment before', async () => {
    const { app, client } = await openVocabulary();
    const slow = deferred<VocabularyPage>();
    vi.spyOn(client, 'vocabularyFind').mockReturnValueOnce(slow.promise);
    await fireEvent.input(screen.getByTestId('entry-search'), { target: { value: '铁塔' } });
    await app.subjects.a.open('/tokenizers/bert.json');
    slow.resolve({ total: 0, offset: 0, entries: [] });
    await waitFor(() =>
      expect(screen.getByTestId('entries-found')).toHaveTextContent('1 of 8,192 entries fits'),
    );
    expect(screen.getByTestId('entry-search')).toHaveValue('铁塔');
    expect(screen.getByTestId('entry')).toHaveTextContent('铁塔');
  });

  it('drops a filter that another vocabulary has nothing for', async () => {
    const { app, client } = await openVocabulary();
    await fireEvent.change(screen.getByTestId('filter-script'), { target: { value: 'Cyrl' } });
    await waitFor(() => expect(screen.getAllByTestId('entry')[0]).toHaveTextContent('Cyrillic'));
    const overview = await client.vocabularyOverview('a');
    const scripts = overview.scripts.filter(({ script }) => script !== 'Cyrl');
    vi.spyOn(client, 'vocabularyOverview').mockResolvedValueOnce({ ...overview, scripts });
    await app.subjects.a.open('/tokenizers/bert.json');
    await waitFor(() => expect(screen.getByTestId('entries-found')).toHaveTextContent(/^8,192 entries/));
    expect(screen.getByTestId('filter-script')).toHaveValue('');
  });

  it('shows all of what was learned, whatever was looked for before', async () => {
    const { app } = await openVocabulary();
    await fireEvent.input(screen.getByTestId('entry-search'), { target: { value: '铁塔' } });
    app.vocabularyTab.training.source = 'both';
    await app.vocabularyTab.training.start();
    await app.vocabularyTab.browseLearned();
    await waitFor(() => expect(app.vocabularyTab.browser.place).toBe('trained'));
    await waitFor(() => expect(screen.getByTestId('entry-search')).toHaveValue(''));
    await waitFor(() => expect(app.vocabularyTab.browser.total).toBeGreaterThan(255));
  });
});

describe('meaning', () => {
  it('takes words apart at commas of either language, each once', () => {
    expect(wordsOf('red, green，blue、red\n ')).toEqual(['red', 'green', 'blue']);
  });

  it('lists neighbours with their cosines, the nearest first', async () => {
    const { app } = await openVocabulary();
    app.vocabularyTab.open('meaning');
    await fireEvent.input(await screen.findByTestId('neighbours-text'), { target: { value: ' river' } });
    await fireEvent.click(screen.getByTestId('neighbours-do'));
    const found = await screen.findAllByTestId('neighbour');
    const cosines = found.map((one) => Number(/-?[\d.]+$/.exec(one.textContent ?? '')?.[0]));
    expect(cosines).toEqual([...cosines].sort((a, b) => b - a));
    expect(screen.getByText(/opposites are often neighbours/)).toBeVisible();
  });

  it('lets one guess before it tells', async () => {
    const { app } = await openVocabulary();
    app.vocabularyTab.open('meaning');
    const field = await screen.findByTestId('odd-words');
    await fireEvent.input(field, { target: { value: 'dog, cat' } });
    expect(screen.getByTestId('odd-do')).toBeDisabled();
    await fireEvent.input(field, { target: { value: 'dog, cat, horse, table' } });
    await fireEvent.click(screen.getByTestId('odd-do'));
    const words = await screen.findAllByTestId('odd-word');
    expect(words.map((word) => word.textContent?.trim())).toEqual(['dog', 'cat', 'horse', 'table']);
    expect(words.some((word) => 'odd' in word.dataset)).toBe(false);
    await fireEvent.click(words[1] as HTMLElement);
    expect(screen.getAllByTestId('odd-word').filter((word) => word.dataset['odd'] === 'true')).toHaveLength(
      1,
    );
    expect(within(screen.getAllByTestId('odd-word')[1] as HTMLElement).getByText(/yours/)).toBeVisible();
    expect(screen.getByTestId('odd-told')).toHaveTextContent(/The table says/);
  });

  it('offers to try an entry that was hardly met', async () => {
    const { app } = await openVocabulary();
    app.vocabularyTab.open('meaning');
    await fireEvent.click(await screen.findByTestId('hardly-do'));
    const [first] = await screen.findAllByTestId('hardly-candidate');
    expect(screen.getByTestId('hardly-found')).toHaveTextContent(/candidates/);
    await fireEvent.click(within(first as HTMLElement).getByTestId('hardly-try'));
    expect(app.nav.view).toBe('chat');
    expect(app.chat.draft).toMatch(/repeat this word exactly/);
  });

  it('says so where a file has no table', async () => {
    const { app } = await openVocabulary();
    app.vocabularyTab.open('meaning');
    await app.subjects.a.open('/tokenizers/unigram.model');
    expect(await screen.findByTestId('no-embeddings')).toHaveTextContent('no table of embeddings');
  });
});

describe('bytes that begin or end within a character', () => {
  it('shows whole characters and the rest in hex', () => {
    expect(brokenText('e992')).toBe('E9 92');
    expect(brokenText('e9929fe6')).toBe('钟‹E6›');
    expect(brokenText('9fe9929f20')).toBe('‹9F›钟␣');
  });
});
