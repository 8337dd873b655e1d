/** What the lens explains: the one place where a token is told in full, the same from every view. */
import type { SegmentKind } from '../client/bindings/SegmentKind';
import type { SubjectPlace } from '../client/bindings/SubjectPlace';
import type { TextToken } from '../client/bindings/TextToken';
import type { TokenRecord } from '../client/bindings/TokenRecord';
import type { Piece } from '../tokens/pieces';

/** A token of what a model received. */
export interface PromptSubject {
  kind: 'prompt';
  /** The answer whose prompt it is. */
  answerId: number;
  piece: Piece;
  at: number;
  /** Whose words it belongs to. */
  segment: SegmentKind;
  /** Place of the piece's first token in the prompt, counted from 0, of how many. */
  place: number;
  count: number;
}

/** A token of a text that was only cut up, by the tokenizer at this place. */
export interface TextSubject {
  kind: 'text';
  piece: Piece<TextToken>;
  at: number;
  place: SubjectPlace;
  /** The group of tokens that it is, in the inspector's text. */
  group: number;
}

/** An entry of a vocabulary. */
export interface EntrySubject {
  kind: 'entry';
  place: SubjectPlace;
  /** Of the tokenizer there: another one has other entries. */
  key: string;
  id: number;
  /** Entries that were looked at on the way to this one. */
  trail: readonly number[];
}

/** A token of a text that the model read without writing anything. */
export interface ReadSubject {
  kind: 'read';
  /** Which reading it belongs to. */
  reading: unknown;
  piece: Piece<TokenRecord>;
  at: number;
  /** Of each token of the piece; `null` where nothing stood before it. */
  bits: readonly (number | null)[];
  /** Tokens of the whole text. */
  count: number;
}

export type LensSubject =
  | EntrySubject
  | ReadSubject
  | PromptSubject
  /** A token of an answer; `at` names which one of a joined character. */
  | { kind: 'answer'; messageId: number; piece: Piece<TokenRecord>; at: number }
  | TextSubject;

/** What the inspector's tabs explain; anything else has its view elsewhere. */
export const INSPECTED: readonly LensSubject['kind'][] = ['text', 'entry', 'read'];

export class LensStore {
  subject = $state.raw<LensSubject | null>(null);
  /** Grows when the focus is wanted in the lens: at the candidates of what it shows. */
  entered = $state(0);

  /** The token, by its index, that is shown as soon as the answer that is being written has it. */
  awaited = $state.raw<number | null>(null);
  /** Pixels at the lower edge of the view that a lens which lies over it leaves free: where one writes and sends. */
  clearance = $state(0);

  show(subject: LensSubject): void {
    this.awaited = null;
    this.subject = subject;
  }

  expect(tokenIndex: number): void {
    this.awaited = tokenIndex;
  }

  /** Another token of the same joined character. */
  turnTo(at: number): void {
    if (this.subject && this.subject.kind !== 'entry') this.subject = { ...this.subject, at };
  }

  /** Moves the focus to the candidates. */
  enter(): void {
    this.entered += 1;
  }

  clear(): void {
    this.awaited = null;
    this.subject = null;
  }
}
