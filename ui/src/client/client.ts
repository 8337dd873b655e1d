/**
 * The host as the UI sees it: one interface, two implementations. `tauri.ts` talks to the shell,
 * `fake.ts` keeps everything in memory for a plain browser and for tests.
 *
 * Every method rejects with an `AppError`.
 */
import type { Comparison } from './bindings/Comparison';
import type { ConversationSummary } from './bindings/ConversationSummary';
import type { CutRow } from './bindings/CutRow';
import type { EntryOrigin } from './bindings/EntryOrigin';
import type { Guise } from './bindings/Guise';
import type { HardlyMet } from './bindings/HardlyMet';
import type { LanguageRow } from './bindings/LanguageRow';
import type { LibraryOverview } from './bindings/LibraryOverview';
import type { LoadConsent } from './bindings/LoadConsent';
import type { LoadOptions } from './bindings/LoadOptions';
import type { MessageCut } from './bindings/MessageCut';
import type { ModelInfo } from './bindings/ModelInfo';
import type { ModelLoaded } from './bindings/ModelLoaded';
import type { ModelsOverview } from './bindings/ModelsOverview';
import type { ModelState } from './bindings/ModelState';
import type { Neighbours } from './bindings/Neighbours';
import type { OddOneOut } from './bindings/OddOneOut';
import type { Piece } from './bindings/Piece';
import type { PreflightCard } from './bindings/PreflightCard';
import type { PreparedModels } from './bindings/PreparedModels';
import type { ReadEvent } from './bindings/ReadEvent';
import type { RelayEvent } from './bindings/RelayEvent';
import type { RelayRequest } from './bindings/RelayRequest';
import type { Sampling } from './bindings/Sampling';
import type { Sandbox } from './bindings/Sandbox';
import type { Settings } from './bindings/Settings';
import type { StartUp } from './bindings/StartUp';
import type { SubjectPlace } from './bindings/SubjectPlace';
import type { TextCut } from './bindings/TextCut';
import type { TextFromIds } from './bindings/TextFromIds';
import type { TextSteps } from './bindings/TextSteps';
import type { TokenCut } from './bindings/TokenCut';
import type { TokenRecord } from './bindings/TokenRecord';
import type { TokenizerSubject } from './bindings/TokenizerSubject';
import type { Tokenization } from './bindings/Tokenization';
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

  /** The system's own dialog; empty where the user closed it. Text files only, 2 MiB at most. */
  attachmentPick(title: string): Promise<Attachment[]>;
  /** A dropped file. */
  attachmentRead(path: string): Promise<Attachment>;
  /** The whole text. */
  attachmentText(id: number): Promise<string>;

  conversationOpen(id: number): Promise<Conversation>;
  /** This one is in view now, or none: where the next start begins. */
  conversationShown(id: number | null): Promise<void>;
  /** The messages before this one, from the first. */
  conversationEarlier(messageId: number): Promise<Message[]>;
  /** All branches, compact. */
  conversationTree(id: number): Promise<ConversationTree>;
  /** Newest first. */
  conversationList(): Promise<ConversationSummary[]>;
  conversationRename(id: number, title: string): Promise<void>;
  /** Can be taken back by `conversationRestore`. */
  conversationDelete(id: number): Promise<void>;
  conversationRestore(id: number): Promise<void>;

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
  /** Opens the folder of history and settings in the system's file manager. */
  dataShow(): Promise<void>;
  /** What the system keeps the process from that runs models. */
  sandbox(): Promise<Sandbox>;

  /** Something has ended: where the user looks at another window, this one's title says so until they come back. */
  windowNotice(title: string): Promise<void>;

  /** Broadcasts of the shell, until the returned function is called. */
  listen(handler: (event: AppEvent) => void): Promise<() => void>;
}
