/** All stores of one window, made from what the shell says at the start, and kept by its broadcasts. */
import { createContext } from 'svelte';

import type { AppEvent, ModelSlot } from '../client/upcoming';
import type { StartUp } from '../client/bindings/StartUp';
import type { Client } from '../client/client';
import { I18n } from '../i18n/i18n.svelte';
import { BranchStore } from './branches.svelte';
import { ChatStore } from './chat.svelte';
import { CompareStore } from './compare.svelte';
import { ComposerStore } from './composer.svelte';
import { FindStore } from './find.svelte';
import { HistoryStore } from './history.svelte';
import { InspectorStore } from './inspector.svelte';
import { CompareTabStore } from './inspector-compare.svelte';
import { CutTabStore } from './inspector-cut.svelte';
import { ReadTabStore } from './inspector-read.svelte';
import { VocabularyTabStore } from './inspector-vocabulary.svelte';
import { LensStore } from './lens.svelte';
import { LibraryStore } from './library.svelte';
import { ModelsStore } from './models.svelte';
import { NavStore } from './nav.svelte';
import { NoticeStore } from './notice.svelte';
import { PresetsStore } from './presets.svelte';
import { PromptStore } from './prompts.svelte';
import { RelayStore } from './relay.svelte';
import { RewindStore } from './rewind.svelte';
import { SettingsStore } from './settings.svelte';
import { StepStore } from './step.svelte';
import { SubjectsStore } from './subjects.svelte';
import { ToastStore } from './toasts.svelte';
import { VocabularyStore } from './vocabulary.svelte';

/** By name only; whether it is text is found out when it is read. */
const TEXT_FILE =
  /\.(txt|md|markdown|rst|tex|csv|tsv|json|jsonl|toml|ya?ml|ini|log|html?|xml|css|[cm]?[jt]s|[jt]sx|svelte|vue|py|rs|go|java|kt|swift|rb|php|lua|c|h|cc|cpp|hpp|cs|sh|sql|r|diff|patch|srt)$/i;

export class App {
  readonly i18n = new I18n();
  readonly nav = new NavStore();
  readonly toasts = new ToastStore();
  readonly lens = new LensStore();
  readonly rewind = new RewindStore(this.lens);
  readonly inspector = new InspectorStore(this.nav, this.lens);
  readonly settings: SettingsStore;
  readonly models: ModelsStore;
  readonly library: LibraryStore;
  readonly chat: ChatStore;
  readonly branches: BranchStore;
  readonly step: StepStore;
  readonly prompts: PromptStore;
  readonly vocabulary: VocabularyStore;
  readonly compare: CompareStore;
  readonly composer: ComposerStore;
  readonly presets: PresetsStore;
  readonly find: FindStore;
  readonly history: HistoryStore;
  /** The tokenizers of the inspector, and what each of its tabs keeps. */
  readonly subjects: SubjectsStore;
  readonly cutTab: CutTabStore;
  readonly vocabularyTab: VocabularyTabStore;
  readonly compareTab: CompareTabStore;
  readonly readTab: ReadTabStore;
  readonly relay: RelayStore;
  readonly notice: NoticeStore;
  readonly #client: Client;
  /** The conversation that was last told to the shell. */
  #shown: number | null;
  /** A file is held over the window. */
  dragging = $state(false);

