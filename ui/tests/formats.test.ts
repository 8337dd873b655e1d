import { describe, expect, it } from 'vitest';

import { Formats } from '../src/i18n/formats';

const en = new Formats('en');
const zh = new Formats('zh-CN');

describe('Formats', () => {
  it('never rounds a probability to certainty or impossibility', () => {
    expect(en.probability(1)).toBe('100%');
    expect(en.probability(0.99999)).toBe('> 99.9%');
    expect(en.probability(0.00001)).toBe('< 0.01%');
    expect(en.probability(0)).toBe('0%');
    expect(en.probability(0.4237)).toBe('42.4%');
    expect(en.probability(0.0042)).toBe('0.42%');
  });

  it('writes sizes as file managers do', () => {
    expect(en.bytes(0)).toMatch(/^0 byte/);
    expect(en.bytes(396_705_472)).toBe('397 MB');
    expect(en.bytes(9_310_208)).toBe('9.31 MB');
    expect(en.bytes(16_600_000_000)).toBe('16.6 GB');
  });

  it('keeps all decimals of figures that stand below each other', () => {
    expect([0.7, 0.64, 1].map((value) => en.fixed(value, 2))).toEqual(['0.70', '0.64', '1.00']);
    expect(zh.fixed(1234.5, 1)).toBe('1,234.5');
    expect(en.decimal(0.7)).toBe('0.7');
  });

  it('shortens counts in the reader’s own units', () => {
    expect(en.compact(596_049_920)).toBe('596M');
    expect(zh.compact(596_049_920)).toBe('5.96 亿');
  });

  it('writes spans of time', () => {
    expect(en.duration(46)).toBe('46 ms');
    expect(en.duration(2500)).toBe('2.5 s');
    expect(en.duration(75_000)).toBe('1 min 15 s');
  });

  it('parts number and unit by one space, in Chinese as in English', () => {
    expect(zh.duration(17)).toBe('17 毫秒');
    expect(zh.duration(31_000)).toBe('31 秒');
    expect(zh.duration(75_000)).toBe('1 分钟 15 秒');
    expect(zh.compact(61_400)).toBe('6.14 万');
    expect(zh.compact(6_300_000)).toBe('630 万');
    expect(zh.bytes(512)).toBe('512 B');
    expect(zh.bytes(633_000_000)).toBe('633 MB');
    const shown = [1, 17, 999.6, 1000, 9_960, 59_499, 59_600, 61_400, 3_600_000].flatMap((value) =>
      [en, zh].flatMap((f) => [f.duration(value), f.compact(value * 100), f.bytes(value * 1000)]),
    );
    for (const text of shown) expect(text).not.toMatch(/\d\p{Script=Han}|\d(?:sec|min|ms|s|[kMGT]B)|\s\s/u);
  });

  it('never shows sixty seconds or a thousand milliseconds', () => {
    expect(en.duration(999.6)).toBe('1 s');
    expect(en.duration(59_600)).toBe('1 min 0 s');
    expect(en.duration(119_700)).toBe('2 min 0 s');
  });

  it('counts places as English does', () => {
    expect([1, 2, 3, 4, 11, 22, 103, 1000].map(en.ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '22nd',
      '103rd',
      '1,000th',
    ]);
    expect(zh.ordinal(2)).toBe('2');
  });

  it('says the time of today and the day of other days', () => {
    const now = new Date(2026, 4, 20, 15, 0).getTime();
    expect(en.when(new Date(2026, 4, 20, 19, 45).getTime(), now)).toMatch(/^7:45\sPM$/);
    expect(zh.when(new Date(2026, 4, 20, 9, 5).getTime(), now)).toBe('09:05');
    expect(zh.when(new Date(2026, 4, 18, 9, 5).getTime(), now)).toBe('5月18日');
    expect(zh.when(new Date(2024, 4, 18).getTime(), now)).toBe('2024年5月18日');
  });
});
