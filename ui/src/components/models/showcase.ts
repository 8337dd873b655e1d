/**
 * The exhibit of the first screen: an answer that the bundled model really wrote, with its numbers. `showcase.json` is
 * written and checked by the worker's test of the same name, with the real model.
 */
import type { TokenRecord } from '../../client/bindings/TokenRecord';
import type { Locale } from '../../i18n/messages';

export interface Exhibit {
  question: string;
  /** In order; of each, the best candidates only. */
  records: TokenRecord[];
  /** The token to look at first: where the model was least sure. */
  open: number;
}

/** Read when it is wanted: who has a model open never needs it. */
export async function exhibit(locale: Locale): Promise<Exhibit> {
  const { default: all } = await import('./showcase.json');
  return (all as unknown as Record<Locale, Exhibit>)[locale];
}
