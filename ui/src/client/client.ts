/**
 * The host as the UI sees it: one interface, two implementations. `tauri.ts` talks to the shell,
 * `fake.ts` keeps everything in memory for a plain browser and for tests.
 *
 * Every method rejects with an `AppError`.
 */
import type { Backup } from './bindings/Backup';
import type { BackupPage } from './bindings/BackupPage';
import type { Comparison } from './bindings/Comparison';
import type { CutRow } from './bindings/CutRow';
import type { Diagnostics } from './bindings/Diagnostics';
import type { EntryOrigin } from './bindings/EntryOrigin';
import type { ExportFormat } from './bindings/ExportFormat';
import type { Guise } from './bindings/Guise';
import type { HardlyMet } from './bindings/HardlyMet';
import type { HistoryChange } from './bindings/HistoryChange';
import type { HistoryFilter } from './bindings/HistoryFilter';
import type { HistoryOrder } from './bindings/HistoryOrder';
import type { HistoryPage } from './bindings/HistoryPage';
import type { HistoryShelves } from './bindings/HistoryShelves';
import type { KeptDraft } from './bindings/KeptDraft';
import type { HistoryState } from './bindings/HistoryState';
import type { HistoryStatistics } from './bindings/HistoryStatistics';
import type { ImportReceipt } from './bindings/ImportReceipt';
import type { LanguageRow } from './bindings/LanguageRow';
import type { Licences } from './bindings/Licences';
import type { LibraryOverview } from './bindings/LibraryOverview';
import type { LoadConsent } from './bindings/LoadConsent';
import type { LoadOptions } from './bindings/LoadOptions';
import type { MessageCut } from './bindings/MessageCut';
import type { MissingChoice } from './bindings/MissingChoice';
import type { ModelInfo } from './bindings/ModelInfo';
import type { ModelLoaded } from './bindings/ModelLoaded';
import type { ModelsOverview } from './bindings/ModelsOverview';
import type { ModelState } from './bindings/ModelState';
import type { MomentPage } from './bindings/MomentPage';
import type { MomentQuery } from './bindings/MomentQuery';
import type { Neighbours } from './bindings/Neighbours';
import type { OddOneOut } from './bindings/OddOneOut';
import type { Piece } from './bindings/Piece';
import type { PreflightCard } from './bindings/PreflightCard';
import type { PreparedModels } from './bindings/PreparedModels';
import type { PurgeReport } from './bindings/PurgeReport';
import type { ReadEvent } from './bindings/ReadEvent';
import type { RelayEvent } from './bindings/RelayEvent';
import type { RelayRequest } from './bindings/RelayRequest';
import type { Sampling } from './bindings/Sampling';
import type { Sandbox } from './bindings/Sandbox';
import type { SearchPage } from './bindings/SearchPage';
import type { Settings } from './bindings/Settings';
import type { SettingsPart } from './bindings/SettingsPart';
import type { StartUp } from './bindings/StartUp';
import type { SubjectPlace } from './bindings/SubjectPlace';
import type { TextCut } from './bindings/TextCut';
import type { TextFromIds } from './bindings/TextFromIds';
import type { TextSteps } from './bindings/TextSteps';
import type { TokenCut } from './bindings/TokenCut';
import type { TokenRecord } from './bindings/TokenRecord';
import type { TokenizerSubject } from './bindings/TokenizerSubject';
import type { Tokenization } from './bindings/Tokenization';
import type { TransferEvent } from './bindings/TransferEvent';
import type { TrainingRounds } from './bindings/TrainingRounds';
import type { TrainingStart } from './bindings/TrainingStart';
import type { TrainingStarted } from './bindings/TrainingStarted';
import type { TurnSettings } from './bindings/TurnSettings';
import type { VocabularyOverview } from './bindings/VocabularyOverview';
import type { VocabularyPage } from './bindings/VocabularyPage';
import type { VocabularyQuery } from './bindings/VocabularyQuery';
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
} from './upcoming';

