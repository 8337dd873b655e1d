/** The token inspector: rows of a cut text, its tabs on the in-memory client, and the ways in and out. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import type { TokenCut } from '../src/client/bindings/TokenCut';
import { placeEdges } from '../src/components/inspector/cut/lattice-rows';
import { symbolsAfter } from '../src/components/inspector/cut/merge-row';
import { lookAtPiece } from '../src/components/inspector/looks';
import { RulerLayout, type RulerRow } from '../src/components/inspector/ruler/layout';
import { SheetRows } from '../src/components/inspector/sheet/rows';
import { cutsOf, scoreOf } from '../src/tokens/guess';
import { Newest } from '../src/stores/newest';
import {
  byteLength,
  cutView,
  endsInString,
  groupOfToken,
  idsIn,
  kindOf,
  partAt,
  rangeOf,
  tokensIn,
  type CutView,
} from '../src/tokens/cut-view';
import { joinPieces } from '../src/tokens/pieces';
import { TextWidth } from '../src/tokens/text-width';
import Tokens from '../src/views/Tokens.svelte';
import type { App } from '../src/stores/app.svelte';
import { deferred, show, splitCharacter, stage, word, writeLong, type Stage } from './support';

/** Of the token in the lens; of an entry of the vocabulary there is none. */
function textInLens({ lens }: App): string | null | undefined {
  return lens.subject && 'piece' in lens.subject ? lens.subject.piece.text : undefined;
}

function viewOf(text: string, tokens: TokenCut, words: number[], characters: number[]): CutView {
  const bytes = byteLength(text);
  return cutView(text, { bytes, words, word_count: words.length, characters, tokens }, tokens);
}

/** `a塔b ` as BOS, `a`, two tokens of 塔, `b`, and a space that no token stands for. */
const MIXED = viewOf(
  'a塔b ',
  { ids: [1, 97, 301, 302, 98], groups: { tokens: [1, 1, 2, 1, 0], bytes: [0, 1, 3, 1, 1] }, special: [0] },
  [1, 3, 1, 1],
  [1, 3, 1, 1],
);

async function opened(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  const made = await stage(options);
  made.app.nav.go('tokens');
  show(made.app, Tokens, {});
  await waitFor(() => expect(made.app.subjects.a.subject).not.toBeNull());
  return made;
}

async function write(text: string): Promise<void> {
  await writeLong('tokens-input', text);
  await screen.findByTestId('tokens-output');
}

function chips(): HTMLElement[] {
  return within(screen.getByTestId('tokens-output')).getAllByTestId('token');
}

describe('a cut text', () => {
  it('turns lengths in bytes into ends in the string', () => {
    // a: 1 byte, é: 2, 塔: 3, 😀: 4 bytes and two units.
    expect([...endsInString('aé塔😀b', [1, 2, 3, 4, 1], 11)]).toEqual([1, 2, 3, 5, 6]);
    expect([...endsInString('abc', [1, 0, 2], 3)]).toEqual([1, 1, 3]);
  });

  it('has every byte in one group, and says what each group is', () => {
    const { tokens } = MIXED;
    expect([...tokens.byteEnds]).toEqual([0, 1, 4, 5, 6]);
    expect([0, 1, 2, 3, 4].map((group) => kindOf(tokens, group))).toEqual([
      'special',
      'token',
      'joined',
      'token',
      'dropped',
    ]);
    expect(idsIn(tokens, 2)).toEqual([301, 302]);
    expect(tokensIn(tokens, 4)).toBe(0);
    expect([0, 1, 2, 3, 4].map((token) => groupOfToken(tokens, token))).toEqual([0, 1, 2, 2, 3]);
    expect(rangeOf(tokens.ends, 2)).toEqual([1, 2]);
    expect(partAt(tokens.ends, 1)).toBe(2);
    expect(partAt(tokens.ends, 9)).toBe(-1);
  });
});

