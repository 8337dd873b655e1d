/** What scripts and kinds of entries are called. */
import type { EntryKind } from '../../../client/bindings/EntryKind';
import type { VocabularyEntry } from '../../../client/bindings/VocabularyEntry';
import type { I18n } from '../../../i18n/i18n.svelte';
import { decodeUtf8, hexToBytes, spacedHex } from '../../../tokens/bytes';
import { visibleText } from '../../../tokens/pieces';

/** `Hani`, or one of the words of the contract, as the reader's language calls it. */
export function scriptName({ t, locale }: I18n, script: string): string {
  if (script === 'Zyyy' || script === 'Zinh') return t('script_none');
  if (script === 'mixed') return t('script_mixed');
  if (script === 'part') return t('script_part');
  try {
    return new Intl.DisplayNames(locale, { type: 'script' }).of(script) ?? script;
  } catch {
    // A web view that does not know the code.
    return script;
  }
}

export function kindName({ t }: I18n, kind: EntryKind): string {
  return t(`entry_kind_${kind}`);
}

/** An entry in a line of text: white space is marked, bytes that are no whole characters are in hex. */
export function entryText({ bytes, text }: Pick<VocabularyEntry, 'bytes' | 'text'>): string {
  return text === null || text === '' ? brokenText(bytes) : visibleText(text);
}

/** Bytes that may begin or end within a character: `‹E9 92›的书`. */
export function brokenText(hex: string): string {
  const bytes = hexToBytes(hex);
  let [shown, run] = ['', ''];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const whole = decodeUtf8(bytes.subarray(at, at + length));
    if (whole.kind === 'whole') {
      if (run !== '') shown += `‹${spacedHex(run)}›`;
      run = '';
      shown += visibleText(whole.text);
      at += length;
    } else {
      run += lead.toString(16).padStart(2, '0');
      at += 1;
    }
  }
  if (run !== '') shown += run.length === hex.length ? spacedHex(run) : `‹${spacedHex(run)}›`;
  return shown;
}

/** `entry 5 of 40, 塔, number 1234, bytes E5 A1 94`. */
export function entrySpoken(i18n: I18n, entry: VocabularyEntry, at: number, count: number): string {
  return i18n.t('entry_spoken', {
    at: at + 1,
    count,
    text: entryText(entry),
    id: String(entry.id),
    bytes: spacedHex(entry.bytes),
    kind: entry.kind === 'text' ? scriptName(i18n, entry.script) : kindName(i18n, entry.kind),
  });
}
