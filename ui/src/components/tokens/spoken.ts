/** A token as a sentence names it: its text with white space marked, else its bytes, else what it does. */
import type { App } from '../../stores/app.svelte';
import { hexToText, spacedHex } from '../../tokens/bytes';
import { visibleText } from '../../tokens/pieces';

export function spokenPiece(
  { i18n, models }: Pick<App, 'i18n' | 'models'>,
  { id, bytes }: { id: number; bytes: string },
): string {
  if (bytes === '') {
    return models.ready?.end_ids.includes(id)
      ? i18n.t('piece_end')
      : i18n.t('piece_special', { id: String(id) });
  }
  const text = hexToText(bytes);
  return text === null ? spacedHex(bytes) : visibleText(text);
}
