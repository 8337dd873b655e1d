/**
 * How wide characters are drawn, in pixels, without asking the page for each: rows have to be broken before anything
 * of them is drawn. Measured once a character with the page's own font.
 */

/** Pixels of 1 rem. */
export function rem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/;

export class TextWidth {
  readonly #size: number;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #ascii = new Float32Array(128);
  readonly #others = new Map<string, number>();

  /** `size`: of the font in rem. */
  constructor(size = 1) {
    this.#size = size * rem();
    this.#context = document.createElement('canvas').getContext?.('2d') ?? null;
    if (this.#context) {
      this.#context.font = `${this.#size}px ${getComputedStyle(document.body).fontFamily || 'sans-serif'}`;
    }
  }

  /** The width of one character (grapheme cluster) at `[start, end)` of a text. */
  of(text: string, start: number, end: number): number {
    const code = text.charCodeAt(start);
    if (code < 0x80) {
      let width = this.#ascii[code] ?? 0;
      if (width === 0) this.#ascii[code] = width = this.#measure(this.#shown(code));
      return width;
    }
    if (end === start + 1 && WIDE.test(text.charAt(start))) return this.#size;
    const character = text.slice(start, end);
    let width = this.#others.get(character);
    if (width === undefined) {
      width = this.#measure(character);
      this.#others.set(character, width);
    }
    return width;
  }

  /** The width of a text, character by character: without the shaping between them, so never too small. */
  sum(text: string): number {
    let width = 0;
    for (let at = 0; at < text.length;) {
      const end = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
      width += this.of(text, at, end);
      at = end;
    }
    return width;
  }

  #shown(code: number): string {
    if (code === 0x20) return '␣';
    if (code === 0x0a || code === 0x0d) return '↵';
    return code < 0x20 || code === 0x7f ? '⇥' : String.fromCharCode(code);
  }

  #measure(character: string): number {
    const measured = this.#context?.measureText(character).width ?? 0;
    return measured > 0 ? measured : this.#size * 0.6;
  }
}
