/** The beginning of a message as a row shows it: as it is read, not as it is marked up, in one line, without thoughts. */
import { plainText } from '../../find/plain';
import { splitReply } from '../../markdown/thinking';

export function previewOf(text: string): string {
  const { thoughts, answer } = splitReply(text);
  // Of one that is cut within its thoughts they are all there is.
  return plainText(answer || (thoughts ?? ''))
    .replace(/\s+/g, ' ')
    .trim();
}
