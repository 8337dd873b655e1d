/** Terms that carry an explanation; each has `term_NAME` and `term_NAME_explained` in both languages. */
export const TERMS = [
  'token',
  'token_id',
  'bytes',
  'probability',
  'after_settings',
  'rank',
  'entropy',
  'architecture',
  'parameters',
  'layers',
  'context',
  'vocabulary',
  'quantization',
  'memory',
  'memory_weights',
  'memory_cache',
  'memory_working',
  'memory_reserve',
  'template',
  'isq',
  'end_token',
  'tokens_per_character',
  'tokens_per_word',
] as const;

export type TermName = (typeof TERMS)[number];
