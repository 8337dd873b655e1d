/**
 * Numbers, sizes, spans and dates as the reader's language writes them. Between a number and its unit stands one
 * space, in Chinese too (17 毫秒, 6.14 万); `fill` in messages.ts keeps to the same rule inside sentences.
 */
import type { Locale } from './messages';

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const DAY_MS = 86_400_000;
/** The units of time; in English as in SI, since the locale's own are "sec" and "min" side by side with "ms". */
const TIME_UNITS = { millisecond: 'ms', second: 's', minute: 'min' } as const;
const ORDINAL_ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** The locale's data writes 17毫秒 and 6.14万. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, '$1 ');
}

export class Formats {
  readonly #integer: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #cache = new Map<string, Intl.NumberFormat>();
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #ordinal: Intl.PluralRules;

  constructor(readonly locale: Locale) {
    this.#integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
    this.#ordinal = new Intl.PluralRules(locale, { type: 'ordinal' });
    this.#time = new Intl.DateTimeFormat(locale, {
      // 7:45 PM, but 07:45.
      hour: locale === 'en' ? 'numeric' : '2-digit',
      minute: '2-digit',
    });
    this.#day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
    this.#date = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric' });
    this.#full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  }

  #number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = JSON.stringify(options);
    let format = this.#cache.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this.locale, options);
      this.#cache.set(key, format);
    }
    return format;
  }

  integer = (value: number): string => this.#integer.format(value);

  /** With at most `digits` places after the point. */
  decimal = (value: number, digits = 2): string =>
    this.#number({ maximumFractionDigits: digits }).format(value);

  /** With all of its decimals, for figures that stand below each other: 0.70, 0.64. */
  fixed = (value: number, digits: number): string =>
    this.#number({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

  /** 1,540,000,000 -> 1.54B, 15.4 亿. */
  compact = (value: number): string => spaced(this.#compact.format(value));

  /** A place in an order: 1st, 2nd, 3rd; Chinese says 第 1, and the message brings the 第. */
  ordinal = (value: number): string =>
    this.integer(value) +
    (this.locale === 'en' ? (ORDINAL_ENDINGS[this.#ordinal.select(value)] ?? 'th') : '');

  /** How many times, as a mark beside a token: 8.7, 414, 15.6K, 4.14亿. Never a row of digits, and no space. */
  times = (value: number): string =>
    value < 1000 ? this.decimal(value, value < 10 ? 1 : 0) : this.#compact.format(value);

  /** A size in bytes, in decimal units as file managers show them. */
  bytes = (value: number): string => {
    let unit = 0;
    let scaled = value;
    while (scaled >= 1000 && unit < BYTE_UNITS.length - 1) {
      scaled /= 1000;
      unit += 1;
    }
    const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
    return spaced(
      this.#number({
        style: 'unit',
        unit: BYTE_UNITS[unit] ?? 'byte',
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      }).format(scaled),
    );
  };

  /**
   * A probability as a percentage with three telling digits. Never rounds up to certainty or down to
   * impossibility: those would be false statements about the model.
   */
  probability = (p: number): string => {
    if (p >= 1) return this.#percent(1, 0);
    if (p > 0.999) return `> ${this.#percent(0.999, 1)}`;
    if (p <= 0) return this.#percent(0, 0);
    if (p < 0.0001) return `< ${this.#percent(0.0001, 2)}`;
    return this.#percent(p, p < 0.01 ? 2 : 1);
  };

  /** A share of work done: whole per cent. */
  share = (value: number): string => this.#percent(value, 0);

  #percent(value: number, digits: number): string {
    return this.#number({ style: 'percent', maximumFractionDigits: digits }).format(value);
  }

  /** A span of time in milliseconds. */
  duration = (ms: number): string => {
    if (ms < 999.5) return this.#span(ms, 'millisecond', 0);
    const seconds = ms / 1000;
    if (seconds < 59.5) return this.#span(seconds, 'second', seconds < 9.95 ? 1 : 0);
    const whole = Math.round(seconds);
    return `${this.#span(Math.floor(whole / 60), 'minute', 0)} ${this.#span(whole % 60, 'second', 0)}`;
  };

  #span(value: number, unit: keyof typeof TIME_UNITS, digits: number): string {
    if (this.locale === 'en') return `${this.decimal(value, digits)} ${TIME_UNITS[unit]}`;
    const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits } as const;
    return spaced(this.#number(options).format(value));
  }

  /** A moment (ms since 1970) as short as it stays clear: the time today, else the day. */
  when = (at: number, now = Date.now()): string => {
    const date = new Date(at);
    const today = new Date(now);
    if (date.toDateString() === today.toDateString()) return this.#time.format(date);
    if (date.getFullYear() === today.getFullYear() || now - at < 90 * DAY_MS) return this.#day.format(date);
    return this.#date.format(date);
  };

  /** The time of day. */
  time = (at: number): string => this.#time.format(new Date(at));

  /** A day without its year: 30 Nov. */
  day = (at: number): string => this.#day.format(new Date(at));

  /** A day of this week: Monday, 23 November. */
  weekday = (at: number): string => this.#dated({ weekday: 'long', month: 'long', day: 'numeric' }, at);

  /** A month with its year. */
  month = (at: number): string => this.#dated({ year: 'numeric', month: 'long' }, at);

  #dated(options: Intl.DateTimeFormatOptions, at: number): string {
    return new Intl.DateTimeFormat(this.locale, options).format(new Date(at));
  }

  /** Date and time in full. */
  moment = (at: number): string => this.#full.format(new Date(at));
}
