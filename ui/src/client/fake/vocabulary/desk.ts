/** What the double's inspector answers about vocabularies, by the place where a tokenizer stands. */
import type { SubjectPlace } from '../../bindings/SubjectPlace';
import type { TokenizerSubject } from '../../bindings/TokenizerSubject';
import { fault } from '../faults';
import type { FakeInspector } from '../inspector/inspector';
import type { FakeTokenizer } from '../inspector/tokenizers';
import { FakeEmbeddings } from './embeddings';
import { entryOf, makeEntries } from './entries';
import { FakeReading } from './reading';
import { FakeTraining } from './training';
import { FakeVocabulary } from './vocabulary';

/** Numbers in a row of the double's tables. */
const WIDTH = 256;

interface Made {
  vocabulary: FakeVocabulary;
  embeddings: FakeEmbeddings;
}

export class VocabularyDesk {
  readonly training = new FakeTraining();
  readonly reading = new FakeReading();
  readonly #inspector: FakeInspector;
  /** How many entries a vocabulary has, whatever its file says; 0: what the file says. */
  readonly #size: number;
  readonly #made = new Map<string, Made>();

  constructor(inspector: FakeInspector, size: number) {
    this.#inspector = inspector;
    this.#size = size;
  }

  at(place: SubjectPlace): FakeVocabulary {
    return this.#of(place).vocabulary;
  }

  embeddings(place: SubjectPlace): FakeEmbeddings {
    const { vocabulary, embeddings } = this.#of(place);
    if (vocabulary.embeddings === null) throw fault('no_embeddings', 'a tokenizer without weights');
    return embeddings;
  }

  /** What was learned so far stands at the place `trained`. */
  use(training: number, merges: number): TokenizerSubject {
    const trainer = this.training.of(training);
    const entries = trainer.pieces
      .slice(0, 256 + merges)
      .map((bytes, id) => entryOf(id, bytes, id < 256 ? 'byte' : 'text'));
    const tokenizer: FakeTokenizer = {
      kind: 'bpe',
      special: [],
      cut(text) {
        let at = 0;
        return trainer.cut(text, merges).map((id) => {
          const start = at;
          at += (entries[id]?.bytes.length ?? 0) / 2;
          return { id, start, end: at };
        });
      },
      piece: (id) => entries[id] && { id, bytes: entries[id].bytes, special: false },
    };
    const subject = this.#inspector.seatLearned(tokenizer, entries.length);
    this.#keep(subject.key, new FakeVocabulary(entries, null));
    return subject;
  }

  #of(place: SubjectPlace): Made {
    const subject = this.#inspector.subject(place);
    if (!subject) throw fault('no_tokenizer', `nothing is open at ${place}`);
    const { key, summary } = subject;
    const known = this.#made.get(key);
    if (known) return known;
    const size = this.#size || summary.vocabulary_size;
    // A tokenizer in a file of its own has no weights beside it.
    const table = summary.kind === 'bpe' ? { rows: size, width: WIDTH, format: 'Q8_0', tied: true } : null;
    return this.#keep(key, new FakeVocabulary(makeEntries(size), table));
  }

  #keep(key: string, vocabulary: FakeVocabulary): Made {
    const made = { vocabulary, embeddings: new FakeEmbeddings(vocabulary) };
    this.#made.set(key, made);
    return made;
  }
}
