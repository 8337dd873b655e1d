/** What was set, as the shell keeps it: within bounds, part by part, and over a reload of the page where that is asked for. */
import type { Settings } from '../bindings/Settings';
import type { SettingsPart } from '../bindings/SettingsPart';
import { DEFAULT_TURN } from './data';

const FIRST: Settings = {
  language: 'system',
  language_asked: false,
  theme: 'system',
  zoom: 100,
  motion: 'system',
  turn: DEFAULT_TURN,
  threads: null,
  context_length: null,
  token_layer: 'probability',
  token_numbers: false,
  lens_open: true,
  sidebar_open: true,
  tour: 'offered',
};

/** Members of each part, as `Settings::with_reset` has them. */
const PARTS = {
  look: ['language', 'theme', 'zoom', 'motion'],
  turn: ['turn'],
  models: ['threads', 'context_length'],
} as const satisfies Partial<Record<SettingsPart, readonly (keyof Settings)[]>>;

/** In the page's own storage, which a new tab does not have. */
const PLACE = 'vitrine-settings';

export class FakeSettings {
  #now: Settings;
  readonly #kept: boolean;

  /** `kept`: the next load of the page finds them. */
  constructor(given: Partial<Settings>, kept: boolean) {
    this.#kept = kept;
    const before = kept ? (JSON.parse(sessionStorage.getItem(PLACE) ?? '{}') as Partial<Settings>) : {};
    this.#now = { ...FIRST, ...given, ...before };
  }

  get now(): Settings {
    return this.#now;
  }

  set(wanted: Settings): Settings {
    const { zoom, threads, context_length: context } = wanted;
    this.#now = {
      ...wanted,
      zoom: within(zoom, 75, 200),
      threads: threads === null ? null : within(threads, 1, 512),
      context_length: context === null ? null : within(context, 512, 1_048_576),
    };
    if (this.#kept) sessionStorage.setItem(PLACE, JSON.stringify(this.#now));
    return this.#now;
  }

  reset(part: SettingsPart): Settings {
    const { language_asked, tour } = this.#now;
    if (part === 'all') return this.set({ ...FIRST, language_asked, tour });
    const first = PARTS[part].map((member) => [member, FIRST[member]] as const);
    return this.set({ ...this.#now, ...(Object.fromEntries(first) as Partial<Settings>) });
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}
