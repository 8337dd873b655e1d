/**
 * The host as the UI sees it: one interface, two implementations. `tauri.ts` talks to the shell,
 * `fake.ts` keeps everything in memory for a plain browser and for tests.
 *
 * Every method rejects with an `AppError`.
 */
import type { AppEvent } from './bindings/AppEvent';
import type { Conversation } from './bindings/Conversation';
import type { ConversationSummary } from './bindings/ConversationSummary';
import type { LoadOptions } from './bindings/LoadOptions';
import type { Message } from './bindings/Message';
import type { ModelInfo } from './bindings/ModelInfo';
import type { ModelLoaded } from './bindings/ModelLoaded';
import type { ModelsOverview } from './bindings/ModelsOverview';
import type { Settings } from './bindings/Settings';
import type { StartUp } from './bindings/StartUp';
import type { TokenRecord } from './bindings/TokenRecord';
import type { Tokenization } from './bindings/Tokenization';
import type { TurnEvent } from './bindings/TurnEvent';
import type { TurnRequest } from './bindings/TurnRequest';

export type PickKind = 'file' | 'folder';

export interface Client {
  startUp(): Promise<StartUp>;

  modelsOverview(): Promise<ModelsOverview>;
  /** The system's own dialog; `null` where the user closed it. */
  modelPick(kind: PickKind, title: string): Promise<string | null>;
  /** Reads the header only. */
  modelInspect(path: string): Promise<ModelInfo>;
  /** Progress comes as `model_state` events. */
  modelLoad(path: string, options: LoadOptions): Promise<ModelLoaded>;
  modelCancel(): Promise<void>;
  modelUnload(): Promise<void>;
  /** Takes a model off the list; the file stays. */
  recentForget(path: string): Promise<ModelsOverview>;

  /** Resolves when the turn has ended; `onEvent` reports it on the way. */
  chatTurn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message>;
  chatStop(): Promise<void>;
  /** The records stored with an answer, in order. */
  messageTokens(messageId: number): Promise<TokenRecord[]>;
  /** Makes this version the active one. */
  messageSelect(messageId: number): Promise<Conversation>;

  conversationOpen(id: number): Promise<Conversation>;
  /** Newest first. */
  conversationList(): Promise<ConversationSummary[]>;
  conversationRename(id: number, title: string): Promise<void>;
  /** Can be taken back by `conversationRestore`. */
  conversationDelete(id: number): Promise<void>;
  conversationRestore(id: number): Promise<void>;

  /** With the loaded model's tokenizer. */
  textTokenize(text: string): Promise<Tokenization>;

  /** Saves at once and returns what is in force. */
  settingsSet(settings: Settings): Promise<Settings>;

  /** Broadcasts of the shell, until the returned function is called. */
  listen(handler: (event: AppEvent) => void): Promise<() => void>;
}
