/** The words for an error: what happened, and what to do. */
import type { ShownError } from '../client/errors';
import type { Formats } from './formats';
import { CATALOGUES, placeholders, type MessageKey, type Values } from './messages';

export interface ErrorText {
  sentence: string;
  next: string;
}

/** Facts as they stand in a sentence: sizes with units, `file` as the last part of a path. */
export function factValues(facts: ShownError['facts'], path: string | null, formats: Formats): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'number') {
      values[name] = /_(bytes|size)$/.test(name) ? formats.bytes(value) : formats.integer(value);
    } else {
      values[name] = String(value);
    }
  }
  const where = typeof facts['path'] === 'string' ? facts['path'] : path;
  if (where) values['file'] = fileName(where);
  return values;
}

/** The last part of a path, of either kind of slash. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** What is before it. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf(fileName(path))).replace(/(.)[\\/]+$/, '$1');
}

/**
 * `t` is the language in force. Some codes have words of their own for a `case` (the fact of that name). Where a fact is missing, the
 * plainer wording stands in.
 */
export function errorText(
  error: ShownError,
  path: string | null,
  formats: Formats,
  t: (key: MessageKey, values?: Values) => string,
): ErrorText {
  const values = factValues(error.facts, path, formats);
  const isComplete = (key: MessageKey): boolean =>
    placeholders(CATALOGUES.en[key]).every((name) => values[name] !== undefined);
  const wording = (key: MessageKey): string =>
    isComplete(key) ? t(key, values) : t(`${key}_plain` as MessageKey, values);
  const ofCase = `error_${error.code}_${String(error.facts['case'])}`;
  const next = `${ofCase}_next`;
  if (isMessage(ofCase) && isMessage(next) && isComplete(ofCase) && isComplete(next)) {
    return { sentence: t(ofCase, values), next: t(next, values) };
  }
  return { sentence: wording(`error_${error.code}`), next: wording(`error_${error.code}_next`) };
}

function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(CATALOGUES.en, key);
}
