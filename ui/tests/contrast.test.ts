/** Every pair of text and ground keeps its contrast in both themes: AAA (7) for reading, AA (4.5) for the rest. */
import { describe, expect, it } from 'vitest';

import css from '../src/styles/tokens.css?raw';

function colour(name: string, theme: 'light' | 'dark'): string {
  const pair = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!pair) throw new Error(`no --${name}`);
  return (theme === 'light' ? pair[1] : pair[2]) ?? '';
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, two: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const READING = [
  'paper',
  'paper-sunk',
  'paper-raised',
  'surprise-1',
  'surprise-2',
  'surprise-3',
  'surprise-4',
  'accent-wash',
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  it.each(READING)('ink on %s is AAA', (ground) => {
    expect(contrast(colour('ink', theme), colour(ground, theme))).toBeGreaterThanOrEqual(7);
  });

  it.each([
    ['ink-soft', 'paper'],
    ['ink-soft', 'paper-sunk'],
    ['ink-soft', 'paper-raised'],
    ['ink-soft', 'danger-wash'],
    ['accent', 'paper'],
    ['accent', 'paper-sunk'],
    ['accent', 'accent-wash'],
    ['on-accent', 'accent'],
    ['danger', 'danger-wash'],
    ['caution', 'paper'],
    ['code-keyword', 'paper-sunk'],
    ['code-string', 'paper-sunk'],
    ['code-number', 'paper-sunk'],
    ['code-name', 'paper-sunk'],
    ['code-type', 'paper-sunk'],
    ['code-attribute', 'paper-sunk'],
  ])('%s on %s is AA', (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it('steps of the ramp go one way', () => {
    const steps = [1, 2, 3, 4].map((step) =>
      contrast(colour(`surprise-${step}`, theme), colour('paper', theme)),
    );
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});
