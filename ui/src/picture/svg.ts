/**
 * An answer with its tokens as an SVG: plain shapes and text, no style sheet, no scripts, nothing from outside, so that it
 * opens everywhere and stays as it is. Every run of text says how wide it is to be, so that another font moves nothing.
 */
import type { TokenRecord } from '../client/bindings/TokenRecord';
import { inRun, type Run as Given } from '../tokens/given';
import type { Piece } from '../tokens/pieces';
import { pieceShare, surpriseStep, type Measure, type SurpriseStep } from '../tokens/probability';
import { COLOURS, type Colours, type Look } from './colours';
import { CHIP, linesOf, type Line, type Ruler, type Run } from './lines';

export interface Words {
  /** Name of the conversation. */
  title: string;
  /** Model, day. */
  below: string;
  /** What the colour tells. */
  measure: string;
  expected: string;
  surprising: string;
  /** For who can't see it. */
  alt: string;
  /** By which app. */
  made: string;
  /** In the chip of a control token that ends the answer. */
  end: string;
  /** Where the picture ends before the answer does. */
  more: (tokens: number) => string;
}

export interface PictureOptions {
  pieces: readonly Piece<TokenRecord>[];
  measure: Measure;
  /** What a person wrote. */
  given: readonly Given[];
  look: Look;
  words: Words;
  ruler: Ruler;
  /** BCP 47, of the words around the answer: which Chinese forms a font takes. */
  language: string;
}

export interface Picture {
  svg: string;
  /** Pixels. */
  width: number;
  height: number;
}

/** In pixels; what is drawn and what is measured use the same. */
export const TEXT_SIZE = 17;
export const CHIP_SIZE = 13;
export const SANS =
  "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif";
export const MONO =
  "'JetBrains Mono', 'Cascadia Mono', 'SF Mono', 'Noto Sans Mono', 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace";

const WIDTH = 800;
const MARGIN = 44;
const INSIDE = WIDTH - 2 * MARGIN;
const LINE = 34;
/** Of a line: from its top to where letters stand. */
const BASE = 23;
const TITLE_LINE = 30;
/** A picture of more lines is taller than canvases are. */
const MOST_LINES = 225;
const MOST_TITLE_LINES = 3;

