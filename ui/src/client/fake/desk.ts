/** Step mode of the double: the one token that waits, and the choice that it waits for. */
import type { Sampling } from '../bindings/Sampling';
import type { Guess, StepChoice, StepOffer } from '../upcoming';
import { cut, idOf } from './tokenizer';
import { offer } from './writer';

export interface Chosen {
  choice: StepChoice;
  sampling: Sampling;
}

interface Waiting {
  bytes: string;
  position: number;
  tokenIndex: number;
  settle: (chosen: Chosen | null) => void;
}

export class Desk {
  #waiting: Waiting | null = null;

  /** Lays out a token's candidates; resolves with the user's choice, or with null where it is stopped. */
  wait(
    bytes: string,
    position: number,
    tokenIndex: number,
    sampling: Sampling,
    show: (offer: StepOffer) => void,
  ): Promise<Chosen | null> {
    return new Promise((settle) => {
      this.#waiting = { bytes, position, tokenIndex, settle };
      show(offer(bytes, position, tokenIndex, sampling));
    });
  }

  choose(choice: StepChoice, sampling: Sampling): void {
    const { settle } = this.#there();
    this.#waiting = null;
    settle({ choice, sampling });
  }

  stop(): void {
    this.#waiting?.settle(null);
    this.#waiting = null;
  }

  reshape(sampling: Sampling): StepOffer {
    const { bytes, position, tokenIndex } = this.#there();
    return offer(bytes, position, tokenIndex, sampling);
  }

  /** The waiting offer under settings that change nothing, where a token waits. */
  get open(): StepOffer | null {
    return this.#waiting ? this.reshape(NEUTRAL) : null;
  }

  guess(text: string): Guess {
    return guessAmong(this.reshape(NEUTRAL), text);
  }

  #there(): Waiting {
    if (!this.#waiting) throw { code: 'not_waiting', detail: 'nothing waits for a choice', facts: {} };
    return this.#waiting;
  }
}

const NEUTRAL: Sampling = {
  temperature: 1,
  top_k: 0,
  top_p: 1,
  min_p: 0,
  repetition_penalty: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  penalty_window: 0,
  logit_bias: [],
};

/** The guess's place among all candidates; what is not listed is somewhere in the rest. */
export function guessAmong(candidates: StepOffer, text: string): Guess {
  const rest = candidates.rest_probability / candidates.rest_count;
  const pieces = cut(text);
  const tokens = pieces.slice(0, 1).map((bytes) => {
    const id = idOf(bytes);
    const listed = candidates.candidates.find((candidate) => candidate.id === id);
    return {
      id,
      bytes,
      probability: listed?.probability ?? rest,
      settings_probability: listed?.settings_probability ?? rest,
      rank: listed?.rank ?? candidates.candidates.length + 1 + (id % candidates.rest_count),
    };
  });
  const vocabulary_size = candidates.candidates.length + candidates.rest_count;
  return { found: 'exact', tokens, pieces: pieces.length, vocabulary_size };
}
