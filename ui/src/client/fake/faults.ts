/** Errors as the shell gives them, and waiting. */
import type { AppError } from '../bindings/AppError';
import type { ErrorCode } from '../bindings/ErrorCode';

export function fault(code: ErrorCode, detail: string, facts: AppError['facts'] = {}): AppError {
  return { code, detail, facts };
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
