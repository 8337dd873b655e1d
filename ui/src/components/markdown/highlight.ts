/**
 * Which words of a piece of code are what. Loaded when the first code block comes. The result is plain data:
 * lines of spans with the name of a kind, for which the style sheet has the colours.
 */
import { createLowlight } from 'lowlight';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

import { sameLine, type CodeLine, type CodeSpan, type Kind } from './code-lines';

const lowlight = createLowlight({
  bash, c, cpp, csharp, css, diff, go, ini, java, javascript, json, kotlin, lua, makefile, markdown, php,
  python, r, ruby, rust, sql, swift, typescript, xml, yaml,
}); // prettier-ignore
lowlight.registerAlias({
  bash: ['sh', 'shell', 'zsh', 'console'],
  ini: ['toml'],
  javascript: ['jsx', 'mjs'],
  typescript: ['tsx'],
  xml: ['html', 'svg', 'svelte', 'vue'],
});

/** The highlighter's fine names, as the few kinds that get a colour. */
const KINDS: Record<string, Kind> = {
  keyword: 'keyword',
  'selector-tag': 'keyword',
  tag: 'keyword',
  name: 'keyword',
  section: 'keyword',
  operator: 'keyword',
  string: 'string',
  regexp: 'string',
  link: 'string',
  quote: 'string',
  number: 'number',
  literal: 'number',
  symbol: 'number',
  comment: 'comment',
  doctag: 'comment',
  title: 'name',
  'title.function': 'name',
  'title.class': 'type',
  'selector-class': 'type',
  'selector-id': 'type',
  type: 'type',
  built_in: 'type',
  class: 'type',
  attr: 'attribute',
  attribute: 'attribute',
  property: 'attribute',
  meta: 'attribute',
  variable: 'attribute',
  'template-variable': 'attribute',
  addition: 'added',
  deletion: 'removed',
};

export function knows(language: string): boolean {
  return lowlight.registered(language);
}

/** The code as lines; a line that is what it was in `before` stays the same object. */
export function highlight(text: string, language: string, before: readonly CodeLine[] = []): CodeLine[] {
  const lines: CodeSpan[][] = [[]];
  visit(lowlight.highlight(language, text).children as readonly Tree[], null, lines);
  return lines.map((line, at) => {
    const old = before[at];
    return old && sameLine(old, line) ? old : line;
  });
}

interface Tree {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: readonly Tree[];
}

function visit(nodes: readonly Tree[], kind: Kind | null, lines: CodeSpan[][]): void {
  for (const node of nodes) {
    if (node.type === 'text') write(node.value ?? '', kind, lines);
    else visit(node.children ?? [], kindOf(node) ?? kind, lines);
  }
}

/** `["hljs-title", "function_"]` -> `title.function`. */
function kindOf(node: Tree): Kind | null {
  const names = Array.isArray(node.properties?.className) ? node.properties.className.map(String) : [];
  const scope = (names[0] ?? '').replace(/^hljs-/, '');
  const finer = names[1]?.replace(/_$/, '');
  return (finer && KINDS[`${scope}.${finer}`]) || KINDS[scope] || null;
}

function write(text: string, kind: Kind | null, lines: CodeSpan[][]): void {
  for (const [at, part] of text.split('\n').entries()) {
    if (at > 0) lines.push([]);
    if (part !== '') lines.at(-1)?.push({ text: part, kind });
  }
}
