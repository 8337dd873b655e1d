/** The double's training: real byte pair encoding, on short texts of its own where none is given. */
import type { Piece } from '../../bindings/Piece';
import type { TokenCut } from '../../bindings/TokenCut';
import type { TrainingRounds } from '../../bindings/TrainingRounds';
import type { TrainingSample } from '../../bindings/TrainingSample';
import type { TrainingStart } from '../../bindings/TrainingStart';
import type { TrainingStarted } from '../../bindings/TrainingStarted';
import { fault } from '../faults';
import { groupsOf, Trainer } from './bpe';

const LIMIT_BYTES = 4 * 1024 * 1024;
const EXCERPT = 2000;

const ENGLISH =
  'The river runs through the city, and under the old bridges the water is slow. In the morning the market opens: ' +
  'bread, apples, tea, and the newspaper of the day. The baker knows the teacher, the teacher knows the children, ' +
  'and the children know the river. When the rain comes they run home, and when the sun comes they run back again. ' +
  'There is a clock on the tower, and the clock is always slow; nobody in the city minds. ';
const CHINESE =
  '河水穿过城市，从老桥下面慢慢流过。早上市场开门：面包、苹果、茶，还有当天的报纸。面包师认识老师，老师认识孩子们，' +
  '孩子们认识这条河。下雨的时候他们跑回家，出太阳的时候他们又跑回来。塔上有一座钟，钟总是走得慢，城市里没有人在意。';
const SAMPLES: Record<TrainingSample, string> = {
  english: ENGLISH.repeat(3),
  chinese: CHINESE.repeat(3),
  both: (ENGLISH + CHINESE).repeat(3),
};

export class FakeTraining {
  #number = 0;
  #trainer: Trainer | null = null;
  #more = true;

  start({ text, sample }: TrainingStart): TrainingStarted {
    const source = text ?? SAMPLES[sample ?? 'both'];
    const text_bytes = new TextEncoder().encode(source).length;
    if (text_bytes > LIMIT_BYTES)
      throw fault('text_too_long', 'too long', { text_bytes, limit_bytes: LIMIT_BYTES });
    if (source.trim() === '') throw fault('invalid_params', 'there is nothing to count');
    this.#trainer = new Trainer(source);
    this.#number += 1;
    this.#more = true;
    return {
      training: this.#number,
      text_bytes,
      words: this.#trainer.wordCount,
      distinct_words: this.#trainer.distinctWords,
      tokens: this.#trainer.tokens,
      vocabulary_size: 256,
      excerpt: [...source].slice(0, EXCERPT).join(''),
    };
  }

  rounds(training: number, from: number, count: number): TrainingRounds {
    const trainer = this.of(training);
    const last = from + count - 1;
    while (this.#more && trainer.merges.length < last) this.#more = trainer.next() !== null;
    const rounds = trainer.merges.slice(from - 1, last).map((merge, at) => ({
      round: from + at,
      ...merge,
      bytes: trainer.pieces[merge.id] ?? '',
      left_bytes: trainer.pieces[merge.left] ?? '',
      right_bytes: trainer.pieces[merge.right] ?? '',
      vocabulary_size: 256 + from + at,
    }));
    return { rounds, more: this.#more || trainer.merges.length > last };
  }

  cut(training: number, text: string, merges: number): TokenCut {
    const trainer = this.of(training);
    const ids = trainer.cut(text, merges);
    const lengths = ids.map((id) => (trainer.pieces[id] ?? '').length / 2);
    return { ids, groups: groupsOf(text, lengths), special: [] };
  }

  pieces(training: number, ids: readonly number[]): Piece[] {
    const { pieces } = this.of(training);
    return ids.flatMap((id) => {
      const bytes = pieces[id];
      return bytes === undefined ? [] : [{ id, bytes, special: false }];
    });
  }

  of(training: number): Trainer {
    if (training !== this.#number || !this.#trainer) throw fault('invalid_params', 'no such training');
    return this.#trainer;
  }
}
