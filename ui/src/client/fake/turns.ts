/** The double's turns: what is saved, written and told while an answer comes. */
import type { AppError } from '../bindings/AppError';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { TokenRecord } from '../bindings/TokenRecord';
import type {
  AnswerFacts,
  AppEvent,
  Draft,
  Message,
  ModelSlot,
  PromptView,
  SecondModel,
  TurnEvent,
  TurnRequest,
} from '../upcoming';
import type { Archive } from './archive';
import { fit, prompt, quoted } from './context';
import type { Desk } from './desk';
import { counts, facts } from './facts';
import { fault, pause } from './faults';
import type { FakeModels } from './models';
import type { FakeOptions } from './options';
import { check, plan, slotsOf, type Plan } from './plan';
import type { Shelf } from './shelf';
import { bytesOf, cut } from './tokenizer';
import { Pen } from './writer';

const BATCH = 2;

/** One answer that is to be written. */
interface Answer {
  slot: ModelSlot;
  id: number;
  model: Pick<ModelLoaded, 'info' | 'context_length'>;
  /** What is known of it before it is written. */
  about: AnswerFacts;
}

/** What the turns of one client share with its other parts. */
interface Parts {
  archive: Archive;
  models: FakeModels;
  shelf: Shelf;
  desk: Desk;
}

export class FakeTurns {
  readonly #options: FakeOptions;
  readonly #archive: Archive;
  readonly #models: FakeModels;
  readonly #shelf: Shelf;
  readonly #desk: Desk;
  readonly #tell: (event: AppEvent) => void;
  #stopped = false;
  /** The newest seed that was drawn; each answer without one of its own draws another. */
  #seed = 20240229;
  /** A turn runs. */
  #writing = false;

  constructor(options: FakeOptions, parts: Parts, tell: (event: AppEvent) => void) {
    this.#options = options;
    this.#archive = parts.archive;
    this.#models = parts.models;
    this.#shelf = parts.shelf;
    this.#desk = parts.desk;
    this.#tell = tell;
  }

  stop(): void {
    this.#stopped = true;
    this.#desk.stop();
  }

  preview(draft: Draft): PromptView {
    const { info } = this.#models.ready('a');
    const { path, fitted, text } = this.fit(draft);
    const kept = path.filter((message) => !fitted.left_out.includes(message.id));
    return this.view(kept, draft.settings.system_prompt, text, draft.prefill, info, fitted.left_out);
  }

  /** A turn runs. */
  get writing(): boolean {
    return this.#writing;
  }