export type PickKind = 'file' | 'folder';

export interface Client {
  startUp(): Promise<StartUp>;

  modelsOverview(): Promise<ModelsOverview>;
  /** The system's own dialog; `null` where the user closed it. */
  modelPick(kind: PickKind, title: string): Promise<string | null>;
  /** Reads the header only. */
  modelInspect(path: string): Promise<ModelInfo>;
  /** What it is, whether it will run, and the choices. Reads the header only. */
  modelPreflight(path: string): Promise<PreflightCard>;
  /** The models below a folder that is none itself, the nearest first. */
  modelsInside(path: string): Promise<string[]>;
  /** Where the model lies that wrote an answer; `null` where it is not among those that were opened before. */
  modelPathOf(name: string, fingerprint: string): Promise<string | null>;
  /**
   * Progress comes as `model_state` events. Without consent a model that brought something down when it was
   * last loaded is refused (`stopped_before`).
   */
  modelLoad(
    path: string,
    options: LoadOptions,
    slot?: ModelSlot,
    consent?: LoadConsent,
  ): Promise<ModelLoaded>;
  modelCancel(slot?: ModelSlot): Promise<void>;
  /** The second model goes with the first. */
  modelUnload(slot?: ModelSlot): Promise<void>;
  /** The model in slot b; changes come as `second_model` events. */
  secondModel(): Promise<ModelState>;
  /** Takes a model off the list; the file stays. */
  recentForget(path: string): Promise<ModelsOverview>;

  /** What was found on this computer until now. News come as `library` and `duplicates` events. */
  libraryOverview(): Promise<LibraryOverview>;
  /** Looks again, in the background. */
  libraryScan(): Promise<void>;
  libraryStop(): Promise<void>;
  libraryAddFolder(path: string): Promise<void>;
  /** It is no longer looked into; nothing in it is touched. */
  libraryRemoveFolder(path: string): Promise<void>;
  /** Takes a model off the list; the file stays. */
  libraryHide(path: string): Promise<LibraryOverview>;
  /** Puts it back; all of them where none is named. */
  libraryUnhide(path: string | null): Promise<LibraryOverview>;
  libraryFindDuplicates(): Promise<void>;
  libraryStopDuplicates(): Promise<void>;
  /** In the system's file manager. */
  showInFolder(path: string): Promise<void>;
  /** Models that were rewritten for the engine: how many, how large, where. */
  preparedModels(): Promise<PreparedModels>;
  /** Removes those of them that no open model uses; what is left. */
  preparedClear(): Promise<PreparedModels>;
  /** Opens their folder in the system's file manager. */
  preparedShow(): Promise<void>;

  /**
   * The same question to several models, each loaded for its answer only. Resolves when all are done; every model has
   * had its `ended` event then.
   */
  relayRun(request: RelayRequest, onEvent: (event: RelayEvent) => void): Promise<void>;
  /** Stops the round; nobody else is asked. */
  relayStop(): Promise<void>;

  /** Resolves when the turn has ended (with slot a's answer); `onEvent` reports it on the way. */
  chatTurn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message>;
  /** Stops what is being written, in both slots. */
  chatStop(): Promise<void>;
  /** The records stored with an answer, in order. */
  messageTokens(messageId: number): Promise<TokenRecord[]>;
  /** Makes this version the active one. */
  messageSelect(messageId: number): Promise<Conversation>;
  /** Takes one version away, with all that came after it; the others stay. Gives what is shown now. */
  messageDelete(messageId: number): Promise<Conversation>;
  /** Undoes `messageDelete` and shows it again. */
  messageRestore(messageId: number): Promise<Conversation>;
  /** A pinned message stays in the context when others fall out. */
  messagePin(messageId: number, pinned: boolean): Promise<Message>;

