/** The words for why something was left out and what was odd: whole by type, so that a new code without words does not compile. */
import type { ImportOddity } from '../../../client/bindings/ImportOddity';
import type { LeftOut } from '../../../client/bindings/LeftOut';
import type { LeftOutReason } from '../../../client/bindings/LeftOutReason';
import type { MessageKey } from '../../../i18n/messages';

const LEFT_OUT = {
  not_recognized: 'left_out_not_recognized',
  unreadable: 'left_out_unreadable',
  empty: 'left_out_empty',
  too_large: 'left_out_too_large',
  refused: 'left_out_refused',
  encrypted: 'left_out_encrypted',
  packed: 'left_out_packed',
  link: 'left_out_link',
  not_kept: 'left_out_not_kept',
  not_known: 'left_out_not_known',
} as const satisfies Record<LeftOutReason, MessageKey>;

export const ODDITIES = {
  circle: 'oddity_circle',
  parent_missing: 'oddity_parent_missing',
  id_twice: 'oddity_id_twice',
  active_missing: 'oddity_active_missing',
  version_missing: 'oddity_version_missing',
  role_not_known: 'oddity_role_not_known',
  message_damaged: 'oddity_message_damaged',
  tokens_damaged: 'oddity_tokens_damaged',
  media_left_out: 'oddity_media_left_out',
  tools_as_thoughts: 'oddity_tools_as_thoughts',
  cut_off: 'oddity_cut_off',
  newer_version: 'oddity_newer_version',
  thread_missing: 'oddity_thread_missing',
  not_utf8: 'oddity_not_utf8',
  not_known: 'oddity_not_known',
} as const satisfies Record<ImportOddity, MessageKey>;

/** Where what the program noted says more than the words do: which line, which system error. */
const NOTED: ReadonlySet<LeftOutReason> = new Set([
  'unreadable',
  'too_large',
  'refused',
  'not_kept',
  'not_known',
]);

/** A place that was left out, in words. */
export function remarkOf(
  { place, reason, detail }: LeftOut,
  t: (key: MessageKey) => string,
): { place: string; says: string; detail?: string } {
  return { place, says: t(LEFT_OUT[reason]), ...(NOTED.has(reason) && detail !== '' && { detail }) };
}