  /** One turn at a time, as in the shell. */
  async run(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message> {
    if (this.#writing) throw fault('busy', 'an answer is being written');
    this.#writing = true;
    try {
      return await this.#turn(request, onEvent);
    } finally {
      this.#writing = false;
    }
  }

  async #turn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message> {
    check(request);
    const inTurn = request.kind === 'compare' ? request.second : undefined;
    // Nothing is saved where a model is missing.
    const models = new Map<ModelSlot, Pick<ModelLoaded, 'info' | 'context_length'>>();
    for (const slot of slotsOf(request)) {
      const waits = slot === 'b' && inTurn;
      const info = waits ? this.#models.inspect(inTurn.path) : null;
      models.set(slot, info ? { info, context_length: info.context_length } : this.#models.ready(slot));
    }
    const made = plan(request, this.#archive, (ids) => this.#shelf.attachments(ids), [...models.values()]);
    const { conversationId, question, settings, branch } = made;
    if (!made.once) this.#archive.entry(conversationId).settings = settings;
    const slots = [...models.keys()];
    const part = { role: 'assistant', text: '', status: 'streaming' } as const;
    const ids = slots.map(() => this.#archive.add(conversationId, question, part, Date.now()).id);
    const answers = slots.map((slot, at): Answer => {
      const model = models.get(slot);
      const id = ids[at];
      if (!model || id === undefined) throw fault('invalid_params', 'no slot');
      const about: AnswerFacts = {
        ...facts([], settings, undefined, model),
        slot,
        ...(branch && { ...this.#shared(branch), branch }),
        ...(slots.length > 1 && ids[0] !== undefined && { compare: ids[0] }),
      };
      this.#archive.finish(id, '', 'streaming', about, []);
      return { slot, id, model, about };
    });
    const [first, second] = answers;
    if (!first) throw fault('invalid_params', 'no slot');
    this.#archive.entry(conversationId).leaf = first.id;
    onEvent({
      event: 'started',
      conversation: this.#archive.shown(conversationId),
      message_id: first.id,
      ...(second && { second_id: second.id }),
    });
    this.#tell({ event: 'history_changed' });
    this.#stopped = false;
    if (second && inTurn) {
      const loaded = this.#models.ready('a');
      await this.#answer(first, made, onEvent);
      await this.#afterTheFirst(second, inTurn, made, onEvent);
      void this.#models.bringBack(loaded);
    } else {
      await Promise.all(answers.map((answer) => this.#answer(answer, made, onEvent)));
    }
    this.#tell({ event: 'history_changed' });
    return this.#archive.message(first.id);
  }

  /** Loads the second model in the first one's place, and lets it answer. */
  async #afterTheFirst(
    answer: Answer,
    inTurn: SecondModel,
    made: Plan,
    onEvent: (event: TurnEvent) => void,
  ): Promise<void> {
    const end = (status: Message['status'], more: Partial<AnswerFacts>): void =>
      onEvent({
        event: 'ended',
        message: this.#archive.finish(answer.id, '', status, { ...answer.about, ...more }, []),
      });
    if (this.#stopped) return end('complete', { stop_reason: 'stopped' });
    try {
      await this.#models.change(inTurn);
    } catch (thrown) {
      return end('interrupted', { error: thrown as AppError });
    }
    await this.#answer(answer, made, onEvent);
  }

  /** What an answer has of the one that it leaves: they were sent the same prompt. */
  #shared({ from_message, token_index }: NonNullable<AnswerFacts['branch']>): Partial<AnswerFacts> {
    const before = this.#archive.message(from_message).facts;
    return {
      ...(before?.prompt_form && { prompt_form: before.prompt_form }),
      ...(before?.left_out && { left_out: before.left_out }),
      ...(before?.prefill_tokens !== undefined && {
        prefill_tokens: Math.min(before.prefill_tokens, token_index),
      }),
    };
  }

  /** One answer: its prompt, its tokens, its end. What goes wrong from here on is told by the answer. */
  async #answer(answer: Answer, made: Plan, onEvent: (event: TurnEvent) => void): Promise<void> {
    const { id, slot, model } = answer;
    const { settings } = made;
    const path = this.#pathTo(made.question);
    const asSent = (message: Message): string => this.#asSent(message);
    const { context_length } = model;
    const fitted = fit(path, settings.system_prompt, null, settings.max_tokens, context_length, asSent);
    const about: AnswerFacts = {
      ...answer.about,
      prompt_tokens: fitted.preview.prompt_tokens,
      ...(model.info.has_chat_template
        ? { prompt_form: 'template' as const }
        : { prompt_form: 'completion' as const, template_fallback: 'this model has no chat template' }),
      ...(fitted.left_out.length > 0 && { left_out: fitted.left_out }),
      ...(made.prefill !== undefined && { prefill_tokens: made.prefill }),
    };
    if (fitted.preview.fit === 'too_long' && !made.branch) {
      const told = { prompt_tokens: fitted.preview.prompt_tokens, context_length };
      const error = fault('context_full', 'the question does not fit', told);
      const message = this.#archive.finish(id, '', 'interrupted', { ...about, error }, []);
      return onEvent({ event: 'ended', message });
    }
    const kept = path.filter((message) => !fitted.left_out.includes(message.id));
    const view = this.view(kept, settings.system_prompt, null, '', model.info, fitted.left_out);
    this.#archive.keepPrompt(id, view);
    const { records, ended } = await this.#write(id, view.tokens.length, slot, made, onEvent);
    const text = records.map((record) => record.text).join('');
    const whole = {
      ...about,
      ...counts(records),
      seed: settings.sampling.seed ?? ++this.#seed,
      ...(ended && { stop_reason: ended }),
      prompt_tokens: view.tokens.length,
    };
    onEvent({ event: 'ended', message: this.#archive.finish(id, text, 'complete', whole, records) });
  }

  #pathTo(leaf: number): Message[] {
    const path: Message[] = [];
    for (let at: number | null = leaf; at !== null;) {
      const message: Message = this.#archive.message(at);
      path.unshift(message);
      at = message.parent_id;
    }
    return path;
  }

  #asSent({ text, attachments }: Pick<Message, 'text' | 'attachments'>): string {
    return quoted(
      text,
      attachments.map(({ id, name }) => ({ name, text: this.#shelf.text(id) })),
    );
  }

  /** What the model would be sent. */
  view(
    path: Message[],
    system: string,
    draft: string | null,
    prefill: string,
    model: ModelInfo,
    left_out: number[],
  ): PromptView {
    const parts = path.map((message) => ({
      role: message.role,
      text: this.#asSent(message),
      message_id: message.id,
    }));
    return prompt(
      [
        ...(system.trim() === '' ? [] : [{ role: 'system' as const, text: system }]),
        ...parts,
        ...(draft === null ? [] : [{ role: 'user' as const, text: draft }]),
      ],
      prefill,
      model,
      left_out,
    );
  }

  async #write(
    message_id: number,
    promptTokens: number,
    slot: ModelSlot,
    made: Plan,
    onEvent: (event: TurnEvent) => void,
  ): Promise<{ records: TokenRecord[]; ended: AnswerFacts['stop_reason'] }> {
    const { shared, given, settings } = made;
    let { sampling } = settings;
    const pen = new Pen(promptTokens);
    const put = (bytes: string, origin: TokenRecord['origin']): TokenRecord => ({
      ...pen.put(bytes, sampling),
      origin,
    });
    // The pen has to have written what is shared, for characters that are cut over several tokens.
    for (const { bytes } of shared) put(bytes, 'forced');
    const records = [...shared];
    if (shared.length > 0) onEvent({ event: 'tokens', message_id, records: [...shared] });
    // The second model says it a little differently.
    const ahead = slot === 'b' ? ['20', ...made.ahead] : [...made.ahead];
    let stepping = made.pace === 'step';
    let ended: AnswerFacts['stop_reason'] = 'limit';
    let batch: TokenRecord[] = [];
    const flush = (): void => {
      if (batch.length > 0) onEvent({ event: 'tokens', message_id, records: batch });
      batch = [];
    };
    const take = (bytes: string, origin: TokenRecord['origin']): void => {
      const record = put(bytes, origin);
      records.push(record);
      batch.push(record);
    };
    // What is given is written as anything else is; only what is shared was there before.
    for (const bytes of given) take(bytes, made.givenOrigin);
    while (records.length - shared.length < settings.max_tokens && ahead.length > 0) {
      let next = ahead.shift() ?? '';
      let origin: TokenRecord['origin'] = 'sampled';
      if (stepping) {
        flush();
        const index = records.length;
        const chosen = await this.#desk.wait(next, promptTokens + index, index, sampling, (offer) =>
          onEvent({ event: 'waiting', message_id, offer }),
        );
        if (!chosen) {
          ended = 'stopped';
          break;
        }
        sampling = chosen.sampling;
        const { choice } = chosen;
        if (choice.kind === 'run_on') stepping = false;
        // What is taken by hand, the likeliest too, was not drawn.
        if (choice.kind === 'best') origin = 'chosen';
        if (choice.kind === 'token' || choice.kind === 'text') {
          origin = 'chosen';
          const taken = choice.kind === 'token' ? [bytesOf(choice.id)] : cut(choice.text);
          next = taken.pop() ?? '';
          for (const bytes of taken) take(bytes, origin);
        }
      } else if (this.#stopped) {
        ended = 'stopped';
        break;
      }
      take(next, origin);
      if (next === '') {
        ended = 'end_token';
        break;
      }
      if (batch.length >= BATCH || stepping) {
        flush();
        if (!stepping) await pause(this.#options.pace);
      }
    }
    flush();
    return { records, ended };
  }

  /** What of a draft and its conversation fits. */
  fit(draft: Draft): { path: Message[]; fitted: ReturnType<typeof fit>; text: string } {
    const { context_length } = this.#models.ready('a');
    const leaf = draft.conversation_id === null ? null : this.#archive.entry(draft.conversation_id).leaf;
    const path = leaf === null ? [] : this.#pathTo(leaf);
    const text = this.#asSent({
      text: draft.text,
      attachments: this.#shelf.attachments(draft.attachments),
    });
    const { system_prompt, max_tokens } = draft.settings;
    const fitted = fit(path, system_prompt, text, max_tokens, context_length, (one) => this.#asSent(one));
    return { path, fitted, text };
  }
}
