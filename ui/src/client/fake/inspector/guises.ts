/** The double's guises of a word. The few characters that it writes otherwise stand for a table of thousands. */
import type { Guise } from '../../bindings/Guise';

const SIMPLE = '学说爱铁国东车门见词';
const FULL = '學說愛鐵國東車門見詞';

function swap(text: string, from: string, to: string): string {
  return [...text].map((one) => (from.includes(one) ? (to[from.indexOf(one)] ?? one) : one)).join('');
}

function shift(text: string, wide: boolean): string {
  return [...text]
    .map((one) => {
      const code = one.codePointAt(0) ?? 0;
      if (wide && code > 0x20 && code < 0x7f) return String.fromCodePoint(code + 0xfee0);
      if (!wide && code > 0xff00 && code < 0xff5f) return String.fromCodePoint(code - 0xfee0);
      return one;
    })
    .join('');
}

export function guisesOf(text: string): Pick<Guise, 'kind' | 'text'>[] {
  const bare = text.trimStart();
  const all: Pick<Guise, 'kind' | 'text'>[] = [
    { kind: 'as_typed', text },
    { kind: 'leading_space', text: ` ${bare}` },
    { kind: 'no_space', text: bare },
    { kind: 'lower', text: text.toLowerCase() },
    { kind: 'upper', text: text.toUpperCase() },
    { kind: 'title', text: bare.slice(0, 1).toUpperCase() + bare.slice(1).toLowerCase() },
    { kind: 'full_width', text: shift(text, true) },
    { kind: 'half_width', text: shift(text, false) },
    { kind: 'simplified', text: swap(text, FULL, SIMPLE) },
    { kind: 'traditional', text: swap(text, SIMPLE, FULL) },
    { kind: 'composed', text: text.normalize('NFC') },
    { kind: 'decomposed', text: text.normalize('NFD') },
  ];
  return all.filter((one, at) => all.findIndex((other) => other.text === one.text) === at);
}
