/** What of an answer is on the screen as text, without drawing it: what a search in a conversation looks through. */
import type { Token, Tokens } from 'marked';

import { BlockLexer } from '../markdown/lex';
import { splitReply } from '../markdown/thinking';

/** Without any of these, formatted text is the text itself. */
const MARKUP = /[*_`~#[\]|>$\\<&+-]|^\s*\d+[.)]/m;

/** The words of formatted text, block by block. */
export function plainText(markdown: string): string {
  const { thoughts, answer } = splitReply(markdown);
  const parts = thoughts ? [thoughts, answer] : [answer];
  return parts
    .map((part) => (MARKUP.test(part) ? blocks(new BlockLexer().update(part, false)) : part))
    .join('\n');
}

function blocks(tokens: readonly Token[]): string {
  return tokens.map(block).join('\n');
}

function block(token: Token): string {
  if (token.type === 'list')
    return (token as Tokens.List).items.map((item) => blocks(item.tokens)).join('\n');
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].map((row) => row.map((cell) => inlines(cell.tokens)).join('\n')).join('\n');
  }
  if (token.type === 'blockquote') return blocks(inner(token));
  if (token.type === 'math' || token.type === 'hr') return '';
  return token.type === 'html' ? token.raw : inner(token).length > 0 ? inlines(inner(token)) : textOf(token);
}

function inlines(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'math') return '';
      if (token.type === 'br') return '\n';
      return inner(token).length > 0 ? inlines(inner(token)) : textOf(token);
    })
    .join('');
}

const inner = (token: Token): Token[] => ('tokens' in token && token.tokens) || [];
const textOf = (token: Token): string =>
  'text' in token && typeof token.text === 'string' ? token.text : token.raw;
