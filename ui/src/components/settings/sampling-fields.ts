/** The settings of a turn that are numbers: their range, step and what "changes nothing" or "default" is. */
import type { Sampling } from '../../client/bindings/Sampling';
import type { TurnSettings } from '../../client/bindings/TurnSettings';

export type FieldName =
  | 'temperature'
  | 'top_p'
  | 'max_tokens'
  | 'top_k'
  | 'min_p'
  | 'repetition_penalty'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'penalty_window';

export interface Field {
  name: FieldName;
  min: number;
  max: number;
  step: number;
  /** What "reset" puts back. */
  initial: number;
  get: (settings: TurnSettings) => number;
  set: (settings: TurnSettings, value: number) => TurnSettings;
}

function sampled(name: keyof Sampling & FieldName): Pick<Field, 'get' | 'set'> {
  return {
    get: (settings) => settings.sampling[name],
    set: (settings, value) => ({ ...settings, sampling: { ...settings.sampling, [name]: value } }),
  };
}

/** `initial` is what `TurnSettings::default()` has in the contract. */
export const MAIN_FIELDS: readonly Field[] = [
  { name: 'temperature', min: 0, max: 2, step: 0.05, initial: 0.7, ...sampled('temperature') },
  { name: 'top_p', min: 0.05, max: 1, step: 0.01, initial: 0.95, ...sampled('top_p') },
  {
    name: 'max_tokens',
    min: 16,
    max: 4096,
    step: 16,
    initial: 1024,
    get: (settings) => settings.max_tokens,
    set: (settings, value) => ({ ...settings, max_tokens: value }),
  },
];

export const MORE_FIELDS: readonly Field[] = [
  { name: 'top_k', min: 0, max: 200, step: 1, initial: 0, ...sampled('top_k') },
  { name: 'min_p', min: 0, max: 0.5, step: 0.01, initial: 0, ...sampled('min_p') },
  {
    name: 'repetition_penalty',
    min: 0.5,
    max: 2,
    step: 0.05,
    initial: 1,
    ...sampled('repetition_penalty'),
  },
  { name: 'frequency_penalty', min: 0, max: 2, step: 0.05, initial: 0, ...sampled('frequency_penalty') },
  { name: 'presence_penalty', min: 0, max: 2, step: 0.05, initial: 0, ...sampled('presence_penalty') },
  { name: 'penalty_window', min: 0, max: 512, step: 8, initial: 64, ...sampled('penalty_window') },
];

/** Fields whose picture marks what stood in the text before. */
export const PENALTIES: readonly FieldName[] = [
  'repetition_penalty',
  'frequency_penalty',
  'presence_penalty',
  'penalty_window',
];

/** Text of the seed box -> seed: a whole number from 0 to 2^53 - 1, `undefined` for "random". */
export function parseSeed(text: string): number | undefined {
  const digits = text.trim();
  if (!/^\d+$/.test(digits)) return undefined;
  const seed = Number(digits);
  return Number.isSafeInteger(seed) ? seed : undefined;
}

/** The settings with this seed, or with a random one for every answer. */
export function withSeed(settings: TurnSettings, seed: number | undefined): TurnSettings {
  const sampling: Sampling = { ...settings.sampling };
  delete sampling.seed;
  if (seed !== undefined) sampling.seed = seed;
  return { ...settings, sampling };
}
