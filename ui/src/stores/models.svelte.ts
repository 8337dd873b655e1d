/** The model slot, the card before loading, the models opened before and the ones that came with the app. */
import type { LoadConsent } from '../client/bindings/LoadConsent';
import type { LoadOptions } from '../client/bindings/LoadOptions';
import type { LoadChoice } from '../client/bindings/LoadChoice';
import type { ModelLoaded } from '../client/bindings/ModelLoaded';
import type { ModelInfo } from '../client/bindings/ModelInfo';
import type { ModelsOverview } from '../client/bindings/ModelsOverview';
import type { ModelState } from '../client/bindings/ModelState';
import type { PreflightCard } from '../client/bindings/PreflightCard';
import type { RecentModel } from '../client/bindings/RecentModel';
import { fileName } from '../i18n/error-text';
import type { I18n } from '../i18n/i18n.svelte';
import type { Client, PickKind } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';

/** What could not be loaded, and why. */
export interface LoadFailure {
  path: string | null;
  error: ShownError;
}

/** A load that the user ended. */
export interface CancelledLoad {
  path: string;
  name: string;
  /** The model that was open before, and had to go for it. */
  before: { path: string; name: string } | null;
}

/** Errors of a load that had begun: the header was fine. */
const WHILE_LOADING: ReadonlySet<string> = new Set([
  'engine_failed',
  'worker_crashed',
  'worker_killed',
  'worker_out_of_memory',
  'worker_unresponsive',
]);

export class ModelsStore {
  overview = $state.raw<ModelsOverview>() as ModelsOverview;
  active = $state.raw<ModelState>({ state: 'empty' });
  /** A model that is being looked at before it is loaded. */
  card = $state.raw<PreflightCard | null>(null);
  /** Which of the card's plans is chosen. */
  #chosen = $state(0);
  /** The path whose header is being read for the card. */
  considering = $state<string | null>(null);
  /** Tells the window that there is a card to see. */
  onCard: () => void = () => undefined;
  /** When the running load began, ms since 1970. */
  loadingSince = $state<number | null>(null);
  /** The last attempt failed before the slot was touched. */
  #refused = $state.raw<LoadFailure | null>(null);
  /** The slot failed, and the user has read why. */
  #read = $state<string | null>(null);
  /** The newest load was ended by the user. */
  cancelled = $state.raw<CancelledLoad | null>(null);
  /** What lies below a folder in which there was no model. */
  inside = $state.raw<readonly string[]>([]);

  readonly failure = $derived<LoadFailure | null>(
    this.#refused ??
      (this.active.state === 'failed' && failureKey(this.active) !== this.#read
        ? { path: this.active.path, error: toShownError(this.active.error) }
        : null),
  );
  /** What "open it again" means: the newest of those that were opened before. */
  readonly last = $derived<RecentModel | null>(this.overview.recent.find((model) => model.exists) ?? null);
  readonly ready = $derived<ModelLoaded | null>(this.active.state === 'ready' ? this.active.model : null);
  readonly starter = $derived<ModelInfo | null>(this.overview.starters[0] ?? null);

