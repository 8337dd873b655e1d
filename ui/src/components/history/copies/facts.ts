/** What a copy holds, in one line. */
import type { Backup } from '../../../client/bindings/Backup';
import type { I18n } from '../../../i18n/i18n.svelte';

/** How much is in it, how large it is, why it was made. */
export function copyFacts(i18n: I18n, backup: Backup): string {
  const { formats: f, n, t } = i18n;
  return [
    ...(backup.conversations === undefined ? [] : [n('conversations', backup.conversations)]),
    ...(backup.messages === undefined ? [] : [n('messages', backup.messages)]),
    f.bytes(backup.bytes),
    t(`copies_kind_${backup.kind}`),
  ].join(' · ');
}

/** What tells it from the others in a list to choose from. */
export function copyName(i18n: I18n, backup: Backup): string {
  const { formats: f, n, t } = i18n;
  return [
    f.moment(backup.at),
    ...(backup.conversations === undefined ? [] : [n('conversations', backup.conversations)]),
    t(`copies_kind_${backup.kind}`),
  ].join(' · ');
}