  constructor(
    client: Client,
    readonly startUp: StartUp,
  ) {
    this.#client = client;
    this.#shown = startUp.conversation_id ?? null;
    this.settings = new SettingsStore(client, this.i18n, startUp.settings, startUp.system_locale);
    this.models = new ModelsStore(client, this.i18n, startUp.models);
    this.chat = new ChatStore(client, this.settings);
    this.branches = new BranchStore(client);
    this.step = new StepStore(client, this.chat);
    this.prompts = new PromptStore(client);
    this.vocabulary = new VocabularyStore(client);
    this.compare = new CompareStore(client);
    this.composer = new ComposerStore(client, this.i18n, this.chat, this.models, this.compare);
    this.find = new FindStore(this.chat, this.settings);
    this.presets = new PresetsStore(client);
    this.history = new HistoryStore(client, this.toasts);
    this.subjects = new SubjectsStore(client, this.i18n);
    this.cutTab = new CutTabStore(client, this.inspector, this.subjects, this.lens);
    this.vocabularyTab = new VocabularyTabStore(client, this.subjects, this.lens);
    this.compareTab = new CompareTabStore(client);
    this.readTab = new ReadTabStore(client);
    this.library = new LibraryStore(client, this.i18n, this.toasts);
    this.chat.fingerprintOf = (slot) =>
      (slot === 'a' ? this.models.ready : this.compare.model)?.fingerprint ?? null;
    this.relay = new RelayStore(client, this.settings);
    this.notice = new NoticeStore(client);
    this.models.onCard = () => this.nav.go('models');
    this.history.onDeleted = (id) => this.chat.onDeleted(id);
    if (this.models.ready || this.#shown !== null) this.nav.go('chat');
  }

  /**
   * Listens to the shell, asks it, and opens what was open last, or what it was started with. In this order: what changes while it answers is
   * told by events, which wait until there are stores for them.
   */
  static async start(client: Client): Promise<App> {
    const early: AppEvent[] = [];
    let hear = (event: AppEvent): void => void early.push(event);
    const stopListening = await client.listen((event) => hear(event));
    let app: App;
    try {
      app = new App(client, await client.startUp());
    } catch (thrown) {
      stopListening();
      throw thrown;
    }
    hear = app.onEvent;
    early.forEach(app.onEvent);
    const last = app.startUp.conversation_id;
    if (last !== undefined) await app.chat.open(last);
    void app.compare.start();
    if (app.startUp.open_path) void app.openPath(app.startUp.open_path);
    return app;
  }

  onEvent = (event: AppEvent): void => {
    switch (event.event) {
      case 'model_state':
        this.models.onState(event.active);
        break;
      case 'second_model':
        this.compare.onState(event.state);
        break;
      case 'open_path':
        this.dragging = false;
        void this.openPath(event.path);
        break;
      case 'drag_hover':
        this.dragging = event.over;
        break;
      case 'history_changed':
        void this.history.refresh();
        break;
      case 'library':
        this.library.onScan(event.scan);
        break;
      case 'duplicates':
        this.library.onDuplicates(event.duplicates);
        break;
    }
  };

  /** Where the model that wrote an answer is loaded; `null` where it is not. */
  slotOf(fingerprint: string | undefined): ModelSlot | null {
    if (fingerprint === undefined) return null;
    if (this.models.ready?.fingerprint === fingerprint) return 'a';
    return this.compare.model?.fingerprint === fingerprint ? 'b' : null;
  }

  /** A file that came from outside: a text goes with the next question; of a model it is shown what it is. */
  async openPath(path: string): Promise<void> {
    if (TEXT_FILE.test(path) && (this.nav.view === 'chat' || !/\.json$/i.test(path))) {
      this.nav.go('chat');
      await this.composer.attach(path);
      return;
    }
    await this.models.consider(path);
  }

  /** This conversation is in view from now on, or a new one that has no id yet. */
  onShown(id: number | null): void {
    const [before, { turn }] = [this.#shown, this.chat];
    if (id === before) return;
    this.#shown = id;
    this.compare.follow(before === null && turn.kind === 'streaming' && turn.conversationId === id);
    this.#client.conversationShown(id).catch(() => {
      // The next start begins somewhere else then.
    });
  }

  async openConversation(id: number): Promise<void> {
    await this.chat.open(id);
    this.nav.go('chat');
  }

  async renameConversation(id: number, title: string): Promise<void> {
    await this.history.rename(id, title);
    const renamed = this.history.items.find((item) => item.id === id);
    if (renamed) this.chat.onRenamed(id, renamed.title);
  }
}

const [get, set] = createContext<App>();

/** The stores of the window that the component stands in. */
export const getApp = get;
export const setApp = set;
