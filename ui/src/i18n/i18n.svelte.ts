/** The language in force. Everything shown reads it, so a switch redraws at once, without a reload. */
import { Formats } from './formats';
import { CATALOGUES, fill, type CountedKey, type Locale, type MessageKey, type Values } from './messages';

export class I18n {
  locale = $state<Locale>('en');
  readonly formats = $derived(new Formats(this.locale));
  readonly #plural = $derived(new Intl.PluralRules(this.locale));

  constructor(locale: Locale = 'en') {
    this.locale = locale;
  }

  /** A message with its values; numbers are formatted. */
  t = (key: MessageKey, values?: Values): string => {
    const message = CATALOGUES[this.locale][key];
    return values ? fill(message, values, this.formats.integer) : message;
  };

  /** A message that depends on a count, which it gets as `{count}`. */
  n = (key: CountedKey, count: number, values: Values = {}): string => {
    const form = this.#plural.select(count) === 'one' ? 'one' : 'other';
    return this.t(`${key}_${form}` as MessageKey, { ...values, count });
  };

  /** A speed in tokens a second. */
  speed = (perSecond: number): string => {
    const rounded = Math.round(perSecond * 10) / 10;
    return this.n('tokens_per_second', rounded, { speed: this.formats.decimal(rounded, 1) });
  };
}
