/**
 * A test double of the shell: everything in memory, no model, made-up numbers. It serves `npm run dev` in
 * a plain browser, component tests and the layout tests; the app itself never reaches it (see `connect.ts`).
 */
import type { Backup } from '../bindings/Backup';
import type { BackupPage } from '../bindings/BackupPage';
import type { Comparison } from '../bindings/Comparison';
import type { CutRow } from '../bindings/CutRow';
import type { Diagnostics } from '../bindings/Diagnostics';
import type { EntryOrigin } from '../bindings/EntryOrigin';
import type { ExportFormat } from '../bindings/ExportFormat';
import type { Guise } from '../bindings/Guise';
import type { HardlyMet } from '../bindings/HardlyMet';
import type { HistoryChange } from '../bindings/HistoryChange';
import type { HistoryFilter } from '../bindings/HistoryFilter';
import type { HistoryOrder } from '../bindings/HistoryOrder';
import type { HistoryPage } from '../bindings/HistoryPage';
import type { HistoryShelves } from '../bindings/HistoryShelves';
import type { KeptDraft } from '../bindings/KeptDraft';
import type { HistoryState } from '../bindings/HistoryState';
import type { HistoryStatistics } from '../bindings/HistoryStatistics';
import type { ImportReceipt } from '../bindings/ImportReceipt';
import type { LanguageRow } from '../bindings/LanguageRow';
import type { Licences } from '../bindings/Licences';
import type { LibraryOverview } from '../bindings/LibraryOverview';
import type { LoadConsent } from '../bindings/LoadConsent';
import type { LoadOptions } from '../bindings/LoadOptions';
import type { MessageCut } from '../bindings/MessageCut';
import type { MissingChoice } from '../bindings/MissingChoice';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { ModelsOverview } from '../bindings/ModelsOverview';
import type { ModelState } from '../bindings/ModelState';
import type { MomentPage } from '../bindings/MomentPage';
import type { MomentQuery } from '../bindings/MomentQuery';
import type { Neighbours } from '../bindings/Neighbours';
import type { OddOneOut } from '../bindings/OddOneOut';
import type { Piece } from '../bindings/Piece';
import type { PreflightCard } from '../bindings/PreflightCard';
import type { PreparedModels } from '../bindings/PreparedModels';
import type { PurgeReport } from '../bindings/PurgeReport';
import type { ReadEvent } from '../bindings/ReadEvent';
import type { RelayEvent } from '../bindings/RelayEvent';
import type { RelayRequest } from '../bindings/RelayRequest';
import type { Sampling } from '../bindings/Sampling';
import type { Sandbox } from '../bindings/Sandbox';
import type { SearchPage } from '../bindings/SearchPage';
import type { Settings } from '../bindings/Settings';
import type { SettingsPart } from '../bindings/SettingsPart';
import type { StartUp } from '../bindings/StartUp';
import type { SubjectPlace } from '../bindings/SubjectPlace';
import type { TextCut } from '../bindings/TextCut';
import type { TextFromIds } from '../bindings/TextFromIds';
import type { TextSteps } from '../bindings/TextSteps';
import type { TokenCut } from '../bindings/TokenCut';
import type { TokenizerSubject } from '../bindings/TokenizerSubject';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { Tokenization } from '../bindings/Tokenization';
import type { TrainingRounds } from '../bindings/TrainingRounds';
import type { TrainingStart } from '../bindings/TrainingStart';
import type { TrainingStarted } from '../bindings/TrainingStarted';
import type { TransferEvent } from '../bindings/TransferEvent';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { VocabularyOverview } from '../bindings/VocabularyOverview';
import type { VocabularyPage } from '../bindings/VocabularyPage';
import type { VocabularyQuery } from '../bindings/VocabularyQuery';
import type { Client, PickKind } from '../client';
import type {
  AppEvent,
  Attachment,
  ContextPreview,
  Conversation,
  ConversationTree,
  Draft,
  Guess,
  Message,
  ModelSlot,
  Preset,
  PromptView,
  StepChoice,
  StepOffer,
  TurnEvent,
  TurnRequest,
  VocabularyHit,
} from '../upcoming';
import { Archive } from './archive';
import { DEFAULT_TURN } from './data';
import { Desk, guessAmong } from './desk';
import { listenToDrag } from './drag';
import { fault } from './faults';
import { FakeHistory } from './history/history';
import { rememberMany } from './history/many';
import { LICENCES } from './licences';
import { FakeInspector } from './inspector/inspector';
import { FakeLibrary } from './library';
import { FakeModels } from './models';
import { DEFAULTS, type FakeOptions } from './options';
import { remember, rememberLong } from './past';
import { FakeCopies } from './places/copies';
import { momentsOf } from './places/moments';
import { statisticsOf } from './places/statistics';
import { FakeTransfer } from './places/transfer';
import { FakeRelay } from './relay';
import { FakeSettings } from './settings';
import { Shelf } from './shelf';
import { FakeSupport } from './support';
import { knownPieces, textOf, tokenize } from './tokenizer';
import { FakeTurns } from './turns';
import { VocabularyDesk } from './vocabulary/desk';
import { offer } from './writer';

