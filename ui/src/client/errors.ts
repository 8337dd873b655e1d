/** What the UI does about an error. Codes are acted on; English text is never matched. */
import type { AppError } from './bindings/AppError';
import type { ErrorCode } from './bindings/ErrorCode';

/** `unexpected`: something that is no `AppError` was thrown, a fault of this program. */
export type ErrorCodeOrUnexpected = ErrorCode | 'unexpected';

export interface ShownError {
  code: ErrorCodeOrUnexpected;
  detail: string;
  facts: Record<string, string | number>;
}

/** The one thing that the card offers to do about it. */
export type ErrorAction =
  | 'start_bundled'
  | 'open_file'
  | 'open_folder'
  | 'load_again'
  | 'try_again'
  | 'new_conversation'
  | 'choose_model'
  | 'none';

/** One table decides the next step of every code; the sentences stand in `messages/*.json`. */
export const ERROR_ACTIONS: Record<ErrorCodeOrUnexpected, ErrorAction> = {
  not_found: 'open_file',
  permission_denied: 'load_again',
  read_failed: 'load_again',
  folder_without_model: 'open_folder',
  empty_file: 'open_file',
  not_a_model: 'open_file',
  truncated: 'open_file',
  missing_parts: 'open_file',
  corrupt: 'open_file',
  unsupported_version: 'open_file',
  unsupported_architecture: 'start_bundled',
  unsupported_quantization: 'open_file',
  unsupported_tokenizer: 'start_bundled',
  template_failed: 'choose_model',
  sandboxed: 'load_again',
  not_enough_memory: 'load_again',
  not_enough_disk: 'load_again',
  unsupported_processor: 'none',
  no_model: 'choose_model',
  no_tokenizer: 'open_file',
  no_template: 'none',
  no_embeddings: 'open_file',
  text_too_long: 'none',
  busy: 'try_again',
  context_full: 'choose_model',
  token_without_embedding: 'choose_model',
  invalid_params: 'try_again',
  unknown_method: 'none',
  parse_error: 'try_again',
  engine_failed: 'load_again',
  worker_missing: 'none',
  worker_crashed: 'load_again',
  worker_killed: 'load_again',
  worker_out_of_memory: 'load_again',
  stopped_before: 'load_again',
  worker_unresponsive: 'load_again',
  cancelled: 'try_again',
  database: 'try_again',
  history_set_aside: 'none',
  history_too_new: 'none',
  disk_full: 'try_again',
  read_only_folder: 'try_again',
  history_in_use: 'try_again',
  history_missing: 'none',
  backup_unreadable: 'none',
  history_not_writable: 'try_again',
  no_such_item: 'none',
  io: 'try_again',
  other_model: 'choose_model',
  no_record: 'none',
  not_waiting: 'none',
  attachment_too_large: 'none',
  attachment_not_text: 'none',
  internal: 'try_again',
  unknown: 'none',
  unexpected: 'try_again',
};

/** Any thrown value as something that can be shown. */
export function toShownError(thrown: unknown): ShownError {
  if (isAppError(thrown)) return { code: thrown.code, detail: thrown.detail, facts: thrown.facts };
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : JSON.stringify(thrown);
  return { code: 'unexpected', detail: detail ?? String(thrown), facts: {} };
}

function isAppError(value: unknown): value is AppError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    Object.hasOwn(ERROR_ACTIONS, value.code) &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'facts' in value &&
    typeof value.facts === 'object' &&
    value.facts !== null
  );
}
