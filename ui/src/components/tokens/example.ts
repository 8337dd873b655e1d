/**
 * The worked example of the empty lens: the beginning of a story by the bundled model, asked for one with the settings
 * that a new conversation has (seeds 1 in English and 2 in Chinese), and what it weighed at one of the tokens.
 */
import type { Locale } from '../../i18n/messages';
import type { CandidateRow, Rest } from '../../tokens/probability';

export interface Example {
  /** The sentence, token by token. */
  tokens: readonly string[];
  /** Which of them the numbers are about. */
  at: number;
  rows: readonly CandidateRow[];
  rest: Rest;
}

/** `bytes` in hex. */
function row(
  rank: number,
  id: number,
  bytes: string,
  probability: number,
  settings_probability: number,
  taken = false,
): CandidateRow {
  return { rank, id, bytes, probability, settings_probability, taken };
}

export const EXAMPLES: Readonly<Record<Locale, Example>> = {
  en: {
    tokens: ['A', ' little', ' rabbit', ' called', ' Mimi', ' lived', ' in', ' a', ' green', ' forest', '.'],
    at: 2,
    rows: [
      row(1, 1799, '20636174', 0.4046, 0.4436),
      row(2, 1561, '20646f67', 0.3119, 0.3058),
      row(3, 2237, '20726162626974', 0.2712, 0.2505, true),
    ],
    rest: { count: 6141, probability: 0.0123, settings_probability: 0 },
  },
  'zh-CN': {
    tokens: ['从前', '，', '有一只', '叫', '果', '果', '的', '小狗', '，', '住在', '农', '场', '里', '。'],
    at: 7,
    rows: [
      row(1, 329, 'e5b08f', 0.5316, 0.6246),
      row(2, 3466, 'e5b08fe78cab', 0.2443, 0.2057),
      row(3, 2406, 'e5b08fe78b97', 0.2135, 0.1697, true),
    ],
    rest: { count: 6141, probability: 0.0106, settings_probability: 0 },
  },
};