describe('the ruler', () => {
  const rows = (view: CutView): RulerRow[] => [
    { kind: 'words', name: 'words', ends: view.words },
    { kind: 'tokens', name: 'tokens', ends: view.tokens.ends, row: view.tokens },
  ];

  it('gives all rows of a line the same width, tokens without text and dropped text included', () => {
    const layout = new RulerLayout(MIXED.text, MIXED.characters, rows(MIXED), new TextWidth(), 900);
    expect(layout.length).toBe(1);
    const line = layout.line(0);
    const width = (parts: { width: number }[]): number => parts.reduce((sum, one) => sum + one.width, 0);
    expect(width(line.rows[0] ?? [])).toBe(width(line.characters));
    expect(width(line.rows[1] ?? [])).toBe(width(line.characters));
    expect(line.rows[1]?.map(({ group }) => group)).toEqual([
      'special',
      'token',
      'joined',
      'token',
      'dropped',
    ]);
    // In the other rows an empty place stands where the token without text is.
    expect(line.characters[0]).toMatchObject({ index: -1 });
  });

  it('gives the tokens within one character their share of its width', () => {
    const family = '👩\u200d👧';
    const tokens = { ids: [1, 2, 3], groups: { tokens: [1, 1, 1], bytes: [4, 3, 4] }, special: [] };
    const view = viewOf(family, tokens, [11], [11]);
    const line = new RulerLayout(family, view.characters, rows(view), new TextWidth(), 300).line(0);
    const widths = line.rows[1]?.map((part) => part.width) ?? [];
    expect(widths.reduce((sum, one) => sum + one, 0)).toBeCloseTo(line.characters[0]?.width ?? 0);
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(6);
  });

  it('shows every character once, breaks where all rows have a cut, and finds the line of a place', () => {
    const text = 'unbelievable strawberries '.repeat(8);
    const lengths = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? 12 : 12)).flatMap((n) => [n, 1]);
    const tokens = {
      ids: lengths.map((_, at) => at),
      groups: { tokens: lengths.map(() => 1), bytes: lengths },
      special: [],
    };
    const view = viewOf(
      text,
      tokens,
      lengths,
      [...text].map(() => 1),
    );
    const layout = new RulerLayout(text, view.characters, rows(view), new TextWidth(), 400);
    expect(layout.length).toBeGreaterThan(3);
    const lines = Array.from({ length: layout.length }, (_, at) => layout.line(at));
    expect(lines.map((line) => line.characters.map((one) => one.text).join('')).join('')).toBe(text);
    for (const line of lines) {
      const width = (parts: { width: number }[]): number => parts.reduce((sum, one) => sum + one.width, 0);
      expect(width(line.characters)).toBeLessThanOrEqual(400);
      for (const row of line.rows) expect(width(row)).toBe(width(line.characters));
      expect(line.rows[1]?.every((part) => part.from === 'here' && part.to === 'here')).toBe(true);
    }
    expect(layout.lineAt(0)).toBe(0);
    expect(layout.lineAt(text.length - 1)).toBe(layout.length - 1);
  });

  it('lets a token that is longer than a line go on in the next', () => {
    const text = 'x'.repeat(100);
    const tokens = { ids: [1], groups: { tokens: [1], bytes: [100] }, special: [] };
    const view = viewOf(
      text,
      tokens,
      [100],
      [...text].map(() => 1),
    );
    const layout = new RulerLayout(text, view.characters, rows(view), new TextWidth(), 300);
    const parts = Array.from({ length: layout.length }, (_, at) => layout.line(at).rows[1]?.[0]);
    expect(parts.map((part) => part?.from)).toEqual(['here', ...parts.slice(1).map(() => 'before')]);
    expect(parts.at(-1)?.to).toBe('here');
  });
});

