/** What is set is saved, holds at once, and goes back part by part; what the app is made of is told. */
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { isForeign, resolveLocale } from '../src/i18n/messages';
import { App } from '../src/stores/app.svelte';
import Window from '../src/Window.svelte';
import { show, stage, type Stage } from './support';

async function settings(options: Parameters<typeof stage>[0] = {}): Promise<Stage> {
  const made = await stage({ locale: 'en-US', ...options });
  show(made.app, Window, { app: made.app });
  made.app.nav.go('settings');
  await screen.findByTestId('settings-look');
  return made;
}

async function choose(testid: string, value: string): Promise<void> {
  await fireEvent.change(screen.getByTestId(testid), { target: { value } });
}

describe('a change', () => {
  it('is saved, and the next start has it', async () => {
    const { app, client } = await settings();
    await choose('threads-select', '3');
    await choose('context-select', '2048');
    await choose('motion-select', 'reduced');
    await choose('zoom-select', '175');
    const saved = { threads: 3, context_length: 2048, motion: 'reduced', zoom: 175 };
    expect(app.settings.current).toMatchObject(saved);
    expect((await App.start(client)).settings.current).toMatchObject(saved);
    await choose('threads-select', '');
    await choose('context-select', '');
    expect(app.settings.current).toMatchObject({ threads: null, context_length: null });
  });

  it('stops all movement where that is wanted of this app', async () => {
    const { app } = await settings();
    expect(app.settings.isStill).toBe(false);
    await choose('motion-select', 'reduced');
    expect(app.settings.isStill).toBe(true);
    expect(document.documentElement.dataset['motion']).toBe('reduced');
    await choose('motion-select', 'system');
    expect(document.documentElement.dataset['motion']).toBeUndefined();
  });

  it('of the size goes by its buttons as far as it goes', async () => {
    const { app } = await settings();
    for (let press = 0; press < 12; press += 1) await fireEvent.click(screen.getByTestId('zoom-larger'));
    expect(app.settings.current.zoom).toBe(200);
    expect(screen.getByTestId('zoom-larger')).toBeDisabled();
    await fireEvent.click(screen.getByTestId('zoom-smaller'));
    expect(app.settings.current.zoom).toBe(175);
  });

  it('that the shell refuses is taken back, and said', async () => {
    const { app, client } = await settings();
    vi.spyOn(client, 'settingsSet').mockRejectedValue({ code: 'disk_full', detail: 'ENOSPC', facts: {} });
    await choose('theme-select', 'dark');
    await waitFor(() => expect(app.settings.current.theme).toBe('system'));
    expect(app.settings.error?.code).toBe('disk_full');
  });

  it('offers no more threads than the machine has, whatever was set elsewhere', async () => {
    await settings({ settings: { threads: 64 } });
    const select = screen.getByTestId<HTMLSelectElement>('threads-select');
    expect([...select.options].map(({ value }) => value)).toEqual([
      '',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
    ]);
    expect(select.value).toBe('8');
  });
});

describe('going back', () => {
  const changed = { theme: 'dark', zoom: 150, threads: 2, tour: 'away', language_asked: true } as const;

  it('asks first, and takes one part', async () => {
    const { app } = await settings({ settings: changed });
    await fireEvent.click(screen.getByTestId('reset-look'));
    const dialog = await screen.findByTestId('reset-dialog');
    await fireEvent.click(within(dialog).getByText('Cancel'));
    expect(app.settings.current).toMatchObject(changed);
    await fireEvent.click(screen.getByTestId('reset-look'));
    await fireEvent.click(await screen.findByTestId('reset-do'));
    expect(screen.queryByTestId('reset-dialog')).toBeNull();
    await waitFor(() =>
      expect(app.settings.current).toMatchObject({ ...changed, theme: 'system', zoom: 100 }),
    );
    expect(await screen.findByText('Settings reset')).toBeInTheDocument();
  });

  it('takes all parts, and what was done stays done', async () => {
    const { app } = await settings({ settings: changed });
    await fireEvent.click(screen.getByTestId('reset-all'));
    await fireEvent.click(await screen.findByTestId('reset-do'));
    await waitFor(() => expect(app.settings.current.threads).toBeNull());
    expect(app.settings.current).toMatchObject({ theme: 'system', tour: 'away', language_asked: true });
  });
});

