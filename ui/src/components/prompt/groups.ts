/** A prompt as it is drawn: runs of one kind, each a list of pieces. */
import type { PromptSegment, PromptToken, PromptView } from '../../client/upcoming';
import { joinPieces, type Piece, type TokenLike } from '../../tokens/pieces';

export interface PromptGroup {
  kind: PromptSegment['kind'];
  messageId: number | null;
  /** Place of its first token in the prompt, counted from 0. */
  start: number;
  pieces: Piece<TokenLike>[];
  /** How many pieces stand before it in the prompt. */
  before: number;
}

/** Special tokens carry their name as bytes; a joined piece never crosses one. */
export function promptGroups({ tokens, segments }: PromptView): PromptGroup[] {
  let before = 0;
  return segments.map(({ start, end, kind, message_id }) => {
    const pieces = joinPieces(tokens.slice(start, end) satisfies PromptToken[]);
    const group = { kind, messageId: message_id ?? null, start, pieces, before };
    before += pieces.length;
    return group;
  });
}