export function escaped(text: string): string {
  return (
    text
      // XML 1.0 has no place for these, not even escaped.
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

/** The line under a token says what its colour says: dots, dashes, a line, a double line. */
function underline(step: SurpriseStep, x: number, y: number, width: number, colour: string): string {
  if (step === 0 || width <= 0) return '';
  const line = (at: number, thick: number, dash = ''): string =>
    `<line x1="${n(x)}" y1="${n(at)}" x2="${n(x + width)}" y2="${n(at)}" stroke="${colour}" stroke-width="${thick}"${dash && ` stroke-dasharray="${dash}"`}/>`;
  if (step === 1) return line(y, 1, '1 2');
  if (step === 2) return line(y, 1.5, '4 2.5');
  return step === 3 ? line(y, 2) : line(y - 1.5, 1.2) + line(y + 1.5, 1.2);
}

function textAt(x: number, y: number, width: number, fill: string, text: string): string {
  const fit = width > 0 ? ` textLength="${n(width)}" lengthAdjust="spacingAndGlyphs"` : '';
  return `<text x="${n(x)}" y="${n(y)}" fill="${fill}"${fit} xml:space="preserve">${escaped(text)}</text>`;
}

function drawRun(run: Run<TokenRecord>, top: number, options: PictureOptions, colours: Colours): string {
  const x = MARGIN + run.x;
  if (run.kind === 'chip') {
    return (
      `<rect x="${n(x)}" y="${n(top + 7)}" width="${n(run.width)}" height="21" rx="4" fill="none" stroke="${colours.hairlineStrong}"/>` +
      `<text x="${n(x + CHIP.inside)}" y="${n(top + BASE - 1)}" fill="${colours.inkSoft}" font-size="${CHIP_SIZE}" font-family="${MONO}">${escaped(run.text)}</text>`
    );
  }
  const own = !options.given.some((given) => inRun(run.piece.index, given));
  const step = own ? surpriseStep(pieceShare(run.piece, options.measure)) : 0;
  // The colour stands under the letters alone, not under the space before them.
  const lead = run.text.length - run.text.trimStart().length;
  const space = lead === 0 ? 0 : options.ruler(run.text.slice(0, lead), 'text');
  const [from, width] = [x + space, run.width - space];
  const fill = colours.steps[step];
  const parts: string[] = [];
  if (width > 0 && fill)
    parts.push(
      `<rect x="${n(from)}" y="${n(top + 4)}" width="${n(width)}" height="26" rx="3" fill="${fill}"/>`,
    );
  if (own) parts.push(underline(step, from, top + 29, width, colours.mark));
  else
    parts.push(
      `<line x1="${n(from)}" y1="${n(top + 29)}" x2="${n(from + width)}" y2="${n(top + 29)}" stroke="${colours.accent}" stroke-width="1.5" stroke-dasharray="5 3"/>`,
    );
  parts.push(textAt(from, top + BASE, width, colours.ink, run.text.slice(lead)));
  if (run.ends && run.piece.tokens.length > 1 && width > 0)
    parts.push(
      `<rect x="${n(from - 0.5)}" y="${n(top + 4.5)}" width="${n(width + 1)}" height="25" rx="3" fill="none" stroke="${colours.hairlineStrong}" stroke-dasharray="1 2"/>`,
    );
  return parts.join('');
}

function legend(top: number, { words, ruler }: PictureOptions, colours: Colours): string {
  const small = 13 / TEXT_SIZE;
  const parts = [
    `<text x="${MARGIN}" y="${n(top + 15)}" fill="${colours.inkSoft}">${escaped(words.measure)}</text>`,
  ];
  let x = MARGIN;
  const y = top + 24;
  parts.push(
    `<text x="${n(x)}" y="${n(y + 14)}" fill="${colours.inkSoft}">${escaped(words.expected)}</text>`,
  );
  x += ruler(words.expected, 'text') * small + 8;
  for (const step of [0, 1, 2, 3, 4] as const) {
    const fill = colours.steps[step];
    parts.push(
      `<rect x="${n(x)}" y="${n(y)}" width="22" height="18" rx="3" fill="${fill ?? 'none'}" stroke="${colours.hairline}"/>`,
      underline(step, x, y + 18, 22, colours.mark),
    );
    x += 26;
  }
  parts.push(
    `<text x="${n(x + 4)}" y="${n(y + 14)}" fill="${colours.inkSoft}">${escaped(words.surprising)}</text>`,
    `<text x="${WIDTH - MARGIN}" y="${n(y + 14)}" text-anchor="end" fill="${colours.inkSoft}">${escaped(words.made)}</text>`,
  );
  return `<g font-size="13">${parts.join('')}</g>`;
}

/** The title in lines of the picture's width; a very long one is cut. */
function titleLines(title: string, ruler: Ruler): string[] {
  const grown = 22 / TEXT_SIZE;
  const piece = { index: 0, start: 0, tokens: [], text: title.replace(/\s+/g, ' '), stretches: [] };
  const lines = linesOf([piece], INSIDE / grown, ruler, () => '').map((line) =>
    line.runs.map((run) => run.text).join(''),
  );
  if (lines.length <= MOST_TITLE_LINES) return lines;
  return [...lines.slice(0, MOST_TITLE_LINES - 1), `${lines[MOST_TITLE_LINES - 1]} …`];
}

export function drawAnswer(options: PictureOptions): Picture {
  const { pieces, words, look, ruler, language } = options;
  const colours = COLOURS[look];
  const chipText = (piece: Piece<TokenRecord>): string => {
    const [first] = piece.tokens;
    return first?.special
      ? words.end
      : piece.tokens.map(({ bytes }) => bytes.toUpperCase().replace(/(..)(?=.)/g, '$1 ')).join(' ');
  };
  const all = linesOf(pieces, INSIDE, ruler, chipText);
  const lines: readonly Line<TokenRecord>[] = all.slice(0, MOST_LINES);
  const last = pieces.at(-1);
  const count = last ? last.start + last.tokens.length : 0;
  const left = lines.length < all.length ? count - (lines.at(-1)?.tokens ?? 0) : 0;

  const title = titleLines(words.title, ruler);
  let y = MARGIN;
  const parts: string[] = [];
  for (const line of title) {
    parts.push(
      `<text x="${MARGIN}" y="${n(y + 20)}" font-size="22" font-weight="600" fill="${colours.ink}">${escaped(line)}</text>`,
    );
    y += TITLE_LINE;
  }
  parts.push(
    `<text x="${MARGIN}" y="${n(y + 16)}" font-size="14" fill="${colours.inkSoft}">${escaped(words.below)}</text>`,
  );
  y += 44;
  for (const line of lines) {
    for (const run of line.runs) parts.push(drawRun(run, y, options, colours));
    y += line.runs.length === 0 ? LINE / 2 : LINE;
  }
  if (left > 0) {
    parts.push(textAt(MARGIN, y + BASE, 0, colours.inkSoft, `… ${words.more(left)}`));
    y += LINE;
  }
  y += 20;
  parts.push(
    `<line x1="${MARGIN}" y1="${n(y)}" x2="${WIDTH - MARGIN}" y2="${n(y)}" stroke="${colours.hairline}"/>`,
  );
  y += 12;
  parts.push(legend(y, options, colours));
  const height = Math.ceil(y + 46 + MARGIN - 12);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" xml:lang="${escaped(language)}" lang="${escaped(language)}" font-family="${SANS}" font-size="${TEXT_SIZE}">` +
    `<title>${escaped(words.alt)}</title>` +
    `<rect width="${WIDTH}" height="${height}" fill="${colours.paper}"/>${parts.join('')}</svg>\n`;
  return { svg, width: WIDTH, height };
}
