/** All stores of one window, made from what the shell says at the start, and kept by its broadcasts. */
import { createContext } from 'svelte';

import type { AppEvent, Message, ModelSlot } from '../client/upcoming';
import type { MomentQuery } from '../client/bindings/MomentQuery';
import type { StartUp } from '../client/bindings/StartUp';
import type { Client } from '../client/client';
import { I18n } from '../i18n/i18n.svelte';
import type { MessageKey } from '../i18n/messages';
import { AboutStore } from './about.svelte';
import { AnnouncerStore } from './announcer.svelte';
import { BranchStore } from './branches.svelte';
import { ChatStore } from './chat.svelte';
import { CompareStore } from './compare.svelte';
import { ComposerStore } from './composer.svelte';
import { FindStore } from './find.svelte';
import { HistoryStore } from './history.svelte';
import { DraftStore } from './history/drafts.svelte';
import { KEPT } from './history/list.svelte';
import { SidebarStore } from './history/sidebar.svelte';
import { InspectorStore } from './inspector.svelte';
import { CompareTabStore } from './inspector-compare.svelte';
import { CutTabStore } from './inspector-cut.svelte';
import { ReadTabStore } from './inspector-read.svelte';
import { VocabularyTabStore } from './inspector-vocabulary.svelte';
import { LensStore } from './lens.svelte';
import { LibraryStore } from './library.svelte';
import { MissingFontStore } from './missing-font.svelte';
import { ModelsStore } from './models.svelte';
import { NavStore } from './nav.svelte';
import { NoticeStore } from './notice.svelte';
import { CopiesStore } from './places/copies.svelte';
import { MomentsStore } from './places/moments.svelte';
import { PictureStore } from './places/picture.svelte';
import { PurgeStore } from './places/purge.svelte';
import { StandingStore } from './places/standing.svelte';
import { StatisticsStore } from './places/statistics.svelte';
import { TransferStore, type Transfer } from './places/transfer.svelte';
import { PresetsStore } from './presets.svelte';
import { PromptStore } from './prompts.svelte';
import { RelayStore } from './relay.svelte';
import { RewindStore } from './rewind.svelte';
import { SettingsStore } from './settings.svelte';
import { StepStore } from './step.svelte';
import { SubjectsStore } from './subjects.svelte';
import { ToastStore } from './toasts.svelte';
import { TourStore } from './tour.svelte';
import { VocabularyStore } from './vocabulary.svelte';

/** By name only; whether it is text is found out when it is read. */
const TEXT_FILE =
  /\.(txt|md|markdown|rst|tex|csv|tsv|json|jsonl|toml|ya?ml|ini|log|html?|xml|css|[cm]?[jt]s|[jt]sx|svelte|vue|py|rs|go|java|kt|swift|rb|php|lua|c|h|cc|cpp|hpp|cs|sh|sql|r|diff|patch|srt)$/i;

/** Moments that are read at a time. */
const MOMENTS = 50;
/** Places of one token that are read at a time. */
const OCCURRENCES = 8;

