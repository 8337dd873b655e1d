/** The settings that reshape the candidates of one place; `neutral` leaves the model's opinion as it is. */
import type { Sampling } from '../../client/bindings/Sampling';

export type StepFieldName =
  | 'temperature'
  | 'top_k'
  | 'top_p'
  | 'min_p'
  | 'repetition_penalty'
  | 'frequency_penalty'
  | 'presence_penalty';

export interface StepField {
  name: StepFieldName & keyof Sampling;
  min: number;
  max: number;
  step: number;
  neutral: number;
}

/** What shapes the draw most; as much as one takes in at once. */
export const MAIN_STEP_FIELDS: readonly StepField[] = [
  { name: 'temperature', min: 0, max: 2, step: 0.05, neutral: 1 },
  { name: 'top_k', min: 0, max: 100, step: 1, neutral: 0 },
  { name: 'top_p', min: 0, max: 1, step: 0.01, neutral: 1 },
];

/** Under "more". */
export const MORE_STEP_FIELDS: readonly StepField[] = [
  { name: 'min_p', min: 0, max: 0.5, step: 0.01, neutral: 0 },
  { name: 'repetition_penalty', min: 0.8, max: 2, step: 0.05, neutral: 1 },
  { name: 'frequency_penalty', min: -1, max: 2, step: 0.05, neutral: 0 },
  { name: 'presence_penalty', min: -1, max: 2, step: 0.05, neutral: 0 },
];
