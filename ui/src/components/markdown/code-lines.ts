/** Code as lines of spans: what is drawn, with or without colours. */

export type Kind =
  'keyword' | 'string' | 'number' | 'comment' | 'name' | 'type' | 'attribute' | 'added' | 'removed';

export interface CodeSpan {
  text: string;
  kind: Kind | null;
}

export type CodeLine = readonly CodeSpan[];

export function sameLine(a: CodeLine, b: CodeLine): boolean {
  return (
    a.length === b.length && a.every((span, at) => span.text === b[at]?.text && span.kind === b[at]?.kind)
  );
}

export function textOf(line: CodeLine): string {
  return line.map((span) => span.text).join('');
}

/** Every line of the text, with the colours that are known: those of a little earlier, while it grows. */
export function withColours(text: string, coloured: readonly CodeLine[]): CodeLine[] {
  return text.split('\n').map((line, at) => {
    const known = coloured[at];
    if (known && textOf(known) === line) return known;
    return line === '' ? [] : [{ text: line, kind: null }];
  });
}

/** The name of the language out of what stands behind the fence: ```` ```python title="a.py" ````. */
export function languageOf(info: string): string {
  return /^[\w+#.-]*/.exec(info.trim())?.[0].toLowerCase() ?? '';
}