describe('rows of chips', () => {
  it('hold every group once, and find the row of each', () => {
    const view = viewOf(
      'ab\ncd',
      { ids: [1, 2, 3, 4, 5], groups: { tokens: [1, 1, 1, 1, 1], bytes: [1, 1, 1, 1, 1] }, special: [] },
      [2, 1, 2],
      [1, 1, 1, 1, 1],
    );
    const rows = new SheetRows(view, 'ids', 95, 400, new TextWidth(), () => 0);
    const groups = Array.from({ length: rows.length }, (_, at) => rows.groups(at));
    // Two chips of 40 pixels fit; a line end ends a row.
    expect(groups).toEqual([
      [0, 2],
      [2, 3],
      [3, 5],
    ]);
    expect([0, 1, 2, 3, 4].map((group) => rows.rowOf(group))).toEqual([0, 0, 1, 2, 2]);
    expect(rows.across(1, 1)).toBe(2);
    expect(rows.across(0, 9)).toBe(3);
  });
});

describe('questions of which the newest counts', () => {
  it('are put one at a time, and what was overtaken never', async () => {
    const asked: number[] = [];
    const gates = [deferred<null>(), deferred<null>()];
    const newest = new Newest<number>(async (question) => {
      asked.push(question);
      await gates[asked.length - 1]?.promise;
    });
    newest.ask(1);
    newest.ask(2);
    newest.ask(3);
    expect(asked).toEqual([1]);
    expect(newest.overtaken).toBe(true);
    gates[0]?.resolve(null);
    await waitFor(() => expect(asked).toEqual([1, 3]));
    newest.ask(4);
    newest.drop();
    gates[1]?.resolve(null);
    await Promise.resolve();
    expect(asked).toEqual([1, 3]);
  });
});

describe('guessing the cut', () => {
  it('counts what was found, what was missed, and what was cut besides', () => {
    // Cuts of the tokenizer: before 塔, behind it, before the space.
    expect([...cutsOf(MIXED)]).toEqual([1, 2, 3]);
    expect(scoreOf(new Set([1, 2]), cutsOf(MIXED))).toEqual({ found: 2, wanted: 3, more: 0 });
    expect(scoreOf(new Set([5]), cutsOf(MIXED))).toEqual({ found: 0, wanted: 3, more: 1 });
  });

  it('goes by keys, hides the cut until it is asked for, and begins anew with another text', async () => {
    await opened();
    await write('the city');
    await fireEvent.click(screen.getByTestId('guess-first'));
    expect(screen.queryByTestId('tokens-output')).toBeNull();
    const gaps = screen.getAllByTestId('guess-gap');
    expect(gaps).toHaveLength(7);
    gaps[0]?.focus();
    await fireEvent.keyDown(gaps[0] as HTMLElement, { key: 'ArrowRight' });
    expect(gaps[1]).toHaveFocus();
    await fireEvent.keyDown(gaps[1] as HTMLElement, { key: 'ArrowRight' });
    await fireEvent.click(gaps[2] as HTMLElement);
    expect(gaps[2]).toHaveAttribute('aria-pressed', 'true');
    await fireEvent.click(screen.getByTestId('guess-show'));
    expect(screen.getByTestId('guess-score')).toHaveTextContent('Just as the model cuts it');
    expect(await screen.findByTestId('tokens-output')).toBeInTheDocument();
    await writeLong('tokens-input', 'the cities');
    await waitFor(() => expect(screen.getByTestId('guess-show')).toBeInTheDocument());
  });
});

