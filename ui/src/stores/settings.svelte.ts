/** What the user set. The shell keeps it; this mirrors it and turns it into language and theme. */
import { prefersReducedMotion } from 'svelte/motion';

import type { Sandbox } from '../client/bindings/Sandbox';
import type { Settings } from '../client/bindings/Settings';
import type { SettingsPart } from '../client/bindings/SettingsPart';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { I18n } from '../i18n/i18n.svelte';
import { isForeign, resolveLocale } from '../i18n/messages';

/** Where Ctrl + and − stop, in per cent of the system's size. */
export const ZOOM_STEPS = [75, 80, 90, 100, 110, 125, 150, 175, 200] as const;

export class SettingsStore {
  current = $state.raw<Settings>() as Settings;
  /** Saving failed; shown in the Settings view. */
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;
  readonly #i18n: I18n;
  readonly #systemLocale: string;
  #saves = 0;

  constructor(client: Client, i18n: I18n, settings: Settings, systemLocale: string) {
    this.#client = client;
    this.#i18n = i18n;
    this.#systemLocale = systemLocale;
    this.#apply(settings);
  }

  /** Is the user to be asked for the language? Only where the system's is none that the app has. */
  get asksLanguage(): boolean {
    const { language, language_asked } = this.current;
    return language === 'system' && !language_asked && isForeign(this.#systemLocale);
  }

  /** Shall nothing move? */
  get isStill(): boolean {
    return this.current.motion === 'reduced' || prefersReducedMotion.current;
  }

  /** Shown at once, saved at once; what the shell says is in force in the end. */
  change(part: Partial<Settings>): Promise<void> {
    const wanted = { ...this.current, ...part };
    return this.#save(wanted, () => this.#client.settingsSet(wanted));
  }

  /** Puts a part back as it came. */
  reset(part: SettingsPart): Promise<void> {
    return this.#save(this.current, () => this.#client.settingsReset(part));
  }

  /** Draws everything one step larger (1) or smaller (-1), as far as that goes. */
  zoomBy(direction: 1 | -1): void {
    const now = this.current.zoom;
    const zoom =
      direction > 0 ? ZOOM_STEPS.find((step) => step > now) : ZOOM_STEPS.findLast((step) => step < now);
    if (zoom !== undefined) void this.change({ zoom });
  }

  /** In the system's file manager. */
  async showData(): Promise<void> {
    try {
      await this.#client.dataShow();
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }

  /** What the system keeps the process from that runs models. */
  sandbox(): Promise<Sandbox> {
    return this.#client.sandbox();
  }

  async #save(meanwhile: Settings, save: () => Promise<Settings>): Promise<void> {
    const before = this.current;
    const turn = ++this.#saves;
    this.#apply(meanwhile);
    try {
      const saved = await save();
      if (turn === this.#saves) this.#apply(saved);
      this.error = null;
    } catch (thrown) {
      if (turn === this.#saves) this.#apply(before);
      this.error = toShownError(thrown);
    }
  }

  #apply(settings: Settings): void {
    this.current = settings;
    this.#i18n.locale = resolveLocale(settings.language, this.#systemLocale);
  }
}
