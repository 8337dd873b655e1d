/** A prompt as it is drawn: runs of one kind, each a list of pieces. */
import type { PromptSegment, PromptToken, PromptView } from '../../client/upcoming';
import { joinPieces, type Piece, type TokenLike } from '../../tokens/pieces';

export interface PromptGroup {
  kind: PromptSegment['kind'];
  messageId: number | null;
  /** Place of its first token in the prompt, counted from 0. */
  start: number;
  pieces: Piece<TokenLike>[];
}

/** Special tokens carry their name as bytes; a joined piece never crosses one. */
export function promptGroups({ tokens, segments }: PromptView): PromptGroup[] {
  return segments.map(({ start, end, kind, message_id }) => ({
    kind,
    messageId: message_id ?? null,
    start,
    pieces: joinPieces(tokens.slice(start, end) satisfies PromptToken[]),
  }));
}