export class App {
  readonly i18n = new I18n();
  readonly nav = new NavStore();
  readonly toasts = new ToastStore();
  readonly announcer = new AnnouncerStore();
  readonly tour: TourStore;
  readonly lens = new LensStore();
  readonly rewind = new RewindStore(this.lens);
  readonly inspector = new InspectorStore(this.nav, this.lens);
  readonly settings: SettingsStore;
  readonly about: AboutStore;
  readonly models: ModelsStore;
  readonly missingFont: MissingFontStore;
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
  readonly drafts: DraftStore;
  readonly sidebar: SidebarStore;
  /** The tokenizers of the inspector, and what each of its tabs keeps. */
  readonly subjects: SubjectsStore;
  readonly cutTab: CutTabStore;
  readonly vocabularyTab: VocabularyTabStore;
  readonly compareTab: CompareTabStore;
  readonly readTab: ReadTabStore;
  readonly relay: RelayStore;
  readonly notice: NoticeStore;
  /** What the history holds besides its list: moments, sums, copies. */
  readonly moments: MomentsStore;
  readonly statistics: StatisticsStore;
  readonly copies: CopiesStore;
  /** Where a token of the vocabulary browser was written. */
  readonly occurrences: MomentsStore;
  readonly standing: StandingStore;
  readonly transfer: TransferStore;
  readonly purge: PurgeStore;
  readonly picture: PictureStore;
  /** Grows when something in the history is another than before. */
  historyVersion = $state(0);
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
    this.tour = new TourStore(startUp.settings.tour, (tour) => void this.settings.change({ tour }));
    this.sidebar = new SidebarStore(this.settings);
    this.about = new AboutStore(client, startUp.crash_report);
    this.models = new ModelsStore(client, this.i18n, startUp.models);
    this.missingFont = new MissingFontStore(client, startUp.missing_font);
    this.chat = new ChatStore(client, this.settings);
    this.branches = new BranchStore(client);
    this.step = new StepStore(client, this.chat);
    this.prompts = new PromptStore(client);
    this.vocabulary = new VocabularyStore(client);
    this.compare = new CompareStore(client);
    this.composer = new ComposerStore(client, this.i18n, this.chat, this.models, this.compare);
    this.find = new FindStore(this.chat, this.settings);
    this.presets = new PresetsStore(client);
    this.history = new HistoryStore(client, this.i18n, this.toasts);
    this.drafts = new DraftStore(client, {
      textOf: (id) => this.chat.draftOf(id),
      attachmentsOf: (id) => this.composer.attachmentsOf(id),
      put: (id, text, attachments) => {
        this.chat.putDraft(id, text);
        this.composer.putAttachments(id, attachments);
      },
    });
    this.chat.onDraft = (id) => this.drafts.changed(id);
    this.composer.onAttachments = (id) => this.drafts.changed(id);
    this.chat.onMoved = (from, to) => this.#onMoved(from, to);
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
    this.moments = new MomentsStore(client, MOMENTS);
    this.statistics = new StatisticsStore(client);
    this.copies = new CopiesStore(client);
    this.occurrences = new MomentsStore(client, OCCURRENCES);
    this.standing = new StandingStore(client);
    this.standing.onOpened = () => this.#onOpened();
    this.transfer = new TransferStore(client);
    this.transfer.onUnseenEnd = (state) => this.#onTransferred(state);
    this.history.onExport = (ids) => this.export(ids);
    this.purge = new PurgeStore(client);
    this.purge.onPurged = () => this.#onHistory();
    this.purge.onUnseenEnd = (report, run) =>
      this.toasts.show(
        report ? 'purge_toast_done' : 'purge_toast_failed',
        {},
        { key: 'transfer_toast_details', run },
      );
    this.picture = new PictureStore(client);
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
    void app.standing.start();
    if (app.startUp.open_path) void app.openPath(app.startUp.open_path);
    if (app.startUp.import_paths?.length) app.#takeIn(app.startUp.import_paths);
    return app;
  }

  /** Conversations that were dropped, or named at the start. */
  #takeIn(paths: readonly string[]): void {
    this.nav.go('history');
    void this.transfer.take(paths);
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
        this.#onHistory();
        break;
      case 'history_stood':
        this.standing.onState(event.state);
        break;
      case 'import_path':
        this.dragging = false;
        this.#takeIn(event.paths);
        break;
      case 'library':
        this.library.onScan(event.scan);
        break;
      case 'duplicates':
        this.library.onDuplicates(event.duplicates);
        break;
    }
  };

  #onHistory(): void {
    this.historyVersion += 1;
    void this.history.refresh();
    // It may have been saved, which gives it another id.
    if (this.chat.conversation?.keeping === 'unsaved') void this.chat.reopen();
  }

  /** The history can be written again: of the one in view, what was kept in memory has other ids in the file. */
  #onOpened(): void {
    this.#onHistory();
    const open = this.chat.conversation;
    if (open && open.keeping !== 'private') void this.chat.reopen();
  }

  /** What waits in one composer waits in another; where it is the one in view, nothing else changes there. */
  #onMoved(from: number | null, to: number): void {
    this.composer.move(from, to);
    if (from === null) return;
    this.drafts.move(from, to);
    if (this.#shown === from) this.#tellShown(to);
  }

  /** What ends while nobody looks at its dialog is told by a note. */
  #onTransferred(state: Transfer): void {
    const details = (way: 'export' | 'import'): { key: MessageKey; run: () => void } => ({
      key: 'transfer_toast_details',
      run: () => (this.transfer.dialog = way),
    });
    const counted = (count: number): 'one' | 'other' => (count === 1 ? 'one' : 'other');
    if (state.kind === 'exported') {
      const count = state.conversations;
      this.toasts.show(`transfer_toast_exported_${counted(count)}`, { count }, details('export'));
    } else if (state.kind === 'imported') {
      const count = state.receipt.imported + (state.receipt.added ?? 0);
      this.toasts.show(`transfer_toast_imported_${counted(count)}`, { count }, details('import'));
    } else if (state.kind === 'failed') {
      this.toasts.show(`transfer_toast_failed_${state.way}`, {}, details(state.way));
    }
  }

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
    void this.drafts.flush();
    void this.drafts.open(id, this.chat.conversation?.keeping);
    this.find.leave();
    if (id === before) return;
    this.compare.follow(before === null && turn.kind === 'streaming' && turn.conversationId === id);
    // One that is in memory alone is nowhere to begin.
    this.#tellShown(id, this.chat.conversation?.keeping === 'private' ? null : id);
  }

  #tellShown(id: number | null, told = id): void {
    this.#shown = id;
    this.#client.conversationShown(told).catch(() => {
      // The next start begins somewhere else then.
    });
  }

  /** Everything one step larger (1), smaller (-1), or as large as the system has it (0); a note says how large that is. */
  zoom(direction: 1 | 0 | -1): void {
    if (direction === 0) void this.settings.change({ zoom: 100 });
    else this.settings.zoomBy(direction);
    this.toasts.tell('zoom_told', { size: this.i18n.formats.share(this.settings.current.zoom / 100) });
  }

  /** What lies in the bin, all of it, where it can be deleted for good. */
  openBin(): void {
    this.history.tab = 'conversations';
    this.history.widen();
    this.history.search.clear();
    void this.history.list.ask({ ...KEPT, place: 'bin' });
    this.nav.go('history');
  }

  /** The tour begins where a conversation does: its examples are there alone. What waits in the box of the one in view stays. */
  takeTour(): void {
    this.nav.overlay = 'none';
    if (this.chat.busyHere || this.chat.conversation?.messages.length) this.chat.begin();
    this.nav.go('chat');
    this.tour.start();
  }

  async openConversation(id: number): Promise<void> {
    if (await this.chat.open(id)) this.nav.go('chat');
  }

  /** At this message, with these words marked in it; without a message, as it was left. */
  async openMessage(conversationId: number, messageId: number | undefined, words = ''): Promise<void> {
    if (messageId === undefined) return this.openConversation(conversationId);
    this.find.openAt(messageId, words);
    if (await this.chat.openAt(conversationId, messageId)) this.nav.go('chat');
  }

  /** Opens an answer with one of its tokens in the lens. */
  async openToken(conversationId: number, messageId: number, tokenIndex: number): Promise<void> {
    await this.openMessage(conversationId, messageId);
    await this.chat.readTokens(messageId);
    const found = this.chat.streams.get(messageId)?.locate(tokenIndex);
    if (found && this.chat.conversation?.id === conversationId)
      this.lens.show({ kind: 'answer', messageId, ...found });
  }

  /** Everything that fits this question, in the History view. */
  openMoments(query: MomentQuery): void {
    void this.moments.ask(query);
    this.history.tab = 'moments';
    this.nav.go('history');
  }

  /** Asks how these, the one in view or all conversations shall leave the app. */
  export(selected: readonly number[] = []): void {
    const { conversation } = this.chat;
    const open = conversation && conversation.keeping !== 'private';
    const title = conversation?.title ?? '';
    this.transfer.openExport({ open: open ? { id: conversation.id, title } : null, selected });
  }

  /** A new conversation in view. */
  begin(): void {
    this.chat.begin();
    this.nav.go('chat');
    this.composer.focus();
  }

  /**
   * Words from elsewhere into the box, below what stands there: a question that somebody began to write is theirs, and what
   * is put over it would soon be gone from the disk too. Whether the box was empty.
   */
  async write(text: string): Promise<boolean> {
    const { conversation } = this.chat;
    const id = conversation?.id ?? null;
    // It may stand there since an earlier start and not be read yet.
    await this.drafts.open(id, conversation?.keeping);
    const before = this.chat.draftOf(id);
    const empty = before.trim() === '';
    this.chat.putDraft(id, empty ? text : `${before.trimEnd()}\n${text}`);
    this.nav.go('chat');
    this.composer.focus();
    return empty;
  }

  /** One that is in memory alone. */
  async beginPrivate(): Promise<void> {
    await this.chat.beginPrivate();
    this.nav.go('chat');
    this.composer.focus();
  }

  async renameConversation(id: number, title: string): Promise<void> {
    await this.history.rename(id, title);
    const name = this.history.find(id)?.title ?? title.trim();
    if (name !== '') this.chat.onRenamed(id, name);
  }

  /** Takes this version away, with what came after it; the toast brings it back. */
  async deleteMessage({ id, role }: Message): Promise<void> {
    if (!(await this.chat.deleteMessage(id))) return;
    this.composer.focus();
    const undo = { key: 'undo' as const, run: () => void this.chat.restoreMessage(id) };
    this.toasts.show(role === 'user' ? 'question_deleted' : 'answer_deleted', {}, undo);
  }

  /** A new conversation with everything up to and with this message. */
  async splitAt(message: Message): Promise<void> {
    const made = await this.history.split(message.id, this.chat.conversation?.title ?? '');
    if (made !== null) await this.openConversation(made);
  }
}

const [get, set] = createContext<App>();

/** The stores of the window that the component stands in. */
export const getApp = get;
export const setApp = set;
