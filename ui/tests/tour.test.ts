/** The tour follows what is really done, in five steps, and every one of them can be left. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { TourPlace } from '../src/client/bindings/TourPlace';
import { App } from '../src/stores/app.svelte';
import { TOUR_STEPS, TourStore } from '../src/stores/tour.svelte';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

async function opened(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  const made = await stage({ locale: 'en-US', ...options });
  show(made.app, Window, { app: made.app });
  made.app.nav.go('chat');
  return made;
}

const told = (): string => screen.getByTestId('tour-told').textContent?.trim() ?? '';

describe('the steps of the tour', () => {
  it('come in order, each when it was done, and end', () => {
    const tour = new TourStore();
    tour.did('ask');
    expect(tour.now, 'nobody has begun it').toEqual({ kind: 'offered' });
    tour.start();
    for (const step of TOUR_STEPS) {
      expect(tour.now).toEqual({ kind: 'at', step });
      tour.did(step);
    }
    expect(tour.now).toEqual({ kind: 'done' });
    tour.end();
    expect(tour.now).toEqual({ kind: 'away' });
  });

  it('never go back, and one that was done early takes those before it along', () => {
    const tour = new TourStore();
    tour.start();
    tour.did('pin');
    expect(tour.now).toEqual({ kind: 'at', step: 'what_if' });
    tour.did('point');
    expect(tour.now).toEqual({ kind: 'at', step: 'what_if' });
  });

  it('can each be skipped', () => {
    const tour = new TourStore();
    tour.start();
    TOUR_STEPS.forEach(() => tour.skip());
    expect(tour.now).toEqual({ kind: 'done' });
  });
});

describe('how far it went', () => {
  it('is kept at every step, and the next start goes on there', async () => {
    const kept: TourPlace[] = [];
    const tour = new TourStore('offered', (place) => kept.push(place));
    tour.start();
    tour.did('point');
    tour.skip();
    tour.end();
    expect(kept).toEqual(['ask', 'pin', 'what_if', 'away']);
    expect(new TourStore('what_if').now).toEqual({ kind: 'at', step: 'what_if' });
    expect(new TourStore('done').now, 'its end was told').toEqual({ kind: 'away' });
  });

  it('is a setting', async () => {
    const { app, client } = await opened();
    app.takeTour();
    app.tour.skip();
    expect((await client.startUp()).settings.tour).toBe('point');
    const next = await App.start(client);
    expect(next.tour.now).toEqual({ kind: 'at', step: 'point' });
  });
});

describe('the tour in the window', () => {
  it('goes along with a real answer, from the first question to a token chosen by hand', async () => {
    const { app } = await opened();
    await fireEvent.click(await screen.findByTestId('tour-take'));
    expect(told()).toContain('1 of 5');
    await fireEvent.click(screen.getAllByTestId('sample')[0] as HTMLElement);
    await waitFor(() => expect(told()).toContain('2 of 5'));
    const token = (await screen.findAllByTestId('token'))[1] as HTMLElement;
    await waitFor(() => expect(app.chat.busy).toBe(false));
    token.focus();
    await waitFor(() => expect(told()).toContain('3 of 5'));
    await fireEvent.keyDown(token, { key: 'Enter' });
    await waitFor(() => expect(told()).toContain('4 of 5'));
    const pick = screen.getByTestId('what-if').querySelector('button.pick') as HTMLElement;
    await fireEvent.click(pick);
    await waitFor(() => expect(told()).toContain('5 of 5'));
    await waitFor(() => expect(app.chat.busy).toBe(false));
    await fireEvent.click(await screen.findByTestId('step-from-here'));
    await waitFor(() => expect(told()).toContain('That was all of it'));
    await fireEvent.click(screen.getByTestId('tour-own'));
    expect(screen.queryByTestId('tour')).toBeNull();
    expect(await screen.findByTestId('guide')).toBeInTheDocument();
  });

  it('is not offered again to whoever does not want it', async () => {
    const { client } = await opened();
    await fireEvent.click(await screen.findByTestId('tour-decline'));
    expect(screen.queryByTestId('tour-take')).toBeNull();
    expect((await client.startUp()).settings.tour).toBe('away');
  });

  it('does nothing by itself, and takes no focus', async () => {
    const { app } = await opened();
    const focus = document.activeElement;
    app.takeTour();
    await screen.findByTestId('tour');
    expect(app.chat.conversation).toBeNull();
    expect(app.chat.draft).toBe('');
    expect(document.activeElement).toBe(focus);
  });

  it('counts nothing that was there before it', async () => {
    const { app } = await opened();
    app.chat.draft = 'hello';
    await app.composer.send();
    await fireEvent.click((await screen.findAllByTestId('token'))[0] as HTMLElement);
    expect(app.lens.subject).not.toBeNull();
    app.takeTour();
    await screen.findByTestId('tour');
    expect(told()).toContain('1 of 5');
  });

  it('is left at any moment, offered no more then, and found again under Help', async () => {
    await opened();
    await fireEvent.click(await screen.findByTestId('tour-take'));
    await fireEvent.click(screen.getByTestId('tour-end'));
    expect(screen.queryByTestId('tour')).toBeNull();
    expect(screen.queryByTestId('tour-take')).toBeNull();
    await fireEvent.click(screen.getByTestId('rail-help'));
    await fireEvent.click(await screen.findByTestId('help-tour'));
    expect(told()).toContain('1 of 5');
    expect(screen.queryByTestId('shortcuts')).toBeNull();
  });

  it('begins where its examples are, and leaves what waits in a box where it is', async () => {
    const { app } = await opened();
    app.chat.draft = 'hello';
    await app.composer.send();
    const id = app.chat.conversation?.id ?? 0;
    app.chat.draft = 'half a question';
    app.takeTour();
    expect((await screen.findAllByTestId('sample')).length).toBeGreaterThan(0);
    expect(told()).toContain('press one of the examples');
    expect(app.chat.draft).toBe('');
    expect(app.chat.draftOf(id)).toBe('half a question');
  });

  it('says that a model comes first where there is none', async () => {
    const { app } = await opened({ model: 'empty' });
    app.takeTour();
    await screen.findByTestId('tour');
    expect(told()).toContain('needs a model');
  });
});
