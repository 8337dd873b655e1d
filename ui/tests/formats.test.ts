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

  it('shortens counts in the reader’s own units', () => {
    expect(en.compact(596_049_920)).toBe('596M');
    expect(zh.compact(596_049_920)).toBe('5.96亿');
  });

  it('writes spans of time', () => {
    expect(en.duration(46)).toBe('46 ms');
    expect(en.duration(2500)).toBe('2.5 sec');
    expect(en.duration(75_000)).toBe('1 min 15 sec');
  });

  it('says the time of today and the day of other days', () => {
    const now = new Date(2026, 4, 20, 15, 0).getTime();
    expect(zh.when(new Date(2026, 4, 20, 9, 5).getTime(), now)).toBe('09:05');
    expect(zh.when(new Date(2026, 4, 18, 9, 5).getTime(), now)).toBe('5月18日');
    expect(zh.when(new Date(2024, 4, 18).getTime(), now)).toBe('2024年5月18日');
  });
});
