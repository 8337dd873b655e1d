import { describe, expect, it } from 'vitest';

import type { TokenRecord } from '../src/client/bindings/TokenRecord';
import { COLOURS, type Look } from '../src/picture/colours';
import { fileNameOf } from '../src/picture/canvas';
import { linesOf, mayBreak, type Line, type Ruler } from '../src/picture/lines';
import { drawAnswer, escaped, type PictureOptions } from '../src/picture/svg';
import { joinPieces, type Piece } from '../src/tokens/pieces';
import css from '../src/styles/tokens.css?raw';
import { hex, record } from './support';

/** Chinese characters are twice as wide as Latin ones. */
const ruler: Ruler = (text) =>
  [...text].reduce(
    (sum, one) => sum + (/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/u.test(one) ? 20 : 10),
    0,
  );

const piecesOf = (...texts: string[]): Piece<TokenRecord>[] =>
  joinPieces(texts.map((text) => record({ bytes: hex(text), text })));

const shown = (lines: readonly Line<TokenRecord>[]): string[] =>
  lines.map((line) => line.runs.map((run) => run.text).join(''));

function draw(part: Partial<PictureOptions> = {}): Document {
  const { svg } = drawAnswer({
    pieces: piecesOf('The', ' tower', ' is', ' tall', '.'),
    measure: 'probability',
    given: [],
    look: 'light',
    ruler,
    language: 'en',
    words: {
      title: 'Towers',
      below: 'Vitrine Starter',
      measure: 'Colour',
      expected: 'expected',
      surprising: 'surprising',
      alt: 'An answer',
      made: 'Made',
      end: 'end',
      more: (tokens) => `${tokens} more`,
    },
    ...part,
  });
  const page = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(page.querySelector('parsererror')).toBeNull();
  return page;
}

const textsOf = (page: Document): string[] =>
  [...page.querySelectorAll('text')].map((one) => one.textContent ?? '');

describe('the lines of a picture', () => {
  it('break at spaces, and keep the tokens of a word together', () => {
    const lines = linesOf(piecesOf('The', ' un', 'believ', 'able', ' tower'), 150, ruler, () => '');
    expect(shown(lines)).toEqual(['The', 'unbelievable', 'tower']);
    expect(lines.map((line) => line.tokens)).toEqual([1, 4, 5]);
  });

  it('break Chinese between characters, with closing marks at the end of the line before', () => {
    const lines = linesOf(
      piecesOf('铁塔', '在', '法国', '，', '「', '巴黎', '」', '。'),
      100,
      ruler,
      () => '',
    );
    expect(shown(lines)).toEqual(['铁塔在法', '国，「巴', '黎」。']);
    for (const line of shown(lines)) {
      expect(line).not.toMatch(/^[，。」]/);
      expect(line).not.toMatch(/「$/);
    }
  });

  it('keep every character, once, in its order, however narrow they are', () => {
    const texts = [
      '埃菲尔铁塔',
      ' Eiffel',
      ' (',
      '1889',
      ' 年',
      ')',
      '，',
      'supercalifragilistic',
      '。',
      '\n',
      '\n',
      '好',
    ];
    for (const width of [20, 60, 100, 260, 1000]) {
      const all = shown(linesOf(piecesOf(...texts), width, ruler, () => '')).join('');
      expect(all.replace(/\s/g, ''), String(width)).toBe(texts.join('').replace(/\s/g, ''));
    }
  });

  it('have an empty one for an empty line, and none wider than it may be', () => {
    const lines = linesOf(piecesOf('one', '\n\n', 'two three four'), 60, ruler, () => '');
    expect(shown(lines)).toEqual(['one', '', 'two', 'three', 'four']);
    for (const { runs } of lines) for (const run of runs) expect(run.x + run.width).toBeLessThanOrEqual(60);
  });

  it('know where no line may break', () => {
    expect(mayBreak('国', '，')).toBe(false);
    expect(mayBreak('「', '巴')).toBe(false);
    expect(mayBreak('a', 'b')).toBe(false);
    expect(mayBreak('国', 'a')).toBe(true);
    expect(mayBreak(' ', 'a')).toBe(true);
  });
});

