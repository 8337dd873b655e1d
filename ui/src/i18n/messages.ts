/**
 * The two catalogues, typed: a key that either file lacks is a compile error. They are plain JSON
 * so that translators need no tool, and both are in the bundle so that the language switches at once.
 */
import en from '../../messages/en.json';
import zh from '../../messages/zh-CN.json';

export type Locale = 'en' | 'zh-CN';
export type MessageKey = keyof typeof en & keyof typeof zh;
/** Keys that come as a pair `NAME_one` and `NAME_other`. */
export type CountedKey = MessageKey extends infer K
  ? K extends `${infer Base}_other`
    ? Base
    : never
  : never;
export type Values = Record<string, string | number>;

export const CATALOGUES: Record<Locale, Record<MessageKey, string>> = { en, 'zh-CN': zh };

const PLACEHOLDER = /\{(\w+)\}/g;

/** The names between braces in a message. */
export function placeholders(message: string): string[] {
  return [...message.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

/** A placeholder, and the space between it and a Chinese word. */
const FILLED = /\{(\w+)\}( (?=\p{Script=Han}))?/gu;
/** An amount that ends in a Chinese word itself: 6.14 万, 1 分钟 15 秒. */
const AMOUNT_IN_HAN = /^[<>÷]?\s?[\d.,]+ \p{Script=Han}+(?: \d+ \p{Script=Han}+)*$/u;

/**
 * Puts the values in. A placeholder without a value stays visible, so that a fault is seen. Numbers stand apart from
 * Chinese words by one space, which goes where the number has its own: `{count} 个词元` -> 3 个词元, 6.14 万个词元.
 */
export function fill(message: string, values: Values, show: (value: number) => string): string {
  return message.replace(FILLED, (whole, name: string, space = '') => {
    const value = values[name];
    if (value === undefined) return whole;
    const shown = typeof value === 'number' ? show(value) : value;
    return AMOUNT_IN_HAN.test(shown) ? shown : shown + space;
  });
}

/** The system's language, a BCP 47 tag, where the app has it; `C` and `POSIX` stand for English. */
function localeOf(systemLocale: string): Locale | null {
  const language = systemLocale.toLowerCase().split(/[-_.]/)[0] ?? '';
  if (language === 'zh') return 'zh-CN';
  return ['', 'en', 'c', 'posix'].includes(language) ? 'en' : null;
}

/** `system` resolved by the system's BCP 47 tag. */
export function resolveLocale(language: 'system' | Locale, systemLocale: string): Locale {
  return language === 'system' ? (localeOf(systemLocale) ?? 'en') : language;
}

/** Does the app have no language of this system? */
export function isForeign(systemLocale: string): boolean {
  return localeOf(systemLocale) === null;
}
