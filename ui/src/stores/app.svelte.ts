/** All stores of one window, made from what the shell says at the start, and kept by its broadcasts. */
import { createContext } from 'svelte';

import type { AppEvent } from '../client/upcoming';
import type { StartUp } from '../client/bindings/StartUp';
import type { Client } from '../client/client';
import { I18n } from '../i18n/i18n.svelte';
import { BranchStore } from './branches.svelte';
import { ChatStore } from './chat.svelte';
import { HistoryStore } from './history.svelte';
import { LensStore } from './lens.svelte';
import { ModelsStore } from './models.svelte';
import { NavStore } from './nav.svelte';
import { PromptStore } from './prompts.svelte';
import { RewindStore } from './rewind.svelte';
import { SettingsStore } from './settings.svelte';
import { StepStore } from './step.svelte';
import { ToastStore } from './toasts.svelte';
import { TokenizerStore } from './tokenizer.svelte';
import { VocabularyStore } from './vocabulary.svelte';

export class App {
  readonly i18n = new I18n();
  readonly nav = new NavStore();
  readonly toasts = new ToastStore();
  readonly lens = new LensStore();
  readonly rewind = new RewindStore(this.lens);
  readonly settings: SettingsStore;
  readonly models: ModelsStore;
  readonly chat: ChatStore;
  readonly branches: BranchStore;
  readonly step: StepStore;
  readonly prompts: PromptStore;
  readonly vocabulary: VocabularyStore;
  readonly history: HistoryStore;
  readonly tokenizer: TokenizerStore;
  /** A file is held over the window. */
  dragging = $state(false);

  constructor(
    client: Client,
    readonly startUp: StartUp,
  ) {
    this.settings = new SettingsStore(client, this.i18n, startUp.settings, startUp.system_locale);
    this.models = new ModelsStore(client, this.i18n, startUp.models);
    this.chat = new ChatStore(client, this.settings);
    this.branches = new BranchStore(client);
    this.step = new StepStore(client, this.chat);
    this.prompts = new PromptStore(client);
    this.vocabulary = new VocabularyStore(client);
    this.history = new HistoryStore(client, this.toasts);
    this.tokenizer = new TokenizerStore(client);
    this.history.onDeleted = (id) => this.chat.onDeleted(id);
    if (this.models.ready) this.nav.go('chat');
  }

  /** Asks the shell, listens to it, and opens what it was started with. */
  static async start(client: Client): Promise<App> {
    const app = new App(client, await client.startUp());
    await client.listen(app.onEvent);
    if (app.startUp.open_path) void app.openPath(app.startUp.open_path);
    return app;
  }

  onEvent = (event: AppEvent): void => {
    switch (event.event) {
      case 'model_state':
        this.models.onState(event.active);
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
    }
  };

  /** Loads a file that came from outside, where the user can watch it. */
  async openPath(path: string): Promise<void> {
    this.nav.go('models');
    await this.models.load(path);
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
