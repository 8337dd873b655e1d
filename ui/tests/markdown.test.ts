/** Markdown while it grows, formulas, code by kind of word, and thoughts told apart from the answer. */
import { waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { languageOf, textOf, withColours } from '../src/components/markdown/code-lines';
import CodeBlock from '../src/components/markdown/CodeBlock.svelte';
import { highlight } from '../src/components/markdown/highlight';
import { setMath } from '../src/components/markdown/katex';
import { BlockLexer } from '../src/components/markdown/lex';
import Markdown from '../src/components/markdown/Markdown.svelte';
import Reply from '../src/components/markdown/Reply.svelte';
import { costOf, splitReply } from '../src/components/markdown/thinking';
import { TokenStream } from '../src/stores/token-stream.svelte';
import { show, stage, word } from './support';

const PARTS = [
  'A paragraph with **bold**, *italics* and `code`.',
  '## A heading',
  '- one\n- two\n  - deeper\n\n- loose',
  '1. first\n2. second',
  '| a | b |\n|---|:-:|\n| 1 | 2 |',
  '```python\nfor x in y:\n\n    print(x)\n```',
  '> quoted\nlazily',
  '$$\\frac{1}{2}$$',
  '\\[x^2\n+ y\\]',
  'Text with $a+b$ and \\(c\\), for $5 or $6.',
  '    indented code',
  'Setext\n======',
  '---',
  '<b>shown as text</b>',
  '埃菲尔铁塔在**法国**的首都。',
];

/** Small, seeded, the same on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const shape = (blocks: readonly { type: string; raw: string }[]): string[] =>
  blocks.map((block) => `${block.type}: ${block.raw.trim()}`);

describe('BlockLexer', () => {
  it('comes to the same blocks, however the text arrived', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const next = random(seed);
      const text = Array.from({ length: 8 }, () => PARTS[Math.floor(next() * PARTS.length)]).join(
        next() < 0.5 ? '\n\n' : '\n\n\n',
      );
      const growing = new BlockLexer();
      for (let at = 0; at < text.length;) {
        at += 1 + Math.floor(next() * 9);
        growing.update(text.slice(0, at), true);
      }
      const whole = new BlockLexer().update(text, false);
      expect(shape(growing.update(`${text}\n\n`, true)), text).toEqual(shape(whole));
      expect(shape(growing.update(text, false)), text).toEqual(shape(whole));
    }
  });

  it('leaves finished blocks alone while more comes', () => {
    const lexer = new BlockLexer();
    const [first, second] = lexer.update('one\n\ntwo\n\nthree\n\nfour', true);
    const later = lexer.update('one\n\ntwo\n\nthree\n\nfour and **more', true);
    expect(later[0]).toBe(first);
    expect(later[1]).toBe(second);
    expect(lexer.update('one\n\ntwo\n\nthree\n\nfour and **more**', false)[0]).toBe(first);
  });

  it('reads a link whose address comes last', () => {
    const lexer = new BlockLexer();
    lexer.update('see [the page][1]\n\nb\n\nc\n\nd', true);
    const text = 'see [the page][1]\n\nb\n\nc\n\n[1]: https://example.org';
    expect(JSON.stringify(lexer.update(text, false)[0])).toContain('"type":"link"');
  });

  it('starts again with another text', () => {
    const lexer = new BlockLexer();
    lexer.update('one\n\ntwo\n\nthree\n\nfour', true);
    expect(shape(lexer.update('# other', true))).toEqual(['heading: # other']);
  });
});

describe('Markdown', () => {
  it('closes a bold word, a fence and a formula while they are written', async () => {
    const { app } = await stage();
    for (const [text, selector] of [
      ['a **bold', 'strong'],
      ['```js\nlet a', 'pre code'],
      ['$$\\frac{1}{2}', '.formula.display'],
      ['\\[x', '.formula.display'],
    ] as const) {
      const { container, unmount } = show(app, Markdown, { text, writing: true });
      expect(container.querySelector(selector), text).not.toBeNull();
      unmount();
    }
  });

  it('shows half a link as its words, never an address that is not there', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, { text: 'see [the page](https://exa', writing: true });
    expect(container.textContent.trim()).toBe('see the page');
  });

  it('keeps the nodes of blocks that are done', async () => {
    const { app } = await stage();
    const { container, rerender } = show(app, Markdown, { text: 'one\n\ntwo\n\nthr', writing: true });
    const before = [...container.querySelectorAll('p')];
    const props = { text: 'one\n\ntwo\n\nthree\n\n```js\nlet a = 1', writing: true };
    await rerender({ props: { props } } as Record<string, unknown>);
    expect([...container.querySelectorAll('p')]).toEqual(before);
    expect(before[2]).toHaveTextContent('three');
  });

  it('sets formulas and leaves money alone', async () => {
    const { app } = await stage();
    const { container } = show(app, Markdown, { text: 'It is $x^2$, for $5 or $6, and $broken{$.' });
    await waitFor(() => expect(container.querySelector('.katex')).not.toBeNull(), { timeout: 10_000 });
    expect(container.textContent).toContain('for $5 or $6');
    expect(container.textContent).toContain('broken{');
    expect(container.querySelectorAll('.katex')).toHaveLength(1);
  });
});

describe('setMath', () => {
  it('has no style attribute that the content policy would refuse, and keeps what it draws', () => {
    const node = setMath('\\enclose{box}{x}', true) ?? setMath('\\boxed{\\frac{a}{b}}', true);
    const place = document.createElement('div');
    if (node) place.append(node);
    expect(place.querySelector('.katex-mathml [style]')).toBeNull();
    expect(place.querySelector('annotation')?.textContent).toContain('{');
  });

  it('says no to what it can not read, to links and to macros without end', () => {
    expect(setMath('\\frac{1}', false)).toBeNull();
    expect(setMath('\\def\\a{\\a\\a}\\a', false)).toBeNull();
    const link = setMath('\\href{https://example.org}{x}', false);
    const place = document.createElement('div');
    if (link) place.append(link);
    expect(place.querySelector('a')).toBeNull();
  });
});

describe('code', () => {
  it('is coloured by kind without losing a character', () => {
    const text = 'fn main() {\n    // said aloud\n    println!("{}", 42);\n}\n';
    const lines = highlight(text, 'rust');
    expect(lines.map(textOf).join('\n')).toBe(text);
    expect(lines[0]).toContainEqual({ text: 'fn', kind: 'keyword' });
    expect(lines.flat().some((span) => span.kind === 'comment')).toBe(true);
    expect(lines.flat().some((span) => span.kind === 'string')).toBe(true);
  });

  it('keeps lines that did not change', () => {
    const before = highlight('let a = 1;\nlet b', 'js');
    const after = highlight('let a = 1;\nlet b = 2;', 'js', before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('shows new lines at once, their colours a moment later', () => {
    const coloured = highlight('let a = 1;', 'js');
    const lines = withColours('let a = 1;\nlet b', coloured);
    expect(lines[0]).toBe(coloured[0]);
    expect(lines[1]).toEqual([{ text: 'let b', kind: null }]);
  });

  it('names its language, whatever else stands behind the fence', () => {
    expect(languageOf('Python title="a.py"')).toBe('python');
    expect(languageOf('c++')).toBe('c++');
    expect(languageOf('')).toBe('');
  });

  it('is drawn as it was written', async () => {
    const { app } = await stage();
    const text = 'def f(x):\n\treturn "<b>" + x  \n';
    const { container } = show(app, CodeBlock, { text, language: 'python' });
    await waitFor(() => expect(container.querySelector('.keyword')).toHaveTextContent('def'), {
      timeout: 10_000,
    });
    expect(container.querySelector('code')?.textContent).toBe(text);
  });
});

describe('thoughts', () => {
  it('are told apart at the beginning of an answer only', () => {
    expect(splitReply('<think>\nhm\n</think>\n\nYes.')).toMatchObject({
      thoughts: 'hm',
      thinking: false,
      answer: 'Yes.',
    });
    expect(splitReply('<think>hm')).toMatchObject({ thoughts: 'hm', thinking: true, answer: '' });
    expect(splitReply('well\n</think>\n\nYes.')).toMatchObject({ thoughts: 'well', answer: 'Yes.' });
    expect(splitReply('The mark `</think>` ends it.').thoughts).toBeNull();
    expect(splitReply('Yes. <think>').thoughts).toBeNull();
  });

  it('cost their tokens and the time of computing them', () => {
    const tokens = ['<think>', 'a', 'b', '</think>', '\n\n', 'Yes'].map((text) =>
      word(text, { micros: 2000 }),
    );
    const end = splitReply('<think>ab</think>\n\nYes').thoughtsEnd;
    expect(costOf(TokenStream.of(tokens).pieces, end)).toEqual({ tokens: 4, ms: 6 });
  });

  it('are folded, with what they took; an answer without them has no fold', async () => {
    const { app } = await stage();
    app.chat.streams.set(
      3,
      TokenStream.of(['<think>', 'a', '</think>', 'Yes'].map((text) => word(text, { micros: 500_000 }))),
    );
    const { container } = show(app, Reply, { text: '<think>a</think>Yes', messageId: 3 });
    const fold = container.querySelector('details');
    expect(fold?.open).toBe(false);
    expect(fold).toHaveTextContent('3 tokens');
    expect(fold).toHaveTextContent('1 s');
    const plain = show(app, Reply, { text: 'Yes', messageId: 4 });
    expect(plain.container.querySelector('details')).toBeNull();
  });
});
