/**
 * Types of the contract that the shell does not generate yet. They stand here under their final names; when the
 * shell has them they move to `bindings/` and this file goes. Import these instead of the bindings of
 * the same name.
 */
import type { AnswerFacts as KnownFacts } from './bindings/AnswerFacts';
import type { Alternative } from './bindings/Alternative';
import type { AppEvent as KnownEvent } from './bindings/AppEvent';
import type { Conversation as KnownConversation } from './bindings/Conversation';
import type { Message as KnownMessage } from './bindings/Message';
import type { MessageStatus } from './bindings/MessageStatus';
import type { ModelState } from './bindings/ModelState';
import type { Role } from './bindings/Role';
import type { Sampling } from './bindings/Sampling';
import type { StopReason } from './bindings/StopReason';
import type { TokenRecord } from './bindings/TokenRecord';
import type { TurnSettings } from './bindings/TurnSettings';

/* Turns ------------------------------------------------------------------------------------------------- */

/** A place for a loaded model. `a` is the one that everything uses; `b` is the second of a comparison. */
export type ModelSlot = 'a' | 'b';

/** How an answer is written: in one go, or token by token as the user chooses. */
export type Pace = 'run' | 'step';

/** What stands at the fork instead of what was there. */
export type ForkChoice =
  /** This token (of the alternatives, or of `vocabularySearch`). */
  | { kind: 'token'; id: number }
  /** A typed piece, whatever tokens it takes. */
  | { kind: 'text'; text: string }
  /** Anything but the end: "go on anyway". Only for this one token; later the model may end. */
  | { kind: 'refuse_end' }
  /** Whatever the settings draw; with pace `step`, stepping begins here. */
  | { kind: 'open' };

/**
 * Asks for a turn. `prefill`: the beginning of the answer, given by the user (origin `forced`). `pace`: `run` where
 * missing. `slot`: which model answers, `a` where missing.
 */
export type TurnRequest =
  /** A new user message at the end of the active path; a new conversation where none is given. */
  | {
      kind: 'say';
      conversation_id: number | null;
      text: string;
      settings: TurnSettings;
      attachments?: number[];
      prefill?: string;
      pace?: Pace;
      slot?: ModelSlot;
    }
  /** Another version of an answer, also with another model than the first. A question's id stands for its answer. */
  | {
      kind: 'regenerate';
      message_id: number;
      settings: TurnSettings;
      prefill?: string;
      pace?: Pace;
      slot?: ModelSlot;
    }
  /** A sibling of a user message (a branch), and its answer. */
  | {
      kind: 'edit_question';
      message_id: number;
      text: string;
      settings: TurnSettings;
      attachments?: number[];
      prefill?: string;
      pace?: Pace;
      slot?: ModelSlot;
    }
  /**
   * What if: a sibling version that shares the tokens before `token_index` (0-based, in `messageTokens`), has
   * `choice` there, and goes on. The shared tokens come first, in one `tokens` event. Needs the model that
   * wrote the answer (`other_model` otherwise).
   */
  | {
      kind: 'fork';
      message_id: number;
      token_index: number;
      choice: ForkChoice;
      settings: TurnSettings;
      pace?: Pace;
      slot?: ModelSlot;
    }
  /**
   * Goes on where an answer ended: a sibling version with all its tokens and more. One that ended with
   * the end token has it refused once.
   */
  | { kind: 'continue'; message_id: number; settings: TurnSettings; pace?: Pace; slot?: ModelSlot }
  /**
   * A question to both slots. The two answers are versions of each other with the same `compare` in their
   * facts; they are written together, or one after the other where memory does not allow both.
   */
  | {
      kind: 'compare';
      conversation_id: number | null;
      text: string;
      settings: TurnSettings;
      attachments?: number[];
    };

