/** Where models come from: told in the window, for this machine's memory, and nothing in it can be followed. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import Guide from '../src/components/guide/Guide.svelte';
import { usualPlaces } from '../src/components/guide/places';
import { fileBytes, FORMATS, roomFor, SIZES } from '../src/components/guide/sizes';
import Window from '../src/Window.svelte';
import { show, stage } from './support';

const GB = 1e9;

describe('room for a model', () => {
  it('knows the size of a file by its numbers and their bits', () => {
    expect(fileBytes(7, 16)).toBe(14 * GB);
    expect(fileBytes(1, 8.5)).toBe(1.0625 * GB);
  });

  it('counts the context, and what the system keeps', () => {
    const memory = { free: 9 * GB, total: 16 * GB };
    expect(roomFor(6.6 * GB, memory)).toBe('fits');
    expect(roomFor(6.7 * GB, memory)).toBe('tight');
    expect(roomFor(12.4 * GB, memory)).toBe('tight');
    expect(roomFor(12.6 * GB, memory)).toBe('too_large');
  });

  it('never gets better with size', () => {
    const worth = { fits: 0, tight: 1, too_large: 2 };
    const memory = { free: 9 * GB, total: 16 * GB };
    for (const { bits } of FORMATS) {
      const rooms = SIZES.map((size) => worth[roomFor(fileBytes(size, bits), memory)]);
      expect(rooms).toEqual([...rooms].sort((a, b) => a - b));
    }
  });
});

describe.each(['en-US', 'zh-CN'])('the guide, %s', (locale) => {
  it('tells sizes for the memory that the shell told, and follows it', async () => {
    const { app } = await stage({ locale });
    show(app, Guide, { close: () => undefined });
    const rooms = (): (string | undefined)[] =>
      [...screen.getByTestId('guide-sizes').querySelectorAll('td')].map((cell) => cell.dataset['room']);
    expect(rooms()).toHaveLength(SIZES.length * FORMATS.length);
    expect(new Set(rooms())).toEqual(new Set(['fits', 'tight', 'too_large']));
    app.models.overview = { ...app.models.overview, free_memory: 0.2 * GB, total_memory: 0.5 * GB };
    await Promise.resolve();
    expect(new Set(rooms())).toEqual(new Set(['too_large']));
  });

  it('has nothing that leads out of the window', async () => {
    const { app } = await stage({ locale });
    const { container } = show(app, Guide, { close: () => undefined });
    expect(container.querySelectorAll('a, [href], [src], iframe, img, form')).toHaveLength(0);
    const buttons = within(container)
      .getAllByRole('button')
      .map((button) => button.dataset['testid'] ?? 'close');
    expect(buttons).toEqual(['close', 'guide-open', 'guide-found']);
    expect(container.textContent).not.toMatch(/undefined|NaN|[{}]/);
  });
});

it('tells what every letter of the usual name means, where each app keeps its files, and opens one', async () => {
  const { app, client } = await stage({ model: 'empty', locale: 'en-US' });
  show(app, Window, { app });
  app.nav.overlay = 'guide';
  const letters = await screen.findByTestId('guide-letter-by-letter');
  expect([...letters.querySelectorAll('dt')].map((term) => term.textContent)).toEqual(['Q', '4', 'K', 'M']);
  const guide = screen.getByTestId('guide');
  for (const [, path] of usualPlaces('linux')) if (path) expect(guide).toHaveTextContent(path);
  expect(guide).toHaveTextContent('blobs');
  const picked = vi.spyOn(client, 'modelPick').mockResolvedValue(null);
  await fireEvent.click(screen.getByTestId('guide-open'));
  expect(picked).toHaveBeenCalledWith('file', expect.any(String));
  expect(screen.queryByTestId('guide')).toBeNull();
});

it.each(['linux', 'mac', 'windows'] as const)('places on %s are of that system', (system) => {
  const paths = usualPlaces(system).flatMap(([, path]) => path ?? []);
  expect(paths.some((path) => path.includes('AppData') || path.includes('%'))).toBe(system === 'windows');
  expect(paths.some((path) => path.includes('Library'))).toBe(system === 'mac');
});

it('opens from the first screen, from Help, from Models and from a chat without a model', async () => {
  const { app } = await stage({ model: 'empty', locale: 'en-US' });
  show(app, Window, { app });
  const opens = async (testid: string): Promise<void> => {
    await fireEvent.click(await screen.findByTestId(testid));
    expect(await screen.findByTestId('guide')).toBeInTheDocument();
    await fireEvent.click(within(screen.getByTestId('guide')).getByRole('button', { name: 'Close' }));
    expect(screen.queryByTestId('guide')).toBeNull();
  };
  await opens('hero-guide');
  await fireEvent.click(screen.getByTestId('show-all'));
  await opens('models-guide');
  app.nav.go('chat');
  await opens('chat-guide');
  await fireEvent.click(screen.getByTestId('rail-help'));
  await opens('help-guide');
});
