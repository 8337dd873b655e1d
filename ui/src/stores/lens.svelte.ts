/** What the lens explains: the one place where a token is told in full, the same from every view. */
import type { SegmentKind } from '../client/bindings/SegmentKind';
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

export type LensSubject =
  | PromptSubject
  /** A token of an answer; `at` names which one of a joined character. */
  | { kind: 'answer'; messageId: number; piece: Piece<TokenRecord>; at: number }
  /** A token of a text that was only cut up. */
  | { kind: 'text'; piece: Piece<TextToken>; at: number };

export class LensStore {
  subject = $state.raw<LensSubject | null>(null);
  /** Grows when the focus is wanted in the lens: at the candidates of what it shows. */
  entered = $state(0);

  show(subject: LensSubject): void {
    this.subject = subject;
  }

  /** Another token of the same joined character. */
  turnTo(at: number): void {
    if (this.subject) this.subject = { ...this.subject, at };
  }

  /** Moves the focus to the candidates. */
  enter(): void {
    this.entered += 1;
  }

  clear(): void {
    this.subject = null;
  }
}
