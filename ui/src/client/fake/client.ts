/**
 * A test double of the shell: everything in memory, no model, made-up numbers. It serves `npm run dev` in
 * a plain browser, component tests and the layout tests; the app itself never reaches it (see `connect.ts`).
 */
import type { AnswerFacts } from '../bindings/AnswerFacts';
import type { AppError } from '../bindings/AppError';
import type { AppEvent } from '../bindings/AppEvent';
import type { Conversation } from '../bindings/Conversation';
import type { ConversationSummary } from '../bindings/ConversationSummary';
import type { ErrorCode } from '../bindings/ErrorCode';
import type { LoadOptions } from '../bindings/LoadOptions';
import type { LoadStage } from '../bindings/LoadStage';
import type { Message } from '../bindings/Message';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { ModelsOverview } from '../bindings/ModelsOverview';
import type { ModelState } from '../bindings/ModelState';
import type { RecentModel } from '../bindings/RecentModel';
import type { Settings } from '../bindings/Settings';
import type { StartUp } from '../bindings/StartUp';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { Tokenization } from '../bindings/Tokenization';
import type { TurnEvent } from '../bindings/TurnEvent';
import type { TurnRequest } from '../bindings/TurnRequest';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { Client, PickKind } from '../client';
import { Archive } from './archive';
import { DEFAULT_TURN, LARGER, OLD_CONVERSATIONS, recent, recentModels, reply, STARTER } from './data';
import { cut, END_ID, tokenize } from './tokenizer';
import { write } from './writer';

export interface FakeOptions {
  /** How the slot stands at the start. */
  model: 'empty' | 'ready' | 'failed';
  /** Models and conversations from before. */
  past: boolean;
  settings: Partial<Settings>;
  locale: string;
  /** Milliseconds between batches of tokens; 0 for tests. */
  pace: number;
  /** Milliseconds that loading takes. */
  loadMs: number;
  /** What the file dialog returns. */
  pick: string | null;
}

const DEFAULTS: FakeOptions = {
  model: 'empty',
  past: false,
  settings: {},
  locale: 'en-US',
  pace: 33,
  loadMs: 1500,
  pick: LARGER.path,
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
  if (query.has('reading')) settings.token_layer = false;
  if (query.has('pace')) options.pace = Number(query.get('pace'));
  if (query.has('load')) options.loadMs = Number(query.get('load'));
  if (query.has('pick')) options.pick = query.get('pick');
  options.locale = query.get('locale') ?? navigator.language;
  return { ...options, settings };
}

/** Files that fail, by a word in their path. */
const BAD_FILES: readonly (readonly [string, ErrorCode, AppError['facts']])[] = [
  ['empty', 'empty_file', {}],
  ['cut', 'truncated', {}],
  ['mamba', 'unsupported_architecture', { architecture: 'mamba' }],
  ['huge', 'not_enough_memory', { needed_bytes: 48_000_000_000, free_bytes: 9_100_000_000 }],
  ['notes', 'not_a_model', {}],
];

const BATCH = 2;
const MEMORY = 61_000_000;