describe('steps', () => {
  it('show the row of symbols after each merge', () => {
    const symbol = (text: string): { id: number; bytes: string; text: string } => ({
      id: 1,
      bytes: '',
      text,
    });
    const steps = {
      symbols: ['l', 'o', 'w', 'e', 'r'].map(symbol),
      merges: [
        { at: 3, rank: 2, score: null, left: 'e', right: 'r', result: symbol('er') },
        { at: 0, rank: 5, score: null, left: 'l', right: 'o', result: symbol('lo') },
        { at: 0, rank: 9, score: null, left: 'lo', right: 'w', result: symbol('low') },
      ],
    };
    const row = (done: number): string =>
      symbolsAfter(steps, done)
        .map(({ text }) => text)
        .join(' ');
    expect([0, 1, 2, 3].map(row)).toEqual(['l o w e r', 'l o w er', 'lo w er', 'low er']);
  });

  it('lay the pieces of a lattice out so that none lies over another', () => {
    const edge = (from: number, to: number, best = false): Parameters<typeof placeEdges>[0][number] => ({
      from,
      to,
      piece: '',
      id: from * 10 + to,
      score: -1,
      best,
    });
    const placed = placeEdges([edge(0, 1), edge(0, 2), edge(1, 3), edge(0, 3, true), edge(2, 3)]);
    expect(placed.filter(({ best }) => best).every(({ row }) => row === 0)).toBe(true);
    for (const [at, one] of placed.entries()) {
      for (const other of placed.slice(at + 1)) {
        expect(one.row === other.row && one.from < other.to && other.from < one.to).toBe(false);
      }
    }
  });

  it('go back and forward, and end in the ids of the cut', async () => {
    const { app } = await opened();
    await write('the Eiffel');
    await fireEvent.input(screen.getByTestId('word-field'), { target: { value: 'Eiffel' } });
    await waitFor(() => expect(app.cutTab.word.steps?.text).toBe('Eiffel'));
    const count = (app.cutTab.word.steps?.steps.words[0]?.steps as { merges: unknown[] }).merges.length;
    expect(count).toBe(5);
    expect(screen.getByTestId('merge-slider')).toHaveValue('5');
    await fireEvent.click(screen.getByTestId('merge-back'));
    expect(screen.getByTestId('merge-slider')).toHaveValue('4');
    const cut = await app.subjects.a.pieces.all(app.cutTab.word.steps?.steps.ids ?? []);
    expect(app.cutTab.word.steps?.steps.ids).toEqual(
      app.cutTab.word.steps?.steps.words.flatMap(({ ids }) => ids),
    );
    expect(cut.size).toBeGreaterThan(0);
  });
});