  /** Takes the waiting token; `sampling` is in force from here on. `not_waiting` where nothing waits. */
  stepChoose(choice: StepChoice, sampling: Sampling): Promise<void>;
  /** The waiting candidates under other settings: exact, and without another forward pass. For sliders. */
  stepReshape(sampling: Sampling): Promise<StepOffer>;
  /** Rank and probability of a guess at the token that waits. */
  stepGuess(text: string): Promise<Guess>;
  /** The same at a stored token: from the stored candidates, else from the model that wrote it, if it is loaded. */
  messageGuess(messageId: number, tokenIndex: number, text: string): Promise<Guess>;
  /** Tokens of the loaded model whose text contains `query`: exact ones first, then those that begin with it. */
  vocabularySearch(query: string, limit: number): Promise<VocabularyHit[]>;

  /** The exact prompt of a stored answer; also with no model loaded. `no_record` for answers of the first version. */
  promptOf(messageId: number): Promise<PromptView>;
  /** The exact prompt that sending would make. Needs a model. */
  promptPreview(draft: Draft): Promise<PromptView>;
  /** Exact counts, and what would fall out. Needs a model; cheap enough for every pause in typing. */
  contextPreview(draft: Draft): Promise<ContextPreview>;

  /** The three of the app first, then the user's own by name. */
  presetList(): Promise<Preset[]>;
  /** A new one (`id` null) or a changed one of the user's own; gives the list. */
  presetSave(id: string | null, name: string, settings: TurnSettings): Promise<Preset[]>;
  presetDelete(id: string): Promise<Preset[]>;

  /** The system's own dialog; empty where the user closed it. Text files only, 2 MiB at most, kept where the conversation is. */
  attachmentPick(title: string, conversationId: number | null): Promise<Attachment[]>;
  /** A dropped file. */
  attachmentRead(path: string, conversationId: number | null): Promise<Attachment>;
  /** The whole text. */
  attachmentText(id: number): Promise<string>;

  conversationOpen(id: number): Promise<Conversation>;
  /** This one is in view now, or none: where the next start begins. */
  conversationShown(id: number | null): Promise<void>;
  /** The messages before this one, from the first. */
  conversationEarlier(messageId: number): Promise<Message[]>;
  /** All branches, compact. */
  conversationTree(id: number): Promise<ConversationTree>;
  conversationRename(id: number, title: string): Promise<void>;
  /** The whole tree with its tokens, as a conversation of its own; gives the copy's id. */
  conversationDuplicate(id: number): Promise<number>;
  /** A new conversation that begins with the way up to and with this message; gives its id. */
  conversationSplit(messageId: number): Promise<number>;
  /** One that is in memory alone and is gone when the app ends; gives its id. */
  conversationBeginPrivate(settings: TurnSettings): Promise<number>;

  /** A stretch of the list, `limit` rows from `offset` on. */
  historyList(
    filter: HistoryFilter,
    order: HistoryOrder,
    offset: number,
    limit: number,
  ): Promise<HistoryPage>;
  /** What a filter can be set to, and how many there are where. */
  historyShelves(): Promise<HistoryShelves>;
  /** To all of them or to none. */
  historyChange(ids: number[], change: HistoryChange): Promise<void>;
  /**
   * Every word of `text` occurs in what is found; one character is enough. Where the filter says "kept", what is
   * archived is found too.
   */
  historySearch(text: string, filter: HistoryFilter, offset: number, limit: number): Promise<SearchPage>;
  /** `invalid_params` for a blank name. */
  folderCreate(name: string): Promise<number>;
  folderRename(id: number, name: string): Promise<void>;
  /** Its conversations stay, out of it. */
  folderDelete(id: number): Promise<void>;

  /** What stands in a composer, `null` for the conversation that is not begun; an empty one is forgotten. */
  draftKeep(conversationId: number | null, text: string, attachments: number[]): Promise<void>;
  /** What was kept; empty where nothing was. */
  draftKept(conversationId: number | null): Promise<KeptDraft>;

