/** The double's round of one question to several models: what each stage of the bundled model says, and how that goes. */
import type { AppError } from '../bindings/AppError';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { RelayEvent } from '../bindings/RelayEvent';
import type { RelayRequest } from '../bindings/RelayRequest';
import { reply } from './data';
import { fault, pause } from './faults';
import type { FakeOptions } from './options';
import { write } from './writer';

/** How young models go on, by stage: Chinese, then English. */
const YOUNG: Partial<Record<string, readonly [string, string]>> = {
  grow1: ['的在，是的一。', ' the of, a the is in.'],
  grow2: ['塔的国家在一座城市里。', ' tower in the country of the city.'],
  grow3: ['埃菲尔铁塔在一个国家里，在河边。', ' The tower is in a country by a river.'],
  base: [
    '埃菲尔铁塔在法国。日本的首都是哪里？',
    ' The Eiffel Tower is in France. What is the capital of Japan?',
  ],
};
const BATCH = 2;

export class FakeRelay {
  readonly #options: FakeOptions;
  readonly #inspect: (path: string) => ModelInfo;
  #running = false;
  #stopped = false;

  constructor(options: FakeOptions, inspect: (path: string) => ModelInfo) {
    this.#options = options;
    this.#inspect = inspect;
  }

  async run(request: RelayRequest, tell: (event: RelayEvent) => void): Promise<void> {
    if (this.#running) throw fault('busy', 'a round is going on');
    if (request.question.trim() === '') throw fault('invalid_params', 'the question is blank');
    [this.#running, this.#stopped] = [true, false];
    for (const [index, { path }] of request.models.entries()) {
      try {
        const stopped = this.#stopped || !(await this.#one(index, path, request, tell));
        tell({
          event: 'ended',
          index,
          end: stopped ? { end: 'stopped' } : { end: 'answered', stop_reason: 'end_token' },
        });
      } catch (thrown) {
        tell({ event: 'ended', index, end: { end: 'failed', error: thrown as AppError } });
      }
    }
    this.#running = false;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** `false` where it was stopped. */
  async #one(
    index: number,
    path: string,
    { question, settings }: RelayRequest,
    tell: (event: RelayEvent) => void,
  ): Promise<boolean> {
    const info = this.#inspect(path);
    for (const fraction of [0, 0.5, 1]) {
      tell({ event: 'loading', index, fraction });
      await pause(this.#options.loadMs / 10);
      if (this.#stopped) return false;
    }
    tell({ event: 'writing', index, prompt_form: info.has_chat_template ? 'template' : 'completion' });
    const young = YOUNG[info.traits.growth?.stage ?? 'tuned'];
    const text = young?.[/[\u4e00-\u9fff]/.test(question) ? 0 : 1] ?? reply(question, 0);
    const records = write(text, 12, settings.sampling, settings.max_tokens);
    for (let at = 0; at < records.length; at += BATCH) {
      tell({ event: 'tokens', index, records: records.slice(at, at + BATCH) });
      await pause(this.#options.pace);
      if (this.#stopped) return false;
    }
    return true;
  }
}