describe('the tab Cut', () => {
  it('works with no model: the bundled tokenizer is there at once', async () => {
    const { app } = await opened({ model: 'empty' });
    expect(app.subjects.a.subject?.source).toBe('starter');
    await write('the city');
    expect(chips()).toHaveLength(2);
  });

  it('says each token to a screen reader: place, text, number, bytes', async () => {
    await opened();
    await write('在魑');
    await waitFor(() =>
      expect(chips().map((chip) => chip.getAttribute('aria-label'))).toEqual([
        expect.stringMatching(/^token 1 of 3, 在, number \d+, bytes E5 9C A8$/),
        expect.stringMatching(
          /^tokens 2 to 3 of 3, 魑, numbers \d+, \d+, bytes E9 AD, 91, 1 character = 2 tokens$/,
        ),
      ]),
    );
    expect(screen.getByTestId('tokens-output').textContent).not.toContain('\ufffd');
  });

  it('goes from chip to chip by keys and shows one in the lens', async () => {
    const { app } = await opened();
    await write('the city of Paris');
    const [first, second] = chips();
    first?.focus();
    await fireEvent.keyDown(first as HTMLElement, { key: 'ArrowRight' });
    await waitFor(() => expect(second).toHaveFocus());
    await fireEvent.keyDown(second as HTMLElement, { key: 'End' });
    await waitFor(() => expect(chips().at(-1)).toHaveFocus());
    await fireEvent.keyDown(chips().at(-1) as HTMLElement, { key: 'Enter' });
    await waitFor(() => expect(app.lens.subject).toMatchObject({ kind: 'text', group: 3, place: 'a' }));
    expect(textInLens(app)).toBe(' Paris');
  });

  it('lights the id of a chip, and the chip of an id', async () => {
    await opened();
    await write('the city');
    const sheet = screen.getByTestId('tokens-output');
    await fireEvent.pointerOver(chips()[1] as HTMLElement);
    expect(sheet.querySelector('.id.lit')).toHaveTextContent(chips()[1]?.dataset['tokenId'] ?? '?');
    await fireEvent.pointerOver(sheet.querySelector('[data-token="0"]') as HTMLElement);
    expect(chips()[0]).toHaveClass('lit');
    expect(chips()[1]).not.toHaveClass('lit');
  });

  it('shows what the template adds to a message, and counts it', async () => {
    await opened();
    await write('the city');
    await fireEvent.click(screen.getByTestId('choice-message'));
    expect(await screen.findByTestId('added-count')).toHaveTextContent(/^[1-9]/);
    const around = chips().map((chip) => chip.classList.contains('around'));
    expect(around.filter((one) => !one)).toHaveLength(2);
    expect(chips()[0]?.getAttribute('aria-label')).toMatch(
      /control token.*<\|im_start\|>.*added by the template/,
    );
  });

  it('drops what comes for a text that stands there no longer', async () => {
    const { app, client } = await opened();
    const gate = deferred<null>();
    const real = client.textCut.bind(client);
    vi.spyOn(client, 'textCut').mockImplementation(async (...asked) => {
      if (asked[1] === 'the') await gate.promise;
      return real(...asked);
    });
    app.inspector.setText('the');
    await waitFor(() => expect(client.textCut).toHaveBeenCalled());
    app.inspector.setText('the city');
    app.inspector.setText('');
    gate.resolve(null);
    await new Promise((done) => setTimeout(done, 20));
    expect(app.cutTab.view).toBeNull();
  });

  it('turns ids back into text, names what is none, and shows lone bytes in hex', async () => {
    const { app } = await opened();
    await write('the 魑');
    const ids = [...(app.cutTab.view?.tokens.ids ?? [])];
    await fireEvent.click(within(screen.getByTestId('section-ids')).getAllByRole('button')[0] as HTMLElement);
    await fireEvent.input(screen.getByTestId('ids-input'), { target: { value: JSON.stringify(ids) } });
    await waitFor(() => expect(screen.getByTestId('ids-text')).toHaveTextContent('the 魑'));
    expect(screen.getByTestId('ids-round-trip')).toHaveTextContent('the same ids');
    const open = `${ids.slice(0, -1).join(' ')} x 999999999`;
    await fireEvent.input(screen.getByTestId('ids-input'), { target: { value: open } });
    await waitFor(() => expect(screen.getByTestId('ids-text')).toHaveTextContent('E9 AD'));
    const problems = screen.getByTestId('ids-problems');
    expect(problems).toHaveTextContent('“x”, is no number');
    expect(problems).toHaveTextContent('999999999, is no id here');
  });

  it('cuts the same word in its guises', async () => {
    await opened();
    await write('a café');
    await fireEvent.click(
      within(screen.getByTestId('section-guises')).getAllByRole('button')[0] as HTMLElement,
    );
    const table = await screen.findByTestId('guises');
    const rows = within(table)
      .getAllByRole('rowheader')
      .map((one) => one.textContent?.trim());
    expect(rows).toContain('capitals');
    expect(rows).toContain('accent apart (NFD)');
    expect(rows).toContain('with a space before it');
  });

  it('brings a section into sight that was asked for, once', async () => {
    const scroll = vi.fn();
    Element.prototype.scrollIntoView = scroll;
    const { app } = await opened();
    app.cutTab.goTo('guises');
    expect(await screen.findByTestId('guises')).toBeVisible();
    expect(scroll).toHaveBeenCalledTimes(1);
    expect(scroll.mock.contexts[0]).toBe(screen.getByTestId('section-guises'));
    // Whoever comes back to the tab finds it as it was left.
    app.inspector.open('compare');
    await waitFor(() => expect(screen.queryByTestId('section-guises')).toBeNull());
    app.inspector.open('cut');
    await screen.findByTestId('guises');
    expect(scroll).toHaveBeenCalledTimes(1);
  });

  it('begins each tab at its top, and finds it again where it was left', async () => {
    const { app } = await opened({ vocabulary: 8192 });
    const scroller = screen.getByTestId('inspector-scroll');
    const scrollTo = (top: number): Promise<boolean> => {
      scroller.scrollTop = top;
      return fireEvent.scroll(scroller);
    };
    await scrollTo(320);
    app.inspector.open('vocabulary');
    await waitFor(() => expect(scroller.scrollTop).toBe(0));
    await scrollTo(80);
    app.vocabularyTab.open('meaning');
    await waitFor(() => expect(scroller.scrollTop).toBe(0));
    app.vocabularyTab.open('browse');
    await waitFor(() => expect(scroller.scrollTop).toBe(80));
    app.inspector.open('cut');
    await waitFor(() => expect(scroller.scrollTop).toBe(320));
  });

  it('copies ids as a list and everything as JSON, and sends the text to the chat', async () => {
    const { app } = await opened();
    await write('the city');
    const copied: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (text: string) => void copied.push(text) },
    });
    await fireEvent.click(screen.getByTestId('copy-ids'));
    await fireEvent.click(screen.getByTestId('copy-json'));
    await waitFor(() => expect(copied).toHaveLength(2));
    const ids = app.cutTab.view?.tokens.ids;
    expect(JSON.parse(copied[0] ?? '')).toEqual(ids);
    const json = JSON.parse(copied[1] ?? '') as { text: string; tokens: { id: number; text: string }[] };
    expect(json.text).toBe('the city');
    expect(json.tokens.map(({ text }) => text)).toEqual(['the', ' city']);
    await fireEvent.click(screen.getByTestId('to-chat'));
    expect(app.chat.draft).toBe('the city');
    expect(app.nav.view).toBe('chat');
  });
});