/** What a turn reports over its channel. Batched: at most one message of tokens in 33 ms and answer. */
export type TurnEvent =
  /** Question and empty answer are in the history. With `compare`, `second_id` is slot b's answer. */
  | { event: 'started'; conversation: Conversation; message_id: number; second_id?: number }
  /** New tokens of an answer, in order. */
  | { event: 'tokens'; message_id: number; records: TokenRecord[] }
  /** Step mode: the candidates are on the table; `stepChoose` goes on, `chatStop` ends it. */
  | { event: 'waiting'; message_id: number; offer: StepOffer }
  /** The message as it was saved. The last event of this answer. */
  | { event: 'ended'; message: Message };

/** The rare broadcasts of the shell. */
export type AppEvent = KnownEvent | { event: 'second_model'; state: ModelState };

/* Step mode and guesses --------------------------------------------------------------------------------- */

/** The candidates for the next token, and what the settings leave of them. */
export interface StepOffer {
  /** Place in the whole sequence, prompt included. */
  position: number;
  /** Place in the answer, counted from 0. */
  token_index: number;
  /** The settings that `settings_probability` and `cut` are under. */
  sampling: Sampling;
  /** Shannon entropy of the model's own distribution, in bits. */
  entropy: number;
  /** Up to 256, by the model's own opinion, best first. Cut ones stay and name their rule. */
  candidates: Alternative[];
  /** What all other candidates have together. */
  rest_probability: number;
  rest_settings_probability: number;
  rest_count: number;
  /** How many of the whole vocabulary can be drawn. */
  survivors: number;
  /** The candidate with the highest chance after the settings (penalties may make it another than rank 1). */
  best: number;
}

/** What to do with the token that waits. */
export type StepChoice =
  | { kind: 'token'; id: number }
  /** A typed piece; all of its tokens are taken. */
  | { kind: 'text'; text: string }
  /** The one with the highest chance. */
  | { kind: 'best' }
  /** Let the settings draw. */
  | { kind: 'sample' }
  /** Let the settings draw, and go on without stopping. */
  | { kind: 'run_on' };

export interface GuessedToken {
  id: number;
  bytes: string;
  probability: number;
  settings_probability: number;
  rank: number;
}

/** How good a guess is. */
export type Guess =
  /** `tokens`: the first token of the guess. Only it can be judged here; `pieces` says how many the guess has. */
  | { found: 'exact'; tokens: GuessedToken[]; pieces: number; vocabulary_size: number }
  /** Not among the stored candidates, and the model that wrote the answer is not loaded. */
  | { found: 'not_listed'; listed: number; at_most: number };

/** A token of the loaded model's vocabulary. */
export interface VocabularyHit {
  id: number;
  bytes: string;
  special: boolean;
  /** Where a token waits in step mode: what it has there. */
  probability?: number;
  settings_probability?: number;
  rank?: number;
}

/* Messages and the tree --------------------------------------------------------------------------------- */

/** Where a version left another one. */
export interface Branch {
  from_message: number;
  /** The first token that is this version's own. */
  token_index: number;
  choice: ForkChoice;
  /** What stood there in the other version; missing where it had ended. */
  replaced?: { id: number; bytes: string; special: boolean; probability: number };
}

/** In which form the model received the conversation. */
export type PromptForm =
  /** By its own chat template. */
  | 'template'
  /** A base model: the text itself, to be continued. */
  | 'completion'
  /** Its template failed (`template_fallback` says why): names and line ends. */
  | 'plain';

export interface AnswerFacts extends KnownFacts {
  prompt_form?: PromptForm;
  branch?: Branch;
  /** Messages of the path that the model did not get, because the context was full. */
  left_out?: number[];
  /** How many tokens at the beginning of the answer were given by the user. */
  prefill_tokens?: number;
  /** The same number in answers of one comparison: the id of the first. */
  compare?: number;
  /** Which slot wrote it. */
  slot?: ModelSlot;
}