  /** Places in answers that only token records know of; from an index, so that old answers are not read for it. */
  historyMoments(query: MomentQuery, offset: number, limit: number): Promise<MomentPage>;
  /** What the history adds up to between two times (ms since 1970), or from the first to the last. */
  historyStatistics(from: number | null, until: number | null): Promise<HistoryStatistics>;

  /** How the history stands; changes come as `history_stood` events. */
  historyState(): Promise<HistoryState>;
  /** What shall become of a history that is missing; how it stands then. */
  historyDecide(choice: MissingChoice): Promise<HistoryState>;
  /** Tries again to open it, and to save what waits; how it stands then. */
  historyRetry(): Promise<HistoryState>;
  /** Opens its folder in the system's file manager. */
  historyShowFolder(): Promise<void>;
  /** The copies of the history, newest first. */
  backupList(): Promise<Backup[]>;
  /** Makes one now. */
  backupMake(): Promise<Backup>;
  /** The conversations in a copy, the last used first. */
  backupLook(path: string, offset: number, limit: number): Promise<BackupPage>;
  /** Puts these conversations of a copy (all: `null`) beside what is there; nothing is overwritten. */
  backupRestore(path: string, uids: string[] | null): Promise<ImportReceipt>;
  /** A copy that lies elsewhere, by the system's dialog; `null` where the user closed it. */
  backupPick(title: string): Promise<Backup | null>;
  /** Deletes these conversations of the bin (all of it: `null`) for good, out of the copies too. */
  historyPurge(ids: number[] | null): Promise<PurgeReport>;

  /**
   * Writes conversations (all: `null`) to a file that the system's dialog asks for; pages come in `language`. Gives the
   * transfer, or `null` where the dialog was closed; the last event says how it ended.
   */
  historyExport(
    ids: number[] | null,
    format: ExportFormat,
    language: string,
    onEvent: (event: TransferEvent) => void,
  ): Promise<number | null>;
  /**
   * Takes conversations in from files and folders; without paths the system's dialog asks for files, or for a `folder`.
   * Gives the transfer, or `null` where the dialog was closed; the last event says how it ended.
   */
  historyImport(
    paths: string[] | null,
    folder: boolean,
    onEvent: (event: TransferEvent) => void,
  ): Promise<number | null>;
  transferCancel(id: number): Promise<void>;
  /** What earlier imports did, the newest first. */
  importReceipts(): Promise<ImportReceipt[]>;
  /** Saves a picture of an answer under a name that the system's dialog asks for; where, or `null`. */
  messagePicture(bytes: Uint8Array, name: string): Promise<string | null>;

  /** With the loaded model's tokenizer. */
  textTokenize(text: string): Promise<Tokenization>;

  /**
   * Opens a tokenizer file at a place of the inspector (tokenizer.json, tokenizer.model, tekken.json, GGUF, a model
   * folder); without a path, what is there by itself: the loaded model, or the bundled tokenizer.
   */
  tokenizerOpen(place: SubjectPlace, path: string | null): Promise<TokenizerSubject>;
  /** What stands there now; `null` where nothing does. Another loaded model is another subject of place a. */
  tokenizerSubject(place: SubjectPlace): Promise<TokenizerSubject | null>;
  tokenizerClose(place: SubjectPlace): Promise<void>;
  /** Only the rows that are asked for. All places are in bytes of UTF-8. */
  textCut(place: SubjectPlace, text: string, rows: CutRow[]): Promise<TextCut>;
  /** What these ids are, 10,000 at most; ids that are unknown are left out. */
  vocabularyPieces(place: SubjectPlace, ids: number[]): Promise<Piece[]>;
  /** The text as one question through the chat template. `no_template` where there is none. */
  textAsMessage(place: SubjectPlace, text: string): Promise<MessageCut>;
  /** How it is cut, step by step; 4,096 bytes at most. */
  textSteps(place: SubjectPlace, text: string): Promise<TextSteps>;
  /** The same word in its guises; 1,024 bytes at most. */
  textGuises(place: SubjectPlace, text: string): Promise<Guise[]>;
  /** Ids as they were typed or pasted, back to text. Never fails on what is in the list. */
  textFromIds(place: SubjectPlace, list: string): Promise<TextFromIds>;
  /** Place a against place b. */
  textCompare(text: string): Promise<Comparison>;
  /** One sentence in eight languages, cut at every place where a tokenizer stands. */
  languageTable(): Promise<LanguageRow[]>;

