/** What the double is asked to be: by tests, and by the address in a browser. */
import type { Sandbox } from '../bindings/Sandbox';
import type { Settings } from '../bindings/Settings';
import { LARGER } from './data';

export interface FakeOptions {
  /** How the slot stands at the start. */
  model: 'empty' | 'ready' | 'failed';
  /** Models and conversations from before. */
  past: boolean;
  /** One of these conversations was in view at the end. */
  last: boolean;
  settings: Partial<Settings>;
  locale: string;
  /** Milliseconds between batches of tokens; 0 for tests. */
  pace: number;
  /** Milliseconds that loading takes. */
  loadMs: number;
  /** Messages of one very long conversation from before; 0 for none. */
  long: number;
  /** What the file dialog returns. */
  pick: string | null;
  /** Six stages of the bundled model instead of one. */
  family: boolean;
  /** How many models the library finds. */
  library: number;
  /** Memory is short while a model is open. */
  tight: boolean;
  sandbox: Sandbox;
  /** Memory holds only one model at a time. */
  one: boolean;
  /** How many entries a vocabulary has; 0 for as many as its file says. */
  vocabulary: number;
}

export const DEFAULTS: FakeOptions = {
  model: 'empty',
  past: false,
  last: false,
  settings: {},
  locale: 'en-US',
  pace: 33,
  loadMs: 1500,
  long: 0,
  pick: LARGER.path,
  family: false,
  library: 0,
  tight: false,
  sandbox: { landlock: 'full', seccomp: true },
  one: false,
  vocabulary: 0,
};

/** `?model=ready&past=1&language=zh-CN&theme=dark&pace=0&load=0`: for a browser and for Playwright. */
export function optionsFromUrl(search: string): Partial<FakeOptions> {
  const query = new URLSearchParams(search);
  const options: Partial<FakeOptions> = { past: query.has('past') };
  const settings: Partial<Settings> = {};
  const model = query.get('model');
  const language = query.get('language');
  const theme = query.get('theme');
  if (model === 'ready' || model === 'failed') options.model = model;
  if (language === 'zh-CN' || language === 'en') settings.language = language;
  if (theme === 'light' || theme === 'dark') settings.theme = theme;
  if (query.has('reading')) settings.token_layer = 'off';
  if (query.has('pace')) options.pace = Number(query.get('pace'));
  if (query.has('load')) options.loadMs = Number(query.get('load'));
  if (query.has('long')) options.long = Number(query.get('long'));
  if (query.has('family')) options.family = true;
  if (query.has('last')) options.last = true;
  if (query.has('one')) options.one = true;
  if (query.has('tight')) options.tight = true;
  if (query.has('vocabulary')) options.vocabulary = Number(query.get('vocabulary'));
  if (query.has('library')) options.library = Number(query.get('library'));
  if (query.has('pick')) options.pick = query.get('pick');
  if (query.has('unconfined')) options.sandbox = { landlock: 'none', seccomp: false };
  options.locale = query.get('locale') ?? navigator.language;
  return { ...options, settings };
}
