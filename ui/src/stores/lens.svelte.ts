/** What the lens explains: the one place where a token is told in full, the same from every view. */
import type { TextToken } from '../client/bindings/TextToken';
import type { TokenRecord } from '../client/bindings/TokenRecord';
import type { Piece } from '../tokens/pieces';

export type LensSubject =
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