describe('the tab Compare', () => {
  it('lists the places that differ, jumps to them, and has a row a language', async () => {
    const { app } = await opened({ pick: '/home/user/bert-wordpiece.json' });
    await write('unbelievable city');
    await fireEvent.click(screen.getByTestId('inspector-tab-compare'));
    await fireEvent.click(await screen.findByTestId('compare-open'));
    const count = await screen.findByTestId('difference-count');
    expect(Number(count.textContent)).toBeGreaterThan(0);
    await fireEvent.click(screen.getByTestId('difference-next'));
    expect(app.compareTab.at).toBe(0);
    expect(app.compareTab.lit).toEqual(app.compareTab.view?.differences[0]);
    expect(screen.getAllByTestId('difference')[0]).toHaveAttribute('aria-current', 'true');
    const table = screen.getByTestId('languages');
    await waitFor(() => expect(within(table).getAllByRole('rowheader')).toHaveLength(8));
    expect(within(table).getAllByRole('rowheader')[0]).toHaveTextContent('Chinese');
  });
});

describe('the inspector', () => {
  it('turns from tab to tab by arrow keys', async () => {
    const { app } = await opened();
    const cut = screen.getByTestId('inspector-tab-cut');
    cut.focus();
    await fireEvent.keyDown(cut, { key: 'ArrowRight' });
    expect(app.inspector.tab).toBe('vocabulary');
    await waitFor(() => expect(screen.getByTestId('inspector-tab-vocabulary')).toHaveFocus());
    await fireEvent.keyDown(screen.getByTestId('inspector-tab-vocabulary'), { key: 'End' });
    expect(app.inspector.tab).toBe('read');
    expect(screen.getByRole('tabpanel')).toHaveAttribute(
      'aria-labelledby',
      screen.getByTestId('inspector-tab-read').id,
    );
  });

  it('looks at another tokenizer, and keeps the one before where a file is none', async () => {
    const { app } = await opened({ pick: '/home/user/notes.json' });
    await app.subjects.pick('a');
    expect(app.subjects.a.error?.code).toBe('not_a_model');
    expect(app.subjects.a.subject?.source).toBe('loaded');
    expect(await screen.findByTestId('error-card')).toHaveAttribute('data-code', 'not_a_model');
    await app.subjects.a.open('/home/user/unigram.model');
    expect(app.subjects.a.subject?.summary.kind).toBe('unigram');
    expect(app.subjects.a.error).toBeNull();
  });

  it('goes to a token that another view asks for', async () => {
    const { app } = await opened();
    const pieces = joinPieces([word('the'), ...splitCharacter(), word(' city')]);
    app.inspector.look(lookAtPiece(pieces, 2));
    expect(app.inspector.text).toBe('the埃 city');
    await waitFor(() => expect(textInLens(app)).toBe(' city'));
    expect(app.nav.view).toBe('tokens');
  });
});