describe('about', () => {
  it('names the versions', async () => {
    await settings();
    expect(screen.getByTestId('app-version')).toHaveTextContent('0.1.0');
    expect(screen.getByTestId('engine-version')).toHaveTextContent('mistral.rs 0.8.1');
  });

  it('shows the licences of a package, and says where they come from without one', async () => {
    await settings({ packaged: true });
    await fireEvent.click(screen.getByTestId('licences-open'));
    expect(await screen.findByTestId('text-pane')).toHaveTextContent('package-1 1.0.0');
    await choose('licences-file', '1');
    expect(screen.getByTestId('text-pane')).toHaveTextContent('crate-400');
  });

  it('says where licences come from where there are none', async () => {
    await settings();
    await fireEvent.click(screen.getByTestId('licences-open'));
    expect(await screen.findByTestId('licences-none')).toHaveTextContent('make package');
  });

  it('says that licences can’t be read, and tries again', async () => {
    const { client } = await settings({ packaged: true });
    vi.spyOn(client, 'licences').mockRejectedValueOnce({ code: 'internal', detail: 'x', facts: {} });
    await fireEvent.click(screen.getByTestId('licences-open'));
    const dialog = await screen.findByTestId('licences-dialog');
    await fireEvent.click(await within(dialog).findByText('Try again'));
    expect(await within(dialog).findByTestId('text-pane')).toHaveTextContent('package-1 1.0.0');
  });

  it('leads from privacy to the bin, all of it, whatever the list was narrowed to before', async () => {
    const { app } = await settings({ past: true });
    app.history.search.ask('sky', app.history.list.filter, 0);
    app.history.span = 'between';
    app.history.firstDay = '2020-01-01';
    app.history.list.filter = { place: 'kept', starred_only: true, until: 5 };
    await fireEvent.click(screen.getByTestId('privacy-bin'));
    expect(app.nav.view).toBe('history');
    await waitFor(() => expect(app.history.list.filter).toEqual({ place: 'bin', starred_only: false }));
    expect(app.history.search.on).toBe(false);
    expect([app.history.span, app.history.firstDay]).toEqual(['any', '']);
  });
});

describe('the language', () => {
  it('is the system’s where the app has it, and asked for elsewhere', () => {
    for (const locale of ['zh-Hans-CN', 'zh_TW', 'en-GB', 'C', 'POSIX', ''])
      expect(isForeign(locale), locale).toBe(false);
    for (const locale of ['fr-FR', 'de', 'ja-JP', 'cs-CZ']) expect(isForeign(locale), locale).toBe(true);
    expect(resolveLocale('system', 'fr-FR')).toBe('en');
  });

  it('is asked for once, before anything else', async () => {
    const { app, client } = await stage({ locale: 'fr-FR', model: 'empty' });
    show(app, Window, { app });
    expect(screen.queryByTestId('rail-chat')).toBeNull();
    const question = screen.getByTestId('language-question');
    expect(question).toHaveTextContent('透窗用哪种语言？');
    expect(question).toHaveTextContent('Which language shall Vitrine speak?');
    expect(screen.getByTestId('language-zh-CN')).toHaveFocus();
    await fireEvent.click(screen.getByTestId('language-zh-CN'));
    expect(screen.queryByTestId('language-question')).toBeNull();
    expect(document.documentElement.lang).toBe('zh-CN');
    const next = await App.start(client);
    expect(next.settings.asksLanguage).toBe(false);
    await next.settings.change({ language: 'system' });
    expect(next.settings.asksLanguage, 'who wants the system’s has been asked').toBe(false);
  });

  it('is not asked for where it is known', async () => {
    for (const options of [{ locale: 'zh-CN' }, { locale: 'fr-FR', settings: { language: 'en' as const } }])
      expect((await stage(options)).app.settings.asksLanguage).toBe(false);
  });
});

describe('when something is wrong', () => {
  it('diagnostics are read anew each time, and a fault in it is said', async () => {
    const { client } = await settings();
    await fireEvent.click(screen.getByTestId('diagnostics-open'));
    expect(await screen.findByTestId('text-pane')).toHaveTextContent('Vitrine 0.1.0');
    const dialog = screen.getByTestId('diagnostics-dialog');
    await fireEvent.click(within(dialog).getAllByText('Close')[0] as HTMLElement);
    vi.spyOn(client, 'diagnostics').mockRejectedValue({ code: 'internal', detail: 'x', facts: {} });
    await fireEvent.click(screen.getByTestId('diagnostics-open'));
    expect(
      await within(await screen.findByTestId('diagnostics-dialog')).findByText('Try again'),
    ).toBeVisible();
    expect(screen.queryByTestId('text-pane')).toBeNull();
  });

  it('logs and data open in the file manager', async () => {
    const { client } = await settings();
    const [logs, data] = [vi.spyOn(client, 'logsShow'), vi.spyOn(client, 'dataShow')];
    await fireEvent.click(screen.getByTestId('logs-show'));
    await fireEvent.click(screen.getByTestId('about-data'));
    expect(logs).toHaveBeenCalledOnce();
    expect(data).toHaveBeenCalledOnce();
  });

  it('a report of a fault is offered until it is put away', async () => {
    const crashReport = { written_at_ms: Date.UTC(2026, 0, 2), text: 'place: a.rs:1' };
    const { client } = await settings({ crashReport });
    expect(screen.getByTestId('crash-notice')).toHaveTextContent('ended unexpectedly');
    await fireEvent.click(screen.getByTestId('crash-look'));
    expect(await screen.findByTestId('text-pane')).toHaveTextContent('a.rs:1');
    await fireEvent.click(screen.getByTestId('crash-forget-read'));
    expect(screen.queryByTestId('crash-notice')).toBeNull();
    expect(screen.queryByTestId('crash-dialog')).toBeNull();
    expect((await client.startUp()).crash_report).toBeUndefined();
  });

  it('no report, no notice', async () => {
    await settings();
    expect(screen.queryByTestId('crash-notice')).toBeNull();
  });
});
