import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { MAP_HEIGHT, surpriseMap } from '../src/components/inspector/read/strip';
import { ReadTabStore, type Reading } from '../src/stores/inspector-read.svelte';
import Window from '../src/Window.svelte';
import { show, stage, writeLong, type Stage } from './support';

const TOKYO = '埃菲尔铁塔在日本的东京';
const PARIS = '埃菲尔铁塔在法国的巴黎';

beforeEach(() => {
  // happy-dom lays nothing out.
  Element.prototype.getClientRects = () => [] as unknown as DOMRectList;
});

async function openRead(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  const stand = await stage({ family: true, ...options });
  show(stand.app, Window, { app: stand.app });
  stand.app.inspector.open('read');
  stand.app.nav.go('tokens');
  await screen.findByTestId('read-text');
  return stand;
}

function bitsOf(reading: Reading | null, text: string): number {
  const piece = reading?.stream.pieces.find((one) => one.text === text);
  if (!reading || !piece) throw new Error(`no ${text}`);
  return piece.tokens.reduce((sum, _, at) => sum + (reading.bits[piece.start + at] ?? 0), 0);
}

describe('a reading', () => {
  it('is surprised where the text departs from what is known, and there alone', async () => {
    const { client } = await stage();
    const store = new ReadTabStore(client);
    await store.read(TOKYO, 'm');
    expect(bitsOf(store.current, '日本')).toBeGreaterThan(5);
    expect(bitsOf(store.current, '东京')).toBeGreaterThan(5);
    await store.read(PARIS, 'm');
    expect(bitsOf(store.current, '法国')).toBeLessThan(1);
    expect(bitsOf(store.current, '巴黎')).toBeLessThan(1);
    expect(store.previous?.text).toBe(TOKYO);
    expect(store.current?.bits[0]).toBeNull();
    expect(store.current?.summary?.measured).toBe((store.current?.stream.count ?? 0) - 1);
  });

  it('can be stopped, and what was read stays', async () => {
    const { client } = await stage({ pace: 5 });
    const store = new ReadTabStore(client);
    const going = store.read('The river runs through the city. '.repeat(20), 'm');
    await vi.waitFor(() => expect(store.current?.done).toBeGreaterThan(0));
    expect(store.current?.secondsLeft).toBeGreaterThan(0);
    await store.stop();
    await going;
    expect(store.current?.state).toEqual({ state: 'stopped' });
    const read = store.current?.stream.count ?? 0;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(store.current?.about?.tokens ?? 0);
    expect(store.current?.summary?.tokens).toBe(read);
  });

  it('keeps the one before where the next cannot begin', async () => {
    const { client } = await stage();
    const store = new ReadTabStore(client);
    await store.read(TOKYO, 'm');
    vi.spyOn(client, 'readText').mockRejectedValueOnce({ code: 'busy', detail: '', facts: {} });
    await store.read(PARIS, 'm');
    expect(store.error?.code).toBe('busy');
    expect(store.current?.text).toBe(TOKYO);
  });
});

describe('the tab', () => {
  it('opens the base model and reads, by one press on an example', async () => {
    const { app } = await openRead({ model: 'empty' });
    expect(screen.getByTestId('read-no-model')).toBeVisible();
    expect(screen.getByTestId('read-do')).toBeDisabled();
    await fireEvent.click(screen.getAllByTestId('read-sample')[0] as HTMLElement);
    expect(await screen.findByTestId('read-mean')).toHaveTextContent(/bits/);
    expect(app.models.ready?.info.traits.kind).toBe('base');
    expect(screen.queryByTestId('read-not-base')).toBeNull();
    expect(screen.getByText(/Surprise is no error/)).toBeVisible();
  });

  it('goes to the most surprising places, and the lens says what was expected instead', async () => {
    await openRead();
    expect(screen.getByTestId('read-not-base')).toBeVisible();
    await writeLong('read-text', TOKYO);
    await fireEvent.click(screen.getByTestId('read-do'));
    const places = await screen.findAllByTestId('read-place');
    expect(places[0]).toHaveTextContent('日本');
    await fireEvent.click(places[0] as HTMLElement);
    const lens = await screen.findByTestId('read-token');
    expect(within(lens).getByTestId('read-expected')).toHaveTextContent('The model expected “法国” instead');
    expect(Number.parseFloat(within(lens).getByTestId('read-bits').textContent ?? '')).toBeGreaterThan(5);
    expect(within(lens).getAllByTestId('candidate').length).toBeGreaterThan(3);
    expect(document.activeElement).toHaveTextContent('日本');
    await fireEvent.click(within(lens).getByTestId('read-entry'));
    expect(await screen.findByTestId('entry-facts')).toHaveTextContent('日本');
  });

  it('says of the first token that nothing stood before it', async () => {
    await openRead();
    await fireEvent.click(screen.getAllByTestId('read-sample')[1] as HTMLElement);
    const [first, second] = await screen.findAllByTestId('token');
    expect(first).toHaveAttribute('aria-label', expect.stringContaining('not measured'));
    expect(second).toHaveAttribute('aria-label', expect.stringMatching(/%/));
    await fireEvent.click(first as HTMLElement);
    expect(await screen.findByTestId('read-token')).toHaveTextContent('Nothing stood before it');
  });

  it('says in how many windows a long text was read', async () => {
    const { app } = await openRead();
    app.inspector.setText('The river runs through the city and under its bridges. '.repeat(120));
    await waitFor(() => expect(screen.getByTestId('read-do')).toBeEnabled());
    await fireEvent.click(screen.getByTestId('read-do'));
    await waitFor(() =>
      expect(screen.getByTestId('read-window')).toHaveTextContent(/2 windows that overlap by 512/),
    );
  });
});

describe('the map', () => {
  it('has a bar a token, as high as its bits', () => {
    const map = surpriseMap([null, 0, 16], 3);
    expect(map.bars).toBe(3);
    expect(map.each).toBe(1);
    expect(map.paths.map(({ step }) => step)).toEqual([0, 4]);
    expect(map.paths[1]?.d).toContain(`v-${MAP_HEIGHT.toFixed(2)}`);
  });

  it('joins tokens of a long text, and lets the most surprising of them be seen', () => {
    const bits = Array.from({ length: 2000 }, (_, at) => (at === 1001 ? 20 : 0));
    const map = surpriseMap(bits, 2000);
    expect(map.bars).toBeLessThanOrEqual(480);
    expect(map.paths.find(({ step }) => step === 4)?.d.match(/M/g)).toHaveLength(1);
  });
});
