/** PLACEHOLDER */
import type { Locale } from '../../i18n/messages';
import type { CandidateRow, Rest } from '../../tokens/probability';

export interface Example {
  tokens: readonly string[];
  at: number;
  rows: readonly CandidateRow[];
  rest: Rest;
}
const e: Example = {
  tokens: [],
  at: 0,
  rows: [],
  rest: { count: 0, probability: 0, settings_probability: 0 },
};
export const EXAMPLES: Readonly<Record<Locale, Example>> = { en: e, 'zh-CN': e };