describe('a picture of an answer', () => {
  it('holds title, model, legend and the whole text', () => {
    const texts = textsOf(draw());
    expect(texts).toEqual(
      expect.arrayContaining(['Towers', 'Vitrine Starter', 'expected', 'surprising', 'Made']),
    );
    expect(texts.join(' ')).toContain('The tower is tall .');
  });

  it('is plain shapes and text: nothing from outside, no scripts, no foreign elements', () => {
    const page = draw({ pieces: piecesOf('<script>alert(1)</script>', ' & "x"', '\u0001') });
    const names = new Set([...page.querySelectorAll('*')].map((one) => one.localName));
    expect([...names].sort()).toEqual(
      expect.not.arrayContaining(['foreignObject', 'image', 'script', 'style', 'use']),
    );
    expect(textsOf(page).join('')).toContain('<script>alert(1)</script>');
    expect(escaped('a\u0000<b>&"')).toBe('a\ufffd&lt;b&gt;&amp;&quot;');
  });

  it('colours a token by its measure, and says the same with the line under it', () => {
    const surprising = record({ bytes: hex('塔'), text: '塔', probability: 0.01 });
    const page = draw({ pieces: joinPieces([surprising]) });
    const fills = [...page.querySelectorAll('rect')].map((one) => one.getAttribute('fill'));
    // Once in the text, once in the legend.
    expect(fills.filter((fill) => fill === COLOURS.light.steps[4]).length).toBe(2);
    expect(page.querySelectorAll(`line[stroke="${COLOURS.light.mark}"]`).length).toBeGreaterThanOrEqual(4);
  });

  it('leaves what a person wrote without a colour', () => {
    const typed = record({ bytes: hex('塔'), text: '塔', probability: 0.01, origin: 'forced' });
    const page = draw({ pieces: joinPieces([typed]), given: [{ from: 0, to: 1 }] });
    const fills = [...page.querySelectorAll('rect')].map((one) => one.getAttribute('fill'));
    expect(fills.filter((fill) => fill === COLOURS.light.steps[4]).length).toBe(1);
    expect(page.querySelectorAll(`line[stroke="${COLOURS.light.accent}"]`).length).toBe(1);
  });

  it('names the end token and shows bytes that are no character', () => {
    const end = record({ bytes: '', text: '', special: true });
    const broken = record({ bytes: 'e5a1', text: '' });
    const texts = textsOf(draw({ pieces: joinPieces([broken, end]) }));
    expect(texts).toEqual(expect.arrayContaining(['E5 A1', 'end']));
  });

  it('of a very long answer ends where a canvas would, and says how much is left', () => {
    const pieces = piecesOf(...Array.from({ length: 400 }, () => 'line\n'));
    const page = draw({ pieces });
    const left = textsOf(page).find((one) => one.endsWith(' more'));
    expect(left).toBe('… 175 more');
    expect(Number(page.documentElement.getAttribute('height'))).toBeLessThan(8000);
  });

  it('has the colours of the app', () => {
    const value = (name: string, look: Look): string => {
      const found = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css);
      return found?.[look === 'light' ? 1 : 2] ?? '';
    };
    for (const look of ['light', 'dark'] as const) {
      const { steps, ...others } = COLOURS[look];
      expect(steps.slice(1)).toEqual([1, 2, 3, 4].map((step) => value(`surprise-${step}`, look)));
      const names = {
        paper: 'paper',
        ink: 'ink',
        inkSoft: 'ink-soft',
        hairline: 'hairline',
        hairlineStrong: 'hairline-strong',
        accent: 'accent',
        track: 'bar-track',
        mark: 'surprise-mark',
      };
      for (const [key, name] of Object.entries(names))
        expect(others[key as keyof typeof others], `${look} ${name}`).toBe(value(name, look));
    }
  });

  it('has a name that every file system takes', () => {
    expect(fileNameOf('铁塔：在 <Paris>/1889?', 'png')).toBe('铁塔：在 Paris 1889.png');
    expect(fileNameOf('..', 'svg')).toBe('Vitrine.svg');
  });
});