export interface Message extends KnownMessage {
  facts?: AnswerFacts;
  /** Stays in the context when others fall out. */
  pinned: boolean;
  /** Of a user message. */
  attachments: Attachment[];
}

export interface Conversation extends KnownConversation {
  messages: Message[];
}

export interface TreeNode {
  id: number;
  parent_id: number | null;
  role: Role;
  status: MessageStatus;
  /** The first 60 characters. */
  excerpt: string;
  /** On the path that is shown. */
  active: boolean;
  /** Of an answer. */
  model_name?: string;
  stop_reason?: StopReason;
  tokens?: number;
  branch?: Branch;
  compare?: number;
}

export interface ConversationTree {
  conversation_id: number;
  active_leaf: number | null;
  /** Parents before children, versions oldest first. */
  nodes: TreeNode[];
}

/* Prompt and context ------------------------------------------------------------------------------------ */

/** The coming turn, as it stands in the composer. */
export interface Draft {
  conversation_id: number | null;
  text: string;
  attachments: number[];
  prefill: string;
  settings: TurnSettings;
}

export interface PromptToken {
  id: number;
  /** In hex; of a special token, its name. */
  bytes: string;
  special: boolean;
}

/** `markup` is what the template adds: role markers, line ends, its own words. */
export type SegmentKind = 'markup' | 'system' | 'user' | 'assistant';

/** A run of tokens of the prompt, `start` inclusive, `end` exclusive. Segments cover the whole prompt, in order. */
export interface PromptSegment {
  start: number;
  end: number;
  kind: SegmentKind;
  message_id?: number;
}

/** What the model really received (or will). */
export interface PromptView {
  tokens: PromptToken[];
  segments: PromptSegment[];
  form: PromptForm;
  template_fallback?: string;
  model_name: string;
  model_fingerprint: string;
  /** Messages of the path that are not in it. */
  left_out: number[];
}

export type TurnFate = 'kept' | 'left_out';

export interface ContextMessage {
  message_id: number;
  /** Exact, with what the template adds before it. */
  tokens: number;
  pinned: boolean;
  fate: TurnFate;
}

/** What the coming turn would hold. A question falls out together with its answer, oldest first. */
export interface ContextPreview {
  context_length: number;
  /** Room that is kept for the answer. */
  reserved: number;
  /** Tokens of the prompt as it would be sent. */
  prompt_tokens: number;
  system_tokens: number;
  /** The question in the composer, attachments included. */
  draft_tokens: number;
  /** The path, oldest first. */
  messages: ContextMessage[];
  /** `too_long`: system prompt, pinned turns and the question do not fit; sending says `context_full`. */
  fit: 'all' | 'some_left_out' | 'too_long';
}

/* Presets and attachments ------------------------------------------------------------------------------- */

/** `exact`, `balanced` and `creative` come with the app and have no name of their own. */
export interface Preset {
  id: string;
  kind: 'exact' | 'balanced' | 'creative' | 'own';
  name: string;
  settings: TurnSettings;
}

export type TextEncoding = 'utf_8' | 'utf_16' | 'gb18030';

/** A text file that goes with a question, quoted under its name. */
export interface Attachment {
  id: number;
  name: string;
  /** Of the file. */
  bytes: number;
  characters: number;
  encoding: TextEncoding;
  /** The first 200 characters. */
  excerpt: string;
  /** What it costs with the loaded model, quoting included; missing where none was loaded. */
  tokens?: number;
}

/** Codes that join `ErrorCode`. */
export type UpcomingErrorCode =
  /** The answer was written by another model; facts: `wanted` (its name), `loaded`. */
  | 'other_model'
  /** The message has no stored tokens or prompt (it was written by an earlier version). */
  | 'no_record'
  /** Nothing waits for a choice. */
  | 'not_waiting'
  /** Facts: `file_bytes`, `limit_bytes`. */
  | 'attachment_too_large'
  /** Not text, or in an encoding that is not known. */
  | 'attachment_not_text';
