/** Plain words for what the shell found out about a model. */
import type { ModelKind } from '../../client/bindings/ModelKind';
import type { PreflightCard } from '../../client/bindings/PreflightCard';
import type { Verdict } from '../../client/bindings/Verdict';
import type { Formats } from '../../i18n/formats';
import type { MessageKey, Values } from '../../i18n/messages';
import type { I18n } from '../../i18n/i18n.svelte';
import { errorText } from '../../i18n/error-text';

/** A page of a book holds about this many tokens. */
const TOKENS_PER_PAGE = 500;

/** Embedding models give numbers and reward models marks: nobody can talk to them, whether they could be loaded or not. */
export function writesNothing(kind: ModelKind): boolean {
  return kind === 'embedding' || kind === 'reward';
}

/** One or two short sentences: what it is for, and how large it is. */
export function about(card: PreflightCard, { t }: I18n): string {
  const kind = t(`kind_${card.info.traits.kind}`);
  // Of a model that nobody talks to, the size tells nothing.
  return writesNothing(card.info.traits.kind) ? kind : t('about', { kind, size: t(`size_${card.size}`) });
}

/** An estimate is shown as one: no more digits than it has. */
export function speed(tokensPerSecond: number, formats: Formats): string {
  if (tokensPerSecond < 1) return `< ${formats.integer(1)}`;
  if (tokensPerSecond < 10) return formats.integer(Math.round(tokensPerSecond));
  const step = tokensPerSecond < 100 ? 5 : tokensPerSecond < 1000 ? 50 : 500;
  return formats.integer(Math.round(tokensPerSecond / step) * step);
}

/** The verdict and its reason as a sentence. */
export function verdictText(verdict: Verdict, path: string, i18n: I18n, facts: Values = {}): string {
  const { t, formats } = i18n;
  switch (verdict.verdict) {
    case 'runs_well':
      return t('verdict_runs_well_why', { speed: speed(verdict.tokens_per_second, formats) });
    case 'slow':
      return t(`verdict_slow_${verdict.reason}` as MessageKey, {
        speed: speed(verdict.tokens_per_second, formats),
      });
    case 'wont_fit':
      return t('verdict_wont_fit_why', {
        needed: formats.bytes(verdict.needed_bytes),
        free: formats.bytes(verdict.free_bytes),
      });
    case 'unsupported': {
      const error = { code: verdict.kind, detail: verdict.detail, facts: facts as Record<string, string> };
      return errorText(error, path, formats, t).sentence;
    }
  }
}

/** How much text fits into a context, in pages of a book. */
export function pages(tokens: number): number {
  return Math.max(1, Math.round(tokens / TOKENS_PER_PAGE));
}
