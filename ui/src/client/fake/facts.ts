/** What the double says of an answer. */
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { AnswerFacts } from '../upcoming';

export function facts(
  records: TokenRecord[],
  settings: TurnSettings,
  stop_reason: AnswerFacts['stop_reason'],
  { info }: Pick<ModelLoaded, 'info'>,
): AnswerFacts {
  return {
    model_name: info.name,
    model_fingerprint: `fake:${info.path}`,
    settings,
    seed: settings.sampling.seed ?? 20240229,
    ...(stop_reason ? { stop_reason } : {}),
    prompt_tokens: records[0]?.position ?? 0,
    ...counts(records),
  };
}

export function counts(
  records: TokenRecord[],
): Pick<AnswerFacts, 'completion_tokens' | 'first_token_ms' | 'decode_ms'> {
  return {
    completion_tokens: records.length,
    first_token_ms: records.length > 0 ? 46 : 0,
    decode_ms: records.slice(1).reduce((sum, one) => sum + one.micros / 1000, 0),
  };
}
