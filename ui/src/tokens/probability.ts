/** How probabilities are shown: the ramp's steps, the dots that say the same without colour, and words. */
import type { Alternative } from '../client/bindings/Alternative';
import type { TokenLayer } from '../client/bindings/TokenLayer';
import type { TokenRecord } from '../client/bindings/TokenRecord';
import type { Piece } from './pieces';

/** 0 expected (calm) to 4 very surprising (warm). */
export type SurpriseStep = 0 | 1 | 2 | 3 | 4;

/** Lower ends of steps 0 to 3. */
export const STEP_BOUNDS = [0.8, 0.5, 0.2, 0.05] as const;

export function surpriseStep(probability: number): SurpriseStep {
  const step = STEP_BOUNDS.findIndex((bound) => probability >= bound);
  return (step === -1 ? 4 : step) as SurpriseStep;
}

/** The same as the colour, for eyes and printers without it. */
export function surpriseDots(step: SurpriseStep): string {
  return '•'.repeat(step);
}

/** The model's chance for a whole piece: for a character of several tokens, of all of them together. */
export function pieceProbability(piece: Piece<TokenRecord>): number {
  return piece.tokens.reduce((product, record) => product * record.probability, 1);
}

/** What the colours measure. */
export type Measure = Exclude<TokenLayer, 'off'>;

/** The token's chance as a share of the best option's: 1 where the best one was taken. */
export function shareOfBest(record: TokenRecord): number {
  const best = record.alternatives[0]?.probability ?? record.probability;
  return best > 0 ? Math.min(1, record.probability / best) : 1;
}

/**
 * What a token is coloured by, 0 to 1. An unsure model that takes its best option is surprising by
 * probability and not surprising against the best option: the two modes answer different questions.
 */
export function tokenShare(record: TokenRecord, measure: Measure): number {
  return measure === 'probability' ? record.probability : shareOfBest(record);
}

/** The same for a whole piece: for a character of several tokens, of all of them together. */
export function pieceShare(piece: Piece<TokenRecord>, measure: Measure): number {
  return piece.tokens.reduce((product, record) => product * tokenShare(record, measure), 1);
}

/** How many equally likely options have this entropy: 2^H, for H in bits. */
export function effectiveOptions(entropyBits: number): number {
  return 2 ** entropyBits;
}

/** Which sentence describes the entropy. */
export type Certainty = 'certain' | 'nearly_certain' | 'torn' | 'open';

export function certainty(entropyBits: number): Certainty {
  const options = effectiveOptions(entropyBits);
  if (options < 1.1) return 'certain';
  if (options < 1.8) return 'nearly_certain';
  return options < 20 ? 'torn' : 'open';
}

/** A row of the candidate table: an alternative, or the taken token where it is none of the best. */
export interface CandidateRow extends Alternative {
  taken: boolean;
}

/**
 * The alternatives with the taken token marked by its id at its place, never by equal probability.
 * A token from below the list comes last with its rank.
 */
export function candidateRows(record: TokenRecord, limit = record.alternatives.length): CandidateRow[] {
  const rows = record.alternatives
    .slice(0, limit)
    .map((alternative) => ({ ...alternative, taken: alternative.id === record.id }));
  if (!rows.some((row) => row.taken)) {
    const listed = record.alternatives.find((alternative) => alternative.id === record.id);
    rows.push({
      id: record.id,
      bytes: record.bytes,
      probability: record.probability,
      settings_probability: record.settings_probability,
      rank: record.rank,
      ...(listed?.cut ? { cut: listed.cut } : {}),
      taken: true,
    });
  }
  return rows;
}

/** What all candidates without a row of their own have together. */
export interface Rest {
  count: number;
  probability: number;
  settings_probability: number;
}

export function everythingElse(record: TokenRecord, limit = record.alternatives.length): Rest {
  const hidden = record.alternatives.slice(limit);
  const rest = {
    count: record.rest_count + hidden.length,
    probability: hidden.reduce((sum, one) => sum + one.probability, record.rest_probability),
    settings_probability: hidden.reduce(
      (sum, one) => sum + one.settings_probability,
      record.rest_settings_probability,
    ),
  };
  // The taken token has a row of its own even where it is none of the best.
  if (!record.alternatives.slice(0, limit).some((one) => one.id === record.id)) {
    rest.count -= 1;
    rest.probability = Math.max(0, rest.probability - record.probability);
    rest.settings_probability = Math.max(0, rest.settings_probability - record.settings_probability);
  }
  return rest;
}

/** Why the token was taken. */
export type Reason = 'chosen' | 'forced' | 'greedy' | 'only_left' | 'drawn_first' | 'drawn_other';

export function reasonTaken(record: TokenRecord): Reason {
  if (record.origin !== 'sampled') return record.origin;
  if (record.alternatives.some((alternative) => alternative.cut === 'greedy')) return 'greedy';
  if (record.settings_probability >= 1) return 'only_left';
  return record.rank === 1 ? 'drawn_first' : 'drawn_other';
}