export class FakeClient implements Client {
  readonly #options: FakeOptions;
  readonly #archive = new Archive();
  readonly #handlers = new Set<(event: AppEvent) => void>();
  #settings: Settings;
  #active: ModelState = { state: 'empty' };
  #recent: RecentModel[] = [];
  #stop: (() => void) | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: Partial<FakeOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#settings = {
      language: 'system',
      theme: 'system',
      turn: DEFAULT_TURN,
      token_layer: true,
      lens_open: true,
      ...this.#options.settings,
    };
    if (this.#options.past) this.#remember();
    if (this.#options.model === 'ready') this.#active = ready(STARTER);
    if (this.#options.model === 'failed') {
      this.#active = { state: 'failed', path: LARGER.path, error: fault('worker_killed', 'signal 9') };
    }
  }

  #remember(): void {
    const now = Date.now();
    this.#recent = recentModels(now);
    for (const { title, question, age } of [...OLD_CONVERSATIONS].reverse()) {
      const id = this.#archive.create(title, DEFAULT_TURN, now - age);
      const asked = this.#archive.add(
        id,
        null,
        { role: 'user', text: question, status: 'complete' },
        now - age,
      );
      const answer = this.#archive.add(
        id,
        asked.id,
        { role: 'assistant', text: '', status: 'complete' },
        now - age,
      );
      const text = reply(question, 0);
      const records = write(text, cut(question).length + 8, DEFAULT_TURN.sampling, 512);
      this.#archive.finish(answer.id, text, 'complete', facts(records, DEFAULT_TURN, 'end_token'), records);
    }
  }

  async startUp(): Promise<StartUp> {
    return {
      settings: this.#settings,
      system_locale: this.#options.locale,
      models: await this.modelsOverview(),
      app_version: '0.1.0',
      data_folder: '/home/user/.local/share/vitrine',
      warnings: [],
    };
  }

  async modelsOverview(): Promise<ModelsOverview> {
    return {
      active: this.#active,
      recent: this.#recent,
      starters: [STARTER],
      free_memory: 9_100_000_000,
      total_memory: 16_600_000_000,
    };
  }

  async modelPick(kind: PickKind): Promise<string | null> {
    return kind === 'file' ? this.#options.pick : null;
  }

  async modelInspect(path: string): Promise<ModelInfo> {
    const bad = BAD_FILES.find(([word]) => path.includes(word));
    if (bad) throw fault(bad[1], `refused: ${path}`, { path, ...bad[2] });
    return path === STARTER.path ? STARTER : { ...LARGER, path };
  }

  async modelLoad(path: string, options: LoadOptions): Promise<ModelLoaded> {
    const info = await this.modelInspect(path);
    await this.#progress(info);
    this.#active = ready({ ...info, context_length: options.context_length ?? info.context_length });
    this.#recent = [recent(info, Date.now(), true), ...this.#recent.filter((model) => model.path !== path)];
    this.#tell({ event: 'model_state', active: this.#active });
    if (this.#active.state !== 'ready') throw fault('io', 'unreachable');
    return this.#active.model;
  }

  async #progress(info: ModelInfo): Promise<void> {
    const stages: LoadStage[] = ['header', 'tokenizer', ...Array<LoadStage>(16).fill('weights'), 'warm_up'];
    let cancelled = false;
    this.#cancel = () => (cancelled = true);
    for (const [at, stage] of stages.entries()) {
      const fraction = at / stages.length;
      const total_bytes = stage === 'weights' ? info.file_size : 0;
      const bytes = stage === 'weights' ? Math.round((info.file_size * (at - 1)) / 16) : 0;
      this.#active = {
        state: 'loading',
        path: info.path,
        name: info.name,
        stage,
        bytes,
        total_bytes,
        fraction,
      };
      this.#tell({ event: 'model_state', active: this.#active });
      await pause(this.#options.loadMs / stages.length);
      if (cancelled) {
        this.#active = { state: 'empty' };
        this.#tell({ event: 'model_state', active: this.#active });
        throw fault('cancelled', 'cancelled');
      }
    }
  }

  async modelCancel(): Promise<void> {
    this.#cancel?.();
  }

  async modelUnload(): Promise<void> {
    this.#active = { state: 'empty' };
    this.#tell({ event: 'model_state', active: this.#active });
  }

  async recentForget(path: string): Promise<ModelsOverview> {
    this.#recent = this.#recent.filter((model) => model.path !== path);
    return this.modelsOverview();
  }

  async chatTurn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message> {
    if (this.#active.state !== 'ready') throw fault('no_model', 'no model is loaded');
    const { settings } = request;
    const { conversationId, asked } = this.#ask(request);
    const version = this.#archive.conversation(conversationId).messages.length;
    const answer = this.#archive.add(
      conversationId,
      asked.id,
      { role: 'assistant', text: '', status: 'streaming' },
      Date.now(),
    );
    const versions = this.#archive.message(answer.id).versions.length;
    onEvent({
      event: 'started',
      conversation: this.#archive.conversation(conversationId),
      message_id: answer.id,
    });

    const prompt = cut(asked.text).length + 8 + 20 * (version - 1);
    const all = write(reply(asked.text, versions - 1), prompt, settings.sampling, settings.max_tokens);
    const { records, stopped } = await this.#stream(all, onEvent);
    const ended = stopped ? 'stopped' : all.at(-1)?.special ? 'end_token' : 'limit';
    const text = records.map((record) => record.text).join('');
    const message = this.#archive.finish(
      answer.id,
      text,
      'complete',
      facts(records, settings, ended),
      records,
    );
    onEvent({ event: 'ended', message });
    this.#tell({ event: 'history_changed' });
    return message;
  }

  /** The message that is to be answered, in its conversation. */
  #ask(request: TurnRequest): { conversationId: number; asked: Message } {
    if (request.kind === 'regenerate') {
      const old = this.#archive.message(request.message_id);
      this.#archive.entry(old.conversation_id).settings = request.settings;
      return { conversationId: old.conversation_id, asked: this.#archive.message(old.parent_id ?? 0) };
    }
    const at = Date.now();
    const conversationId =
      request.conversation_id ?? this.#archive.create(request.text.slice(0, 40), request.settings, at);
    const entry = this.#archive.entry(conversationId);
    entry.settings = request.settings;
    const asked = this.#archive.add(
      conversationId,
      entry.leaf,
      { role: 'user', text: request.text, status: 'complete' },
      at,
    );
    return { conversationId, asked };
  }

  async #stream(
    all: TokenRecord[],
    onEvent: (event: TurnEvent) => void,
  ): Promise<{ records: TokenRecord[]; stopped: boolean }> {
    let stopped = false;
    this.#stop = () => (stopped = true);
    const records: TokenRecord[] = [];
    for (let at = 0; at < all.length && !stopped; at += BATCH) {
      const batch = all.slice(at, at + BATCH);
      records.push(...batch);
      onEvent({ event: 'tokens', records: batch });
      await pause(this.#options.pace);
    }
    this.#stop = null;
    return { records, stopped };
  }

  async chatStop(): Promise<void> {
    this.#stop?.();
  }

  async messageTokens(messageId: number): Promise<TokenRecord[]> {
    return this.#archive.tokens(messageId);
  }

  async messageSelect(messageId: number): Promise<Conversation> {
    return this.#archive.conversation(this.#archive.select(messageId));
  }

  async conversationOpen(id: number): Promise<Conversation> {
    return this.#archive.conversation(id);
  }

  async conversationList(): Promise<ConversationSummary[]> {
    return this.#archive.list();
  }

  async conversationRename(id: number, title: string): Promise<void> {
    this.#archive.entry(id).title = title;
    this.#tell({ event: 'history_changed' });
  }

  async conversationDelete(id: number): Promise<void> {
    this.#archive.entry(id).deleted = true;
    this.#tell({ event: 'history_changed' });
  }

  async conversationRestore(id: number): Promise<void> {
    this.#archive.entry(id).deleted = false;
    this.#tell({ event: 'history_changed' });
  }

  async textTokenize(text: string): Promise<Tokenization> {
    if (this.#active.state !== 'ready') throw fault('no_model', 'no model is loaded');
    const tokens = tokenize(text);
    return { ids: tokens.map((token) => token.id), tokens };
  }

  async settingsSet(settings: Settings): Promise<Settings> {
    this.#settings = settings;
    return settings;
  }

  async listen(handler: (event: AppEvent) => void): Promise<() => void> {
    this.#handlers.add(handler);
    const stopDrag = this.#listenToDrag();
    return () => {
      this.#handlers.delete(handler);
      stopDrag();
    };
  }

  /** A browser's drag and drop, told as the shell would. */
  #listenToDrag(): () => void {
    const over = (event: DragEvent): void => {
      event.preventDefault();
      this.#tell({ event: 'drag_hover', over: true });
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) this.#tell({ event: 'drag_hover', over: false });
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) this.#tell({ event: 'open_path', path: `/home/user/${file.name}` });
      else this.#tell({ event: 'drag_hover', over: false });
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }

  /** Sends a broadcast; tests also use it to play the shell. */
  tell(event: AppEvent): void {
    if (event.event === 'model_state') this.#active = event.active;
    this.#tell(event);
  }

  #tell(event: AppEvent): void {
    for (const handler of this.#handlers) handler(event);
  }
}

function ready(info: ModelInfo): ModelState {
  return {
    state: 'ready',
    memory: MEMORY,
    model: {
      info,
      context_length: info.context_length,
      end_ids: [END_ID],
      fingerprint: `fake:${info.path}`,
      load_ms: 420,
    },
  };
}

function facts(
  records: TokenRecord[],
  settings: TurnSettings,
  stop_reason: AnswerFacts['stop_reason'],
): AnswerFacts {
  const decode_ms = records.slice(1).reduce((sum, one) => sum + one.micros / 1000, 0);
  return {
    model_name: STARTER.name,
    model_fingerprint: `fake:${STARTER.path}`,
    settings,
    seed: settings.sampling.seed ?? 20240229,
    ...(stop_reason ? { stop_reason } : {}),
    prompt_tokens: records[0]?.position ?? 0,
    completion_tokens: records.length,
    first_token_ms: 46,
    decode_ms,
  };
}

export function fault(code: ErrorCode, detail: string, facts: AppError['facts'] = {}): AppError {
  return { code, detail, facts };
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
