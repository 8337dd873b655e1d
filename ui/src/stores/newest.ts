/**
 * Questions of which only the newest matters, put one at a time: while one is answered, the next waits, and whatever
 * comes after it takes its place. So a slow answer never makes a row of old ones behind it.
 */
export class Newest<Question> {
  readonly #answer: (question: Question) => Promise<void>;
  #next: { question: Question } | null = null;
  #running: Promise<void> | null = null;
  /** One is to be put when nothing comes for a while. */
  #waits = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `answer` never rejects: what goes wrong is its own to tell. */
  constructor(answer: (question: Question) => Promise<void>) {
    this.#answer = answer;
  }

  /** `pause`: milliseconds without another question before this one is put. */
  ask(question: Question, pause = 0): void {
    this.drop();
    if (pause === 0) return this.#put(question);
    this.#waits = true;
    this.#timer = setTimeout(() => this.#put(question), pause);
  }

  /** What waits is no longer wanted. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waits = false;
    this.#next = null;
  }

  /** Has the one that is being answered been overtaken? */
  get overtaken(): boolean {
    return this.#waits || this.#next !== null;
  }

  #put(question: Question): void {
    this.#waits = false;
    this.#next = { question };
    this.#run();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = this.#drain().finally(() => {
      this.#running = null;
    });
  }

  async #drain(): Promise<void> {
    while (this.#next) {
      const { question } = this.#next;
      this.#next = null;
      await this.#answer(question);
    }
  }
}