  /** What is in the vocabulary at a place: how many entries of which kind, script and length. */
  vocabularyOverview(place: SubjectPlace): Promise<VocabularyOverview>;
  /** A page of the entries that fit; 1,000 at most. `invalid_params` where bytes are no hex. */
  vocabularyFind(place: SubjectPlace, query: VocabularyQuery): Promise<VocabularyPage>;
  /** Where an entry comes from, and what is made with it. */
  vocabularyEntry(place: SubjectPlace, id: number): Promise<EntryOrigin>;
  /**
   * Nearest rows by cosine in the table of embeddings of the file at a place; of a text of several tokens, near their
   * mean. `no_embeddings` where the file has no such table.
   */
  neighbours(place: SubjectPlace, of: { text: string } | { id: number }, count: number): Promise<Neighbours>;
  /** 3 to 8 words, else `invalid_params`. */
  oddOneOut(place: SubjectPlace, words: string[]): Promise<OddOneOut>;
  /** Entries whose rows look like those that training never touched. */
  hardlyMet(place: SubjectPlace, count: number): Promise<HardlyMet>;

  /** Byte pairs are learned from a text, 4 MiB at most (`text_too_long`). One training at a time: a new one replaces it. */
  trainingStart(start: TrainingStart): Promise<TrainingStarted>;
  /** Rounds from `from` (1 is the first) on; may give fewer than asked. An old training is `invalid_params`. */
  trainingRounds(training: number, from: number, count: number): Promise<TrainingRounds>;
  /** A text cut with the first `merges` rounds. */
  trainingCut(training: number, text: string, merges: number): Promise<TokenCut>;
  trainingPieces(training: number, ids: number[]): Promise<Piece[]>;
  /** What was learned in so many rounds stands at the place `trained` from now on. */
  trainingUse(training: number, merges: number): Promise<TokenizerSubject>;

  /**
   * The loaded model reads a text and writes nothing. Resolves when it is done, stopped or failed; the last event says
   * which. `no_model`, `busy` while an answer is written, `invalid_params` for a blank text.
   */
  readText(text: string, onEvent: (event: ReadEvent) => void): Promise<void>;
  readStop(): Promise<void>;

  /** Saves at once, draws the window as large as `zoom` says, and returns what is in force. */
  settingsSet(settings: Settings): Promise<Settings>;
  /** Puts a part of the settings back as it came, as `settingsSet` saves and draws; what is in force then. */
  settingsReset(part: SettingsPart): Promise<Settings>;
  /** The licences of what the app is made of; none where it was not installed from a package. */
  licences(): Promise<Licences>;
  /** Opens the folder of history and settings in the system's file manager. */
  dataShow(): Promise<void>;
  /** What the system keeps the process from that runs models. */
  sandbox(): Promise<Sandbox>;

  /** App, machine and state in words that may be given away. */
  diagnostics(): Promise<Diagnostics>;
  /** Opens the folder of the logs in the system's file manager. */
  logsShow(): Promise<void>;
  /** Puts the report away that `startUp` brought; it is not offered again. */
  crashReportForget(): Promise<void>;
  /** The missing font is not spoken of again. */
  missingFontForget(): Promise<void>;

  /** Something has ended: where the user looks at another window, this one's title says so until they come back. */
  windowNotice(title: string): Promise<void>;

  /** Broadcasts of the shell, until the returned function is called. */
  listen(handler: (event: AppEvent) => void): Promise<() => void>;
}
