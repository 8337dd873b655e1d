/** The double's models: what a path is, the two slots, loading with progress, and the recent list. */
import type { AppError } from '../bindings/AppError';
import type { ErrorCode } from '../bindings/ErrorCode';
import type { LoadConsent } from '../bindings/LoadConsent';
import type { LoadOptions } from '../bindings/LoadOptions';
import type { LoadStage } from '../bindings/LoadStage';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { ModelsOverview } from '../bindings/ModelsOverview';
import type { ModelState } from '../bindings/ModelState';
import type { PreflightCard } from '../bindings/PreflightCard';
import type { RecentModel } from '../bindings/RecentModel';
import type { AppEvent, ModelSlot, SecondModel } from '../upcoming';
import { card, CARDS } from './cards';
import { FAMILY, known, LARGER, recent, recentModels, STARTER } from './data';
import { fault, pause } from './faults';
import type { FakeOptions } from './options';
import { FakePrepared } from './prepared';
import { END_ID } from './tokenizer';

/** Files that fail, by a word in their path. */
const BAD_FILES: readonly (readonly [string, ErrorCode, AppError['facts']])[] = [
  ['empty', 'empty_file', {}],
  ['cut', 'truncated', {}],
  ['mamba', 'unsupported_architecture', { architecture: 'mamba' }],
  ['huge', 'not_enough_memory', { needed_bytes: 48_000_000_000, free_bytes: 9_100_000_000 }],
  ['notes', 'not_a_model', {}],
];
const MEMORY = 61_000_000;
/** With a full context. */
const EXPECTED = 154_000_000;

export class FakeModels {
  active: ModelState = { state: 'empty' };
  second: ModelState = { state: 'empty' };
  readonly prepared = new FakePrepared();
  readonly #options: FakeOptions;
  readonly #tell: (event: AppEvent) => void;
  #recent: RecentModel[];
  #cancel: (() => void) | null = null;

  constructor(options: FakeOptions, tell: (event: AppEvent) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#recent = options.past ? recentModels(Date.now()) : [];
    if (options.model === 'ready') this.active = ready(STARTER, options.tight ? 'tight' : 'calm');
    if (options.model === 'failed') {
      this.active = { state: 'failed', path: LARGER.path, error: fault('worker_killed', 'signal 9') };
    }
  }

  overview(): ModelsOverview {
    return {
      active: this.active,
      recent: this.#recent,
      starters: this.#options.family ? FAMILY : [STARTER],
      free_memory: 9_100_000_000,
      total_memory: 16_600_000_000,
    };
  }

  inspect(path: string): ModelInfo {
    if (path.endsWith('shelf')) throw fault('folder_without_model', `refused: ${path}`, { path });
    const bad = BAD_FILES.find(([word]) => path.includes(word));
    if (bad) throw fault(bad[1], `refused: ${path}`, { path, ...bad[2] });
    return FAMILY.find((one) => one.path === path) ?? (path === STARTER.path ? STARTER : known(path));
  }

  preflight(path: string): PreflightCard {
    const shown = CARDS.find(([word]) => path.includes(word));
    const held = this.active.state === 'ready' ? this.active.memory : 0;
    const made = shown ? shown[1](path) : card(this.inspect(path), held);
    const plans = made.plans.map((plan) => {
      const preparation = this.prepared.preparation(made.info, plan.isq);
      return preparation ? { ...plan, preparation } : plan;
    });
    return { ...made, plans };
  }

  async load(
    path: string,
    options: LoadOptions,
    slot: ModelSlot,
    consent: LoadConsent,
  ): Promise<ModelLoaded> {
    if (consent === 'ordinary' && path.includes('stopped')) throw fault('stopped_before', path, { path });
    const info = this.inspect(path);
    if (slot === 'b' && this.#options.one && this.active.state === 'ready') {
      throw fault('not_enough_memory', 'only one', {
        needed_bytes: 5_000_000_000,
        free_bytes: 2_000_000_000,
      });
    }
    const model = ready({ ...info, context_length: options.context_length ?? info.context_length });
    if (slot === 'a' || this.#options.one) await this.#progress(slot, info);
    this.#set(slot, model);
    this.prepared.write(info, options.isq ?? 'none');
    this.#recent = [recent(info, Date.now(), true), ...this.#recent.filter((one) => one.path !== path)];
    return this.ready(slot);
  }

  /** A comparison in turn: the first model goes, the second comes. */
  async change({ path, options, consent }: SecondModel): Promise<ModelLoaded> {
    this.#set('a', { state: 'empty' });
    return this.load(path, options, 'b', consent);
  }

  /** And the other way round. */
  async bringBack(first: ModelLoaded): Promise<void> {
    this.unload('b');
    await this.load(first.info.path, {}, 'a', 'ordinary');
  }

  async #progress(slot: ModelSlot, info: ModelInfo): Promise<void> {
    const stages: LoadStage[] = ['header', 'tokenizer', ...Array<LoadStage>(16).fill('weights'), 'warm_up'];
    let cancelled = false;
    this.#cancel = () => (cancelled = true);
    const { path, name, file_size } = info;
    for (const [at, stage] of stages.entries()) {
      const fraction = at / stages.length;
      const total_bytes = stage === 'weights' ? file_size : 0;
      const bytes = stage === 'weights' ? Math.round((file_size * (at - 1)) / 16) : 0;
      this.#set(slot, { state: 'loading', path, name, stage, bytes, total_bytes, fraction });
      await pause(this.#options.loadMs / stages.length);
      if (cancelled) {
        this.unload(slot);
        throw fault('cancelled', 'cancelled');
      }
    }
  }

  /** The path of the model that is open. */
  get openPath(): string | null {
    return this.active.state === 'ready' ? this.active.model.info.path : null;
  }

  cancel(): void {
    this.#cancel?.();
  }

  unload(slot: ModelSlot): void {
    if (slot === 'a' && this.second.state !== 'empty') this.#set('b', { state: 'empty' });
    this.#set(slot, { state: 'empty' });
  }

  forget(path: string): ModelsOverview {
    this.#recent = this.#recent.filter((model) => model.path !== path);
    return this.overview();
  }

  /** What a slot holds; `no_model` where it holds nothing. */
  ready(slot: ModelSlot): ModelLoaded {
    const state = slot === 'a' ? this.active : this.second;
    if (state.state !== 'ready') throw fault('no_model', 'no model is loaded');
    return state.model;
  }

  #set(slot: ModelSlot, state: ModelState): void {
    if (slot === 'a') {
      this.active = state;
      this.#tell({ event: 'model_state', active: state });
    } else {
      this.second = state;
      this.#tell({ event: 'second_model', state });
    }
  }
}

function ready(info: ModelInfo, pressure: 'calm' | 'tight' = 'calm'): ModelState {
  return {
    state: 'ready',
    memory: MEMORY,
    expected: EXPECTED,
    pressure,
    model: {
      info,
      context_length: info.context_length,
      end_ids: [END_ID],
      fingerprint: `fake:${info.path}`,
      vocabulary: `fake:${info.path}`,
      loading: { route: 'direct', weights: info.quantization, keys_values: 'F16' },
      threads: 8,
      load_ms: 420,
    },
  };
}
