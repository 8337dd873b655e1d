/** What the double is asked to be: by tests, and by the address in a browser. */
import type { CrashReport } from '../bindings/CrashReport';
import type { HistoryState } from '../bindings/HistoryState';
import type { MissingFont } from '../bindings/MissingFont';
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
  /** How many short conversations from three years; 0 for none. */
  many: number;
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
  /** How the history stands at the start. */
  standing: HistoryState['state'];
  /** Days of made-up use in the statistics. */
  days: number;
  /** Answers that are not in the index yet. */
  waiting: number;
  /** What is set is there after a reload of the page. */
  keep: boolean;
  /** Installed from a package, with its licences. */
  packaged: boolean;
  /** What a fault of the app left when it last ran. */
  crashReport: CrashReport | null;
  /** No font of this system draws Chinese. */
  missingFont: MissingFont | null;
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
  many: 0,
  pick: LARGER.path,
  family: false,
  library: 0,
  tight: false,
  sandbox: { landlock: 'full', seccomp: true },
  one: false,
  vocabulary: 0,
  standing: 'open',
  days: 0,
  waiting: 0,
  keep: false,
  packaged: false,
  crashReport: null,
  missingFont: null,
};

/** As the shell writes one. */
const CRASHED: CrashReport = {
  written_at_ms: Date.UTC(2026, 4, 1, 8, 30),
  text: [
    'Vitrine 0.1.0',
    'thread: tokio-runtime-worker',
    'place: src-tauri/conversation/turn.rs:120:9',
    'message: called `Option::unwrap()` on a `None` value',
  ].join('\n'),
};

/** As on Debian and what is made from it. */
const FONTLESS: MissingFont = {
  package: 'fonts-noto-cjk',
  command: 'sudo apt install fonts-noto-cjk',
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
  if (query.has('many')) options.many = Number(query.get('many'));
  if (query.has('long')) options.long = Number(query.get('long'));
  if (query.has('family')) options.family = true;
  if (query.has('last')) options.last = true;
  if (query.has('one')) options.one = true;
  if (query.has('tight')) options.tight = true;
  if (query.has('vocabulary')) options.vocabulary = Number(query.get('vocabulary'));
  if (query.has('library')) options.library = Number(query.get('library'));
  if (query.has('pick')) options.pick = query.get('pick');
  if (query.has('unconfined')) options.sandbox = { landlock: 'none', seccomp: false };
  const standing = query.get('standing');
  if (standing === 'missing' || standing === 'unavailable' || standing === 'read_only')
    options.standing = standing;
  if (query.has('days')) options.days = Number(query.get('days'));
  if (query.has('waiting')) options.waiting = Number(query.get('waiting'));
  if (query.has('keep')) options.keep = true;
  if (query.has('packaged')) options.packaged = true;
  if (query.has('crashed')) options.crashReport = CRASHED;
  if (query.has('fontless')) options.missingFont = FONTLESS;
  options.locale = query.get('locale') ?? navigator.language;
  return { ...options, settings };
}
