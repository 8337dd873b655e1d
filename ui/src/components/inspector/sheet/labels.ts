/** A group of tokens in words: on its chip, and for those who hear it. */
import type { App } from '../../../stores/app.svelte';
import { hexToText, spacedHex } from '../../../tokens/bytes';
import {
  drawn,
  drawnBytes,
  hexOfText,
  idsIn,
  kindOf,
  textOfPart,
  tokensIn,
  type CutView,
} from '../../../tokens/cut-view';
import { allInvisible } from '../../../tokens/invisible';

type Words = Pick<App, 'i18n' | 'subjects'>;

/** What stands on its chip. */
export function labelOfGroup({ subjects }: Words, view: CutView, group: number): string {
  const { tokens: row, text } = view;
  const kind = kindOf(row, group);
  if (kind !== 'mark') return drawn(textOfPart(text, row.ends, group));
  const [id] = idsIn(row, group);
  const piece = id === undefined ? undefined : subjects.a.pieces.get(id);
  return piece ? drawnBytes(piece.bytes) : '…';
}

/** What its characters are called where none of them can be seen. */
export function unseenName({ i18n }: Words, view: CutView, group: number): string {
  const names = allInvisible(textOfPart(view.text, view.tokens.ends, group));
  return names ? names.map(({ name }) => i18n.t(name)).join(i18n.t('list_comma')) : '';
}

/** The bytes of each of its tokens; of the text where the vocabulary has not answered yet. */
export function bytesOfGroup({ subjects }: Words, view: CutView, group: number): string[] {
  const ids = idsIn(view.tokens, group);
  const known = ids.map((id) => subjects.a.pieces.get(id)?.bytes);
  if (known.every((one) => one !== undefined)) return known as string[];
  return ids.length === 1 ? [hexOfText(textOfPart(view.text, view.tokens.ends, group))] : ids.map(() => '');
}

/** "token 5 of 40, 塔, number 1234, bytes E5 A1 94". */
export function spokenGroup(words: Words, view: CutView, group: number): string {
  const { t, n } = words.i18n;
  const { tokens: row } = view;
  const kind = kindOf(row, group);
  const text = labelOfGroup(words, view, group);
  if (kind === 'dropped') return t('spoken_dropped', { text });
  const bytes = bytesOfGroup(words, view, group).map(spacedHex).join(t('list_comma'));
  const at = (row.first[group] ?? 0) + 1;
  const count = row.ids.length;
  if (kind === 'joined') {
    const ids = idsIn(row, group).join(t('list_comma'));
    const to = at + tokensIn(row, group) - 1;
    return `${t('spoken_tokens', { at, to, count, text, ids, bytes })}${t('list_comma')}${n('split_chip', to - at + 1)}`;
  }
  const [id] = idsIn(row, group);
  const values = { at, count, text: unseenName(words, view, group) || text, id: String(id ?? ''), bytes };
  return kind === 'special' ? t('spoken_special', values) : t('spoken_token', values);
}

/** A token's bytes as its part of a character shows them. */
export function partLabel(hex: string): string {
  const text = hexToText(hex);
  return text === null || text === '' ? spacedHex(hex) : drawn(text);
}
