/** The tokenizers that the inspector looks at, by place: `a` is inspected, `b` is what it is compared with. */
import type { SubjectPlace } from '../client/bindings/SubjectPlace';
import type { TokenizerSubject } from '../client/bindings/TokenizerSubject';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { I18n } from '../i18n/i18n.svelte';
import { VocabularyPieces } from './vocabulary-pieces.svelte';

/** One place: what stands there, and what is known of its tokens. */
export class SubjectStore {
  subject = $state.raw<TokenizerSubject | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** A tokenizer is being opened here. */
  opening = $state(false);
  /** Somebody has asked for it: `subject` tells what is there. */
  known = $state(false);
  readonly pieces: VocabularyPieces;
  /** Changes when the tokenizer does; `null` where none is. */
  readonly key: string | null = $derived(this.subject?.key ?? null);

  readonly #client: Client;
  #request = 0;
  /** Settles with the newest question: whoever asked an older one waits for it, too. */
  #newest: Promise<void> = Promise.resolve();

  constructor(
    client: Client,
    readonly place: SubjectPlace,
  ) {
    this.#client = client;
    this.pieces = new VocabularyPieces(client, place);
  }

  /** Asks what stands here now. */
  refresh(): Promise<void> {
    return this.#take(() => this.#client.tokenizerSubject(this.place), false);
  }

  /** `null`: the loaded model, or the bundled tokenizer. What is there stays where this fails. */
  open(path: string | null): Promise<void> {
    return this.#take(() => this.#client.tokenizerOpen(this.place, path), true);
  }

  async close(): Promise<void> {
    await this.#client.tokenizerClose(this.place);
    await this.refresh();
  }

  dismiss(): void {
    this.error = null;
  }

  #take(ask: () => Promise<TokenizerSubject | null>, opens: boolean): Promise<void> {
    this.opening = opens;
    this.#newest = this.#answer(ask, ++this.#request);
    return this.#newest;
  }

  async #answer(ask: () => Promise<TokenizerSubject | null>, request: number): Promise<void> {
    let subject: TokenizerSubject | null = null;
    let error: ShownError | null = null;
    try {
      subject = await ask();
    } catch (thrown) {
      error = toShownError(thrown);
    }
    if (request !== this.#request) return this.#newest;
    this.error = error;
    this.opening = false;
    this.known = true;
    if (error) return;
    if (subject?.key !== this.subject?.key) this.pieces.forget();
    this.subject = subject;
  }
}

export class SubjectsStore {
  readonly a: SubjectStore;
  readonly b: SubjectStore;
  readonly trained: SubjectStore;
  /** Files that were opened since the start, newest first. */
  opened = $state.raw<readonly string[]>([]);

  readonly #client: Client;
  readonly #i18n: I18n;

  constructor(client: Client, i18n: I18n) {
    this.#client = client;
    this.#i18n = i18n;
    this.a = new SubjectStore(client, 'a');
    this.b = new SubjectStore(client, 'b');
    this.trained = new SubjectStore(client, 'trained');
  }

  at(place: SubjectPlace): SubjectStore {
    return this[place];
  }

  /** Asks for a file and opens its tokenizer. */
  async pick(place: SubjectPlace): Promise<void> {
    const path = await this.#client.modelPick('file', this.#i18n.t('subject_open_title'));
    if (path === null) return;
    const store = this.at(place);
    await store.open(path);
    if (store.error === null) this.opened = [path, ...this.opened.filter((one) => one !== path)];
  }
}