  readonly plan = $derived<LoadChoice | null>(this.card?.plans[this.#chosen] ?? null);

  #considered = 0;
  /** As the model on its way calls itself. */
  #loadingName: string | null = null;
  /** The newest load. */
  #tried: { path: string; options: LoadOptions } | null = null;
  readonly #client: Client;
  readonly #i18n: I18n;

  constructor(client: Client, i18n: I18n, overview: ModelsOverview) {
    this.#client = client;
    this.#i18n = i18n;
    this.#take(overview);
  }

  /**
   * Loads because the user said so, whatever happened last time; the state tells how it went. Resolves to
   * whether the model is ready.
   */
  load(path: string, options: LoadOptions = {}): Promise<boolean> {
    return this.#load(path, options, 'despite_trouble');
  }

  /**
   * Loads what was opened before, as it was loaded then. Where that is not to be done without a word (it
   * stopped last time, or memory is short now), the card says why.
   */
  async reopen(path: string, options: LoadOptions = {}): Promise<boolean> {
    const known = this.overview.recent.find((model) => model.path === path)?.options;
    if (await this.#load(path, known ?? options, 'ordinary')) return true;
    const why = this.#refused?.error.code;
    if (why === 'stopped_before' || why === 'not_enough_memory') await this.consider(path);
    return false;
  }

  /** After a failure: once more as it was tried, where the file itself was not what was wrong. */
  async loadAgain(): Promise<void> {
    const failed = this.failure;
    if (!failed?.path) return;
    if (!WHILE_LOADING.has(failed.error.code)) return this.consider(failed.path);
    const tried = this.#tried?.path === failed.path ? this.#tried.options : {};
    await this.load(failed.path, tried);
  }

  async #load(path: string, options: LoadOptions, consent: LoadConsent): Promise<boolean> {
    const open = this.ready?.info ?? null;
    this.#tried = { path, options };
    this.#refused = this.#read = this.cancelled = null;
    this.inside = [];
    this.dismissCard();
    try {
      await this.#client.modelLoad(path, options, undefined, consent);
      await this.refresh();
      return true;
    } catch (thrown) {
      const error = toShownError(thrown);
      if (error.code !== 'cancelled') this.#refused = { path, error };
      await this.refresh();
      // Where another load has taken its place, nobody has to be told.
      if (error.code === 'cancelled' && this.active.state === 'empty') {
        const before = open && open.path !== path ? { path: open.path, name: open.name } : null;
        this.cancelled = { path, name: this.#loadingName ?? fileName(path), before };
      }
      return false;
    }
  }

  /** Reads what a file says about itself and puts it on the card. Loads nothing. */
  async consider(path: string): Promise<void> {
    const turn = ++this.#considered;
    this.#refused = this.cancelled = null;
    this.inside = [];
    this.card = null;
    this.considering = path;
    this.onCard();
    try {
      const card = await this.#client.modelPreflight(path);
      if (turn !== this.#considered) return;
      this.card = card;
      this.#chosen = card.suggested;
    } catch (thrown) {
      if (turn !== this.#considered) return;
      this.considering = null;
      await this.#refuse(path, toShownError(thrown));
    }
    if (turn === this.#considered) this.considering = null;
  }

  /** A file that is no model; where it is a folder, perhaps one below it was meant. */
  async #refuse(path: string, error: ShownError): Promise<void> {
    this.#refused = { path, error };
    if (error.code !== 'folder_without_model') return;
    const inside = await this.#client.modelsInside(path).catch(() => []);
    if (this.#refused?.path === path) this.inside = inside;
  }

  /** What is free has changed: the same card, the same choice, new numbers. */
  async reconsider(): Promise<void> {
    const [turn, shown] = [this.#considered, this.card];
    if (!shown) return;
    try {
      const card = await this.#client.modelPreflight(shown.info.path);
      if (turn !== this.#considered || this.card !== shown) return;
      if (card.plans.length !== shown.plans.length) this.#chosen = card.suggested;
      this.card = card;
    } catch {
      // The numbers stay as they were; opening it will say what is wrong.
    }
  }

  /** Another context, or another way to quantize, on the card. */
  choose(wanted: Partial<Pick<LoadChoice, 'context_length' | 'isq'>>): void {
    if (!this.card || !this.plan) return;
    const { context_length, isq } = { ...this.plan, ...wanted };
    const found = this.card.plans.findIndex(
      (plan) => plan.context_length === context_length && plan.isq === isq,
    );
    if (found >= 0) this.#chosen = found;
  }

  /** Loads what the card shows, as it shows it. */
  async openCard(): Promise<boolean> {
    const [card, plan] = [this.card, this.plan];
    return card && plan ? this.load(card.info.path, plan.options) : false;
  }

  dismissCard(): void {
    this.#considered += 1;
    this.card = null;
    this.considering = null;
  }

  async startBundled(): Promise<boolean> {
    return this.starter ? this.reopen(this.starter.path) : false;
  }

  /** Did this model come with the app? Where its file lies is of no use to anybody then. */
  isBundled(path: string): boolean {
    return this.overview.starters.some((model) => model.path === path);
  }

  /** What a model is called that may not be open: its own name where it is known, else its file's. */
  nameOf(path: string): string {
    const known = [...this.overview.starters, ...this.overview.recent].find((model) => model.path === path);
    return known ? this.called(known.name) : fileName(path);
  }

  /** Lets the user pick a file or folder and shows what it is. */
  async open(kind: PickKind): Promise<void> {
    try {
      const title = this.#i18n.t(kind === 'file' ? 'dialog_file' : 'dialog_folder');
      const path = await this.#client.modelPick(kind, title);
      if (path !== null) await this.consider(path);
    } catch (thrown) {
      this.#refused = { path: null, error: toShownError(thrown) };
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
    this.inside = [];
    if (this.active.state === 'failed') this.#read = failureKey(this.active);
  }

  /**
   * What a model is called on the screen. Those that come with the app are called in the user's language; they are
   * known by the name that their files give them.
   */
  called(name: string): string {
    const bundled = this.overview.starters.find((model) => model.name === name);
    const stage = bundled?.traits.growth?.stage;
    if (!stage) return name;
    const { t } = this.#i18n;
    return stage === 'tuned' ? t('bundled_name') : t('bundled_stage', { stage: t(`growth_${stage}`) });
  }

  /** Opens it as it was last open; resolves to whether it is ready. */
  async openAgain(): Promise<boolean> {
    return this.last ? this.reopen(this.last.path) : false;
  }

  /** Where the model lies that wrote an answer; `null` where nobody knows. */
  async pathOf(name: string, fingerprint: string): Promise<string | null> {
    try {
      return await this.#client.modelPathOf(name, fingerprint);
    } catch {
      return null;
    }
  }

  /** From the shell's broadcast. */
  onState(active: ModelState): void {
    const settled = this.active.state === 'loading' && active.state !== 'loading';
    this.#setActive(active);
    if (active.state === 'loading') this.#loadingName = active.name;
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

/** The same failure, also when the shell tells it again. */
function failureKey(failed: Extract<ModelState, { state: 'failed' }>): string {
  return `${failed.path} ${failed.error.code} ${failed.error.detail}`;
}
