/** The model slot, the models opened before and the ones that came with the app. */
import type { LoadOptions } from '../client/bindings/LoadOptions';
import type { ModelLoaded } from '../client/bindings/ModelLoaded';
import type { ModelInfo } from '../client/bindings/ModelInfo';
import type { ModelsOverview } from '../client/bindings/ModelsOverview';
import type { ModelState } from '../client/bindings/ModelState';
import type { I18n } from '../i18n/i18n.svelte';
import type { Client, PickKind } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';

/** What could not be loaded, and why. */
export interface LoadFailure {
  path: string | null;
  error: ShownError;
}

export class ModelsStore {
  overview = $state.raw<ModelsOverview>() as ModelsOverview;
  active = $state.raw<ModelState>({ state: 'empty' });
  /** When the running load began, ms since 1970. */
  loadingSince = $state<number | null>(null);
  /** The last attempt failed before the slot was touched. */
  #refused = $state.raw<LoadFailure | null>(null);

  readonly failure = $derived<LoadFailure | null>(
    this.#refused ??
      (this.active.state === 'failed'
        ? { path: this.active.path, error: toShownError(this.active.error) }
        : null),
  );
  readonly ready = $derived<ModelLoaded | null>(this.active.state === 'ready' ? this.active.model : null);
  readonly starter = $derived<ModelInfo | null>(this.overview.starters[0] ?? null);

  readonly #client: Client;
  readonly #i18n: I18n;

  constructor(client: Client, i18n: I18n, overview: ModelsOverview) {
    this.#client = client;
    this.#i18n = i18n;
    this.#take(overview);
  }

  /** Loads; the state tells how it went. Resolves to whether the model is ready. */
  async load(path: string, options: LoadOptions = {}): Promise<boolean> {
    this.#refused = null;
    try {
      await this.#client.modelLoad(path, options);
      await this.refresh();
      return true;
    } catch (thrown) {
      const error = toShownError(thrown);
      if (error.code !== 'cancelled') this.#refused = { path, error };
      await this.refresh();
      return false;
    }
  }

  async startBundled(): Promise<boolean> {
    return this.starter ? this.load(this.starter.path) : false;
  }

  /** Did this model come with the app? Where its file lies is of no use to anybody then. */
  isBundled(path: string): boolean {
    return this.overview.starters.some((model) => model.path === path);
  }

  /** Lets the user pick a file or folder and loads it. */
  async open(kind: PickKind): Promise<boolean> {
    try {
      const title = this.#i18n.t(kind === 'file' ? 'dialog_file' : 'dialog_folder');
      const path = await this.#client.modelPick(kind, title);
      return path === null ? false : await this.load(path);
    } catch (thrown) {
      this.#refused = { path: null, error: toShownError(thrown) };
      return false;
    }
  }

  cancel(): Promise<void> {
    return this.#attempt(() => this.#client.modelCancel());
  }

  unload(): Promise<void> {
    return this.#attempt(() => this.#client.modelUnload());
  }

  async forget(path: string): Promise<void> {
    await this.#attempt(async () => this.#take(await this.#client.recentForget(path)));
  }

  /** Puts the error card away. */
  dismissFailure(): void {
    this.#refused = null;
  }

  /** From the shell's broadcast. */
  onState(active: ModelState): void {
    const settled = this.active.state === 'loading' && active.state !== 'loading';
    this.#setActive(active);
    if (active.state === 'ready' || active.state === 'loading') this.#refused = null;
    if (settled) void this.refresh();
  }

  async refresh(): Promise<void> {
    await this.#attempt(async () => this.#take(await this.#client.modelsOverview()));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#refused = { path: null, error: toShownError(thrown) };
    }
  }

  #take(overview: ModelsOverview): void {
    this.overview = overview;
    this.#setActive(overview.active);
  }

  #setActive(active: ModelState): void {
    if (active.state !== 'loading') this.loadingSince = null;
    else if (this.active.state !== 'loading') this.loadingSince = Date.now();
    this.active = active;
  }
}