export class FakeClient implements Client {
  readonly #options: FakeOptions;
  readonly #archive = new Archive();
  readonly #handlers = new Set<(event: AppEvent) => void>();
  readonly #settings: FakeSettings;
  readonly #models: FakeModels;
  readonly #desk = new Desk();
  readonly #shelf = new Shelf();
  readonly #history = new FakeHistory(this.#archive, this.#shelf, () =>
    this.#tell({ event: 'history_changed' }),
  );
  readonly #library = new FakeLibrary();
  readonly #relay: FakeRelay;
  readonly #turns: FakeTurns;
  readonly #inspector: FakeInspector;
  readonly #vocabularies: VocabularyDesk;
  readonly #copies: FakeCopies;
  readonly #transfer: FakeTransfer;
  readonly #support: FakeSupport;

  constructor(options: Partial<FakeOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#support = new FakeSupport(this.#options);
    this.#models = new FakeModels(this.#options, (event) => this.#tell(event));
    this.#inspector = new FakeInspector(this.#models);
    this.#vocabularies = new VocabularyDesk(this.#inspector, this.#options.vocabulary);
    this.#relay = new FakeRelay(this.#options, (path) => this.#models.inspect(path));
    this.#settings = new FakeSettings(this.#options.settings, this.#options.keep);
    this.#turns = new FakeTurns(
      this.#options,
      { archive: this.#archive, models: this.#models, shelf: this.#shelf, desk: this.#desk },
      (event) => this.#tell(event),
    );
    if (this.#options.past) remember(this.#archive, this.#turns);
    if (this.#options.many > 0) rememberMany(this.#archive, this.#history, this.#options.many);
    if (this.#options.long > 0) rememberLong(this.#archive, this.#options.long);
    this.#transfer = new FakeTransfer(this.#archive, this.#options.pace);
    const { standing, past } = this.#options;
    this.#copies = new FakeCopies(this.#archive, standing, past, (state) =>
      this.#tell({ event: 'history_stood', state }),
    );
  }

  async startUp(): Promise<StartUp> {
    return {
      settings: this.#settings.now,
      system_locale: this.#options.locale,
      models: this.#models.overview(),
      ...(this.#options.last && this.#options.past && { conversation_id: this.#last() }),
      app_version: '0.1.0',
      engine: 'mistral.rs 0.8.1',
      processors: 8,
      data_folder: '/home/user/.local/share/vitrine',
      warnings: [],
      ...this.#support.noticed,
    };
  }

  async modelsOverview(): Promise<ModelsOverview> {
    return this.#models.overview();
  }

  async modelPick(kind: PickKind): Promise<string | null> {
    return kind === 'file' ? this.#options.pick : null;
  }

  async modelInspect(path: string): Promise<ModelInfo> {
    return this.#models.inspect(path);
  }

  async modelPreflight(path: string): Promise<PreflightCard> {
    return this.#models.preflight(path);
  }

  async modelsInside(path: string): Promise<string[]> {
    return path.includes('shelf') ? [`${path}/千问 小.gguf`, `${path}/Llama folder`] : [];
  }

  async modelPathOf(name: string, fingerprint: string): Promise<string | null> {
    const path = fingerprint.replace(/^fake:/, '');
    const known = [...this.#models.overview().recent, ...this.#models.overview().starters];
    return known.some((model) => model.path === path && model.name === name) ? path : null;
  }

  async modelLoad(
    path: string,
    options: LoadOptions,
    slot: ModelSlot = 'a',
    consent: LoadConsent = 'ordinary',
  ): Promise<ModelLoaded> {
    return this.#models.load(path, options, slot, consent);
  }

  async relayRun(request: RelayRequest, onEvent: (event: RelayEvent) => void): Promise<void> {
    await this.#relay.run(request, onEvent);
  }

  async relayStop(): Promise<void> {
    this.#relay.stop();
  }

  async secondModel(): Promise<ModelState> {
    return this.#models.second;
  }

  async modelCancel(): Promise<void> {
    this.#models.cancel();
  }

  async modelUnload(slot: ModelSlot = 'a'): Promise<void> {
    this.#models.unload(slot);
  }

  async recentForget(path: string): Promise<ModelsOverview> {
    return this.#models.forget(path);
  }

  async libraryOverview(): Promise<LibraryOverview> {
    return this.#library.overview();
  }

  async libraryScan(): Promise<void> {
    await this.#library.look(this.#options.library, (scan) => this.#tell({ event: 'library', scan }));
  }

  async libraryStop(): Promise<void> {
    this.#library.stop((scan) => this.#tell({ event: 'library', scan }));
  }

  async libraryAddFolder(path: string): Promise<void> {
    this.#library.addFolder(path);
    await this.libraryScan();
  }

  async libraryRemoveFolder(path: string): Promise<void> {
    this.#library.removeFolder(path);
    await this.libraryScan();
  }

  async libraryHide(path: string): Promise<LibraryOverview> {
    return this.#library.hide(path);
  }

  async libraryUnhide(path: string | null): Promise<LibraryOverview> {
    return this.#library.unhide(path);
  }

  async libraryFindDuplicates(): Promise<void> {
    this.#library.findDuplicates((duplicates) => this.#tell({ event: 'duplicates', duplicates }));
  }

  async libraryStopDuplicates(): Promise<void> {
    this.#tell({ event: 'duplicates', duplicates: { state: 'stopped' } });
  }

  async showInFolder(): Promise<void> {}

  async preparedModels(): Promise<PreparedModels> {
    return this.#models.prepared.overview(this.#models.openPath);
  }

  async preparedClear(): Promise<PreparedModels> {
    return this.#models.prepared.clear(this.#models.openPath);
  }

  async preparedShow(): Promise<void> {}

  async chatTurn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message> {
    if (this.#vocabularies.reading.busy) throw fault('busy', 'the model is at work');
    return this.#turns.run(request, onEvent);
  }

  async chatStop(): Promise<void> {
    this.#turns.stop();
  }

  async stepChoose(choice: StepChoice, sampling: Sampling): Promise<void> {
    this.#desk.choose(choice, sampling);
  }

  async stepReshape(sampling: Sampling): Promise<StepOffer> {
    return this.#desk.reshape(sampling);
  }

  async stepGuess(text: string): Promise<Guess> {
    return this.#desk.guess(text);
  }

  async messageGuess(messageId: number, tokenIndex: number, text: string): Promise<Guess> {
    const record = this.#archive.tokens(messageId)[tokenIndex];
    if (!record) throw fault('no_record', `message ${messageId} has no token ${tokenIndex}`);
    const { sampling } = this.#archive.message(messageId).facts?.settings ?? DEFAULT_TURN;
    return guessAmong(offer(record.bytes, record.position, tokenIndex, sampling), text);
  }

  async vocabularySearch(query: string, limit: number): Promise<VocabularyHit[]> {
    this.#models.ready('a');
    if (query === '') return [];
    tokenize(query);
    const waiting = new Map(this.#desk.open?.candidates.map((one) => [one.id, one]));
    const place = (text: string): number => (text === query ? 0 : text.startsWith(query) ? 1 : 2);
    return knownPieces()
      .map((piece) => ({ ...piece, text: textOf(piece.bytes) }))
      .filter(({ text }) => text.includes(query))
      .sort((a, b) => place(a.text) - place(b.text) || a.text.length - b.text.length || a.id - b.id)
      .slice(0, limit)
      .map(({ id, bytes }) => {
        const there = waiting.get(id);
        const { probability, settings_probability, rank } = there ?? {};
        return {
          id,
          bytes,
          special: false,
          ...(probability !== undefined && { probability, settings_probability, rank }),
        } as VocabularyHit;
      });
  }

  async promptOf(messageId: number): Promise<PromptView> {
    return this.#archive.prompt(messageId);
  }

  async promptPreview(draft: Draft): Promise<PromptView> {
    return this.#turns.preview(draft);
  }

  async contextPreview(draft: Draft): Promise<ContextPreview> {
    return this.#turns.fit(draft).fitted.preview;
  }

  async presetList(): Promise<Preset[]> {
    return this.#shelf.presets();
  }

  async presetSave(id: string | null, name: string, settings: TurnSettings): Promise<Preset[]> {
    return this.#shelf.savePreset(id, name, settings);
  }

  async presetDelete(id: string): Promise<Preset[]> {
    return this.#shelf.deletePreset(id);
  }

  async attachmentPick(): Promise<Attachment[]> {
    return [this.#shelf.read('/home/user/笔记 notes.md')];
  }

  async attachmentRead(path: string): Promise<Attachment> {
    return this.#shelf.read(path);
  }

  async attachmentText(id: number): Promise<string> {
    return this.#shelf.text(id);
  }

  async messageTokens(messageId: number): Promise<TokenRecord[]> {
    return this.#archive.tokens(messageId);
  }

  async messageSelect(messageId: number): Promise<Conversation> {
    return this.#archive.shown(this.#archive.select(messageId));
  }

  async messageDelete(messageId: number): Promise<Conversation> {
    const id = this.#archive.delete(messageId);
    this.#tell({ event: 'history_changed' });
    return this.#archive.shown(id);
  }

  async messageRestore(messageId: number): Promise<Conversation> {
    const id = this.#archive.restore(messageId);
    this.#tell({ event: 'history_changed' });
    return this.#archive.shown(id);
  }

  async messagePin(messageId: number, pinned: boolean): Promise<Message> {
    return this.#archive.pin(messageId, pinned);
  }

  async conversationTree(id: number): Promise<ConversationTree> {
    return this.#archive.tree(id);
  }

  async conversationOpen(id: number): Promise<Conversation> {
    return this.#archive.shown(id);
  }

  async conversationShown(): Promise<void> {}

  async conversationEarlier(messageId: number): Promise<Message[]> {
    return this.#archive.earlier(messageId);
  }

  async conversationRename(id: number, title: string): Promise<void> {
    this.#archive.rename(id, title);
    this.#tell({ event: 'history_changed' });
  }

  async conversationDuplicate(id: number): Promise<number> {
    return this.#history.duplicate(id);
  }

  async conversationSplit(messageId: number): Promise<number> {
    return this.#history.split(messageId);
  }

  async conversationBeginPrivate(settings: TurnSettings): Promise<number> {
    return this.#history.beginPrivate(settings);
  }

  async historyList(
    filter: HistoryFilter,
    order: HistoryOrder,
    offset: number,
    limit: number,
  ): Promise<HistoryPage> {
    return this.#history.list(filter, order, offset, limit);
  }

  async historyShelves(): Promise<HistoryShelves> {
    return this.#history.shelves();
  }

  async historyChange(ids: number[], change: HistoryChange): Promise<void> {
    this.#history.change(ids, change);
  }

  async historySearch(
    text: string,
    filter: HistoryFilter,
    offset: number,
    limit: number,
  ): Promise<SearchPage> {
    return this.#history.search(text, filter, offset, limit);
  }

  async folderCreate(name: string): Promise<number> {
    return this.#history.createFolder(name);
  }

  async folderRename(id: number, name: string): Promise<void> {
    this.#history.renameFolder(id, name);
  }

  async folderDelete(id: number): Promise<void> {
    this.#history.deleteFolder(id);
  }

  async draftKeep(conversationId: number | null, text: string, attachments: number[]): Promise<void> {
    this.#history.keepDraft(conversationId, text, attachments);
  }

  async draftKept(conversationId: number | null): Promise<KeptDraft> {
    return this.#history.draft(conversationId);
  }

  async historyMoments(query: MomentQuery, offset: number, limit: number): Promise<MomentPage> {
    return momentsOf(this.#archive, query, offset, limit, this.#options.waiting);
  }

  async historyStatistics(from: number | null, until: number | null): Promise<HistoryStatistics> {
    return statisticsOf(this.#archive, from, until, this.#options);
  }

  async historyState(): Promise<HistoryState> {
    return this.#copies.state;
  }

  async historyDecide(choice: MissingChoice): Promise<HistoryState> {
    const state = this.#copies.decide(choice);
    this.#tell({ event: 'history_changed' });
    return state;
  }

  async historyRetry(): Promise<HistoryState> {
    return this.#copies.retry();
  }

  async historyShowFolder(): Promise<void> {}

  async backupList(): Promise<Backup[]> {
    return this.#copies.list();
  }

  async backupMake(): Promise<Backup> {
    return this.#copies.make();
  }

  async backupLook(path: string, offset: number, limit: number): Promise<BackupPage> {
    return this.#copies.look(path, offset, limit);
  }

  async backupRestore(path: string, uids: string[] | null): Promise<ImportReceipt> {
    const receipt = this.#copies.restore(path, uids);
    this.#tell({ event: 'history_changed' });
    return receipt;
  }

  async backupPick(): Promise<Backup | null> {
    return this.#copies.pick();
  }

  async historyPurge(ids: number[] | null): Promise<PurgeReport> {
    const report = this.#copies.purge(ids);
    this.#tell({ event: 'history_changed' });
    return report;
  }

  async historyExport(
    ids: number[] | null,
    format: ExportFormat,
    _language: string,
    onEvent: (event: TransferEvent) => void,
  ): Promise<number | null> {
    return this.#transfer.export(ids, format, onEvent);
  }

  async historyImport(
    paths: string[] | null,
    folder: boolean,
    onEvent: (event: TransferEvent) => void,
  ): Promise<number | null> {
    const chosen = paths ?? [folder ? '/home/user/LM Studio/conversations' : '/home/user/conversations.json'];
    return this.#transfer.import(chosen, (event) => {
      onEvent(event);
      if (event.event === 'imported') this.#tell({ event: 'history_changed' });
    });
  }

  async transferCancel(id: number): Promise<void> {
    this.#transfer.cancel(id);
  }

  async importReceipts(): Promise<ImportReceipt[]> {
    return this.#transfer.receipts();
  }

  async messagePicture(_bytes: Uint8Array, name: string): Promise<string | null> {
    return `/home/user/Pictures/${name}`;
  }

  async textTokenize(text: string): Promise<Tokenization> {
    this.#models.ready('a');
    const tokens = tokenize(text);
    return { ids: tokens.map((token) => token.id), tokens };
  }

  async tokenizerOpen(place: SubjectPlace, path: string | null): Promise<TokenizerSubject> {
    return this.#inspector.open(place, path);
  }

  async tokenizerSubject(place: SubjectPlace): Promise<TokenizerSubject | null> {
    return this.#inspector.subject(place);
  }

  async tokenizerClose(place: SubjectPlace): Promise<void> {
    this.#inspector.close(place);
  }

  async textCut(place: SubjectPlace, text: string, rows: CutRow[]): Promise<TextCut> {
    return this.#inspector.cut(place, text, rows);
  }

  async vocabularyPieces(place: SubjectPlace, ids: number[]): Promise<Piece[]> {
    return this.#inspector.pieces(place, ids);
  }

  async textAsMessage(place: SubjectPlace, text: string): Promise<MessageCut> {
    return this.#inspector.asMessage(place, text);
  }

  async textSteps(place: SubjectPlace, text: string): Promise<TextSteps> {
    return this.#inspector.steps(place, text);
  }

  async textGuises(place: SubjectPlace, text: string): Promise<Guise[]> {
    return this.#inspector.guises(place, text);
  }

  async textFromIds(place: SubjectPlace, list: string): Promise<TextFromIds> {
    return this.#inspector.fromIds(place, list);
  }

  async textCompare(text: string): Promise<Comparison> {
    return this.#inspector.compare(text);
  }

  async languageTable(): Promise<LanguageRow[]> {
    return this.#inspector.languages();
  }

  async vocabularyOverview(place: SubjectPlace): Promise<VocabularyOverview> {
    return this.#vocabularies.at(place).overview();
  }

  async vocabularyFind(place: SubjectPlace, query: VocabularyQuery): Promise<VocabularyPage> {
    return this.#vocabularies.at(place).find(query);
  }

  async vocabularyEntry(place: SubjectPlace, id: number): Promise<EntryOrigin> {
    return this.#vocabularies.at(place).origin(id);
  }

  async neighbours(
    place: SubjectPlace,
    of: { text: string } | { id: number },
    count: number,
  ): Promise<Neighbours> {
    return this.#vocabularies.embeddings(place).neighbours(of, count);
  }

  async oddOneOut(place: SubjectPlace, words: string[]): Promise<OddOneOut> {
    return this.#vocabularies.embeddings(place).oddOneOut(words);
  }

  async hardlyMet(place: SubjectPlace, count: number): Promise<HardlyMet> {
    return this.#vocabularies.embeddings(place).hardlyMet(count);
  }

  async trainingStart(start: TrainingStart): Promise<TrainingStarted> {
    return this.#vocabularies.training.start(start);
  }

  async trainingRounds(training: number, from: number, count: number): Promise<TrainingRounds> {
    return this.#vocabularies.training.rounds(training, from, count);
  }

  async trainingCut(training: number, text: string, merges: number): Promise<TokenCut> {
    return this.#vocabularies.training.cut(training, text, merges);
  }

  async trainingPieces(training: number, ids: number[]): Promise<Piece[]> {
    return this.#vocabularies.training.pieces(training, ids);
  }

  async trainingUse(training: number, merges: number): Promise<TokenizerSubject> {
    return this.#vocabularies.use(training, merges);
  }

  async readText(text: string, onEvent: (event: ReadEvent) => void): Promise<void> {
    const { info, context_length } = this.#models.ready('a');
    if (this.#turns.writing) throw fault('busy', 'an answer is being written');
    const base = info.traits.kind === 'base';
    await this.#vocabularies.reading.read(text, { context_length, base }, this.#options.pace, onEvent);
  }

  async readStop(): Promise<void> {
    this.#vocabularies.reading.stop();
  }

  async sandbox(): Promise<Sandbox> {
    return this.#options.sandbox;
  }

  async dataShow(): Promise<void> {}

  async diagnostics(): Promise<Diagnostics> {
    return this.#support.describe(this.#models.overview());
  }

  async logsShow(): Promise<void> {}

  async crashReportForget(): Promise<void> {
    this.#support.forgetReport();
  }

  async missingFontForget(): Promise<void> {
    this.#support.forgetFont();
  }

  async windowNotice(): Promise<void> {}

  async settingsSet(settings: Settings): Promise<Settings> {
    return this.#settings.set(settings);
  }

  async settingsReset(part: SettingsPart): Promise<Settings> {
    return this.#settings.reset(part);
  }

  async licences(): Promise<Licences> {
    return this.#options.packaged ? LICENCES : { files: [] };
  }

  async listen(handler: (event: AppEvent) => void): Promise<() => void> {
    this.#handlers.add(handler);
    const stopDrag = listenToDrag((event) => this.#tell(event));
    return () => {
      this.#handlers.delete(handler);
      stopDrag();
    };
  }

  /** Sends a broadcast; tests also use it to play the shell. */
  tell(event: AppEvent): void {
    if (event.event === 'model_state') this.#models.active = event.active;
    this.#tell(event);
  }

  /** The conversation that was used last. */
  #last(): number | undefined {
    return this.#history.list({ place: 'kept', starred_only: false }, 'used', 0, 1).rows[0]?.id;
  }

  #tell(event: AppEvent): void {
    for (const handler of this.#handlers) handler(event);
  }
}
