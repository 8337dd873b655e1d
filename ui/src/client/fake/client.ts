/**
 * A test double of the shell: everything in memory, no model, made-up numbers. It serves `npm run dev` in
 * a plain browser, component tests and the layout tests; the app itself never reaches it (see `connect.ts`).
 */
import type { AppError } from '../bindings/AppError';
import type { ConversationSummary } from '../bindings/ConversationSummary';
import type { LibraryOverview } from '../bindings/LibraryOverview';
import type { LoadConsent } from '../bindings/LoadConsent';
import type { LoadOptions } from '../bindings/LoadOptions';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { ModelLoaded } from '../bindings/ModelLoaded';
import type { ModelsOverview } from '../bindings/ModelsOverview';
import type { ModelState } from '../bindings/ModelState';
import type { PreflightCard } from '../bindings/PreflightCard';
import type { PreparedModels } from '../bindings/PreparedModels';
import type { RelayEvent } from '../bindings/RelayEvent';
import type { RelayRequest } from '../bindings/RelayRequest';
import type { Sampling } from '../bindings/Sampling';
import type { Sandbox } from '../bindings/Sandbox';
import type { Settings } from '../bindings/Settings';
import type { StartUp } from '../bindings/StartUp';
import type { TokenRecord } from '../bindings/TokenRecord';
import type { Tokenization } from '../bindings/Tokenization';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { Client, PickKind } from '../client';
import type {
  AnswerFacts,
  AppEvent,
  Attachment,
  ContextPreview,
  Conversation,
  ConversationTree,
  Draft,
  Guess,
  Message,
  ModelSlot,
  Preset,
  PromptView,
  SecondModel,
  StepChoice,
  StepOffer,
  TurnEvent,
  TurnRequest,
  VocabularyHit,
} from '../upcoming';
import { Archive } from './archive';
import { fit, prompt, quoted } from './context';
import { DEFAULT_TURN, OLD_CONVERSATIONS, reply, STARTER } from './data';
import { Desk, guessAmong } from './desk';
import { listenToDrag } from './drag';
import { fault, pause } from './faults';
import { FakeLibrary } from './library';
import { FakeModels } from './models';
import { DEFAULTS, type FakeOptions } from './options';
import { check, plan, slotsOf, type Plan } from './plan';
import { FakeRelay } from './relay';
import { Shelf } from './shelf';
import { bytesOf, cut, knownPieces, textOf, tokenize } from './tokenizer';
import { offer, Pen, write } from './writer';

const BATCH = 2;

/** One answer that is to be written. */
interface Answer {
  slot: ModelSlot;
  id: number;
  model: Pick<ModelLoaded, 'info' | 'context_length'>;
  /** What is known of it before it is written. */
  about: AnswerFacts;
}

export class FakeClient implements Client {
  readonly #options: FakeOptions;
  readonly #archive = new Archive();
  readonly #handlers = new Set<(event: AppEvent) => void>();
  #settings: Settings;
  readonly #models: FakeModels;
  readonly #desk = new Desk();
  readonly #shelf = new Shelf();
  readonly #library = new FakeLibrary();
  readonly #relay: FakeRelay;
  #stopped = false;
  /** The newest seed that was drawn; each answer without one of its own draws another. */
  #seed = 20240229;
  /** A turn runs. */
  #writing = false;

  constructor(options: Partial<FakeOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#models = new FakeModels(this.#options, (event) => this.#tell(event));
    this.#relay = new FakeRelay(this.#options, (path) => this.#models.inspect(path));
    this.#settings = {
      language: 'system',
      theme: 'system',
      turn: DEFAULT_TURN,
      token_layer: 'probability',
      token_numbers: false,
      lens_open: true,
      zoom: 100,
      ...this.#options.settings,
    };
    if (this.#options.past) this.#remember();
    if (this.#options.long > 0) this.#rememberLong(this.#options.long);
  }

  #remember(): void {
    const now = Date.now();
    for (const { title, question, age } of [...OLD_CONVERSATIONS].reverse()) {
      const id = this.#archive.create(title, DEFAULT_TURN, now - age);
      const asked = this.#archive.add(
        id,
        null,
        { role: 'user', text: question, status: 'complete' },
        now - age,
      );
      const answer = this.#archive.add(
        id,
        asked.id,
        { role: 'assistant', text: '', status: 'complete' },
        now - age,
      );
      const text = reply(question, 0);
      const records = write(text, cut(question).length + 8, DEFAULT_TURN.sampling, 512);
      const about = facts(records, DEFAULT_TURN, 'end_token', { info: STARTER });
      this.#archive.finish(answer.id, text, 'complete', about, records);
      const view = this.#view([this.#archive.message(asked.id)], '', null, '', STARTER, []);
      this.#archive.keepPrompt(answer.id, view);
    }
  }

  #rememberLong(count: number): void {
    const at = Date.now();
    const id = this.#archive.create('A very long conversation', DEFAULT_TURN, at);
    let parent: number | null = null;
    for (let turn = 0; turn < count / 2; turn += 1) {
      const question =
        turn % 7 === 3 ? 'List three cities in markdown' : `What colour is the sky, asked ${turn}`;
      const part = { text: question, status: 'complete' } as const;
      const asked = this.#archive.add(id, parent, { ...part, role: 'user' }, at);
      const answer = this.#archive.add(id, asked.id, { ...part, role: 'assistant', text: '' }, at);
      const text = reply(question, 0);
      const records = write(text, 12, DEFAULT_TURN.sampling, 512);
      const about = facts(records, DEFAULT_TURN, 'end_token', { info: STARTER });
      this.#archive.finish(answer.id, text, 'complete', about, records);
      parent = answer.id;
    }
  }

  async startUp(): Promise<StartUp> {
    return {
      settings: this.#settings,
      system_locale: this.#options.locale,
      models: this.#models.overview(),
      ...(this.#options.last && this.#options.past && { conversation_id: this.#archive.list()[0]?.id }),
      app_version: '0.1.0',
      data_folder: '/home/user/.local/share/vitrine',
      warnings: [],
    };
  }

  async modelsOverview(): Promise<ModelsOverview> {
    return this.#models.overview();
  }

  async modelPick(kind: PickKind): Promise<string | null> {
    return kind === 'file' ? this.#options.pick : null;
  }

  async modelInspect(path: string): Promise<ModelInfo> {
    return this.#models.inspect(path);
  }

  async modelPreflight(path: string): Promise<PreflightCard> {
    return this.#models.preflight(path);
  }

  async modelsInside(path: string): Promise<string[]> {
    return path.includes('shelf') ? [`${path}/千问 小.gguf`, `${path}/Llama folder`] : [];
  }

  async modelPathOf(name: string, fingerprint: string): Promise<string | null> {
    const path = fingerprint.replace(/^fake:/, '');
    const known = [...this.#models.overview().recent, ...this.#models.overview().starters];
    return known.some((model) => model.path === path && model.name === name) ? path : null;
  }

  async modelLoad(
    path: string,
    options: LoadOptions,
    slot: ModelSlot = 'a',
    consent: LoadConsent = 'ordinary',
  ): Promise<ModelLoaded> {
    return this.#models.load(path, options, slot, consent);
  }

  async relayRun(request: RelayRequest, onEvent: (event: RelayEvent) => void): Promise<void> {
    await this.#relay.run(request, onEvent);
  }

  async relayStop(): Promise<void> {
    this.#relay.stop();
  }

  async secondModel(): Promise<ModelState> {
    return this.#models.second;
  }

  async modelCancel(): Promise<void> {
    this.#models.cancel();
  }

  async modelUnload(slot: ModelSlot = 'a'): Promise<void> {
    this.#models.unload(slot);
  }

  async recentForget(path: string): Promise<ModelsOverview> {
    return this.#models.forget(path);
  }

  async libraryOverview(): Promise<LibraryOverview> {
    return this.#library.overview();
  }

  async libraryScan(): Promise<void> {
    await this.#library.look(this.#options.library, (scan) => this.#tell({ event: 'library', scan }));
  }

  async libraryStop(): Promise<void> {
    this.#library.stop((scan) => this.#tell({ event: 'library', scan }));
  }

  async libraryAddFolder(path: string): Promise<void> {
    this.#library.addFolder(path);
    await this.libraryScan();
  }

  async libraryRemoveFolder(path: string): Promise<void> {
    this.#library.removeFolder(path);
    await this.libraryScan();
  }

  async libraryHide(path: string): Promise<LibraryOverview> {
    return this.#library.hide(path);
  }

  async libraryUnhide(path: string | null): Promise<LibraryOverview> {
    return this.#library.unhide(path);
  }

  async libraryFindDuplicates(): Promise<void> {
    this.#library.findDuplicates((duplicates) => this.#tell({ event: 'duplicates', duplicates }));
  }

  async libraryStopDuplicates(): Promise<void> {
    this.#tell({ event: 'duplicates', duplicates: { state: 'stopped' } });
  }

  async showInFolder(): Promise<void> {}

  async preparedModels(): Promise<PreparedModels> {
    return this.#models.prepared.overview(this.#models.openPath);
  }

  async preparedClear(): Promise<PreparedModels> {
    return this.#models.prepared.clear(this.#models.openPath);
  }

  async preparedShow(): Promise<void> {}

  /** One turn at a time, as in the shell. */
  async chatTurn(request: TurnRequest, onEvent: (event: TurnEvent) => void): Promise<Message> {
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
    const view = this.#view(kept, settings.system_prompt, null, '', model.info, fitted.left_out);
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

  #view(
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

  async chatStop(): Promise<void> {
    this.#stopped = true;
    this.#desk.stop();
  }

  async stepChoose(choice: StepChoice, sampling: Sampling): Promise<void> {
    this.#desk.choose(choice, sampling);
  }

  async stepReshape(sampling: Sampling): Promise<StepOffer> {
    return this.#desk.reshape(sampling);
  }

  async stepGuess(text: string): Promise<Guess> {
    return this.#desk.guess(text);
  }

  async messageGuess(messageId: number, tokenIndex: number, text: string): Promise<Guess> {
    const record = this.#archive.tokens(messageId)[tokenIndex];
    if (!record) throw fault('no_record', `message ${messageId} has no token ${tokenIndex}`);
    const { sampling } = this.#archive.message(messageId).facts?.settings ?? DEFAULT_TURN;
    return guessAmong(offer(record.bytes, record.position, tokenIndex, sampling), text);
  }

  async vocabularySearch(query: string, limit: number): Promise<VocabularyHit[]> {
    this.#models.ready('a');
    if (query === '') return [];
    tokenize(query);
    const waiting = new Map(this.#desk.open?.candidates.map((one) => [one.id, one]));
    const place = (text: string): number => (text === query ? 0 : text.startsWith(query) ? 1 : 2);
    return knownPieces()
      .map((piece) => ({ ...piece, text: textOf(piece.bytes) }))
      .filter(({ text }) => text.includes(query))
      .sort((a, b) => place(a.text) - place(b.text) || a.text.length - b.text.length || a.id - b.id)
      .slice(0, limit)
      .map(({ id, bytes }) => {
        const there = waiting.get(id);
        const { probability, settings_probability, rank } = there ?? {};
        return {
          id,
          bytes,
          special: false,
          ...(probability !== undefined && { probability, settings_probability, rank }),
        } as VocabularyHit;
      });
  }

  async promptOf(messageId: number): Promise<PromptView> {
    return this.#archive.prompt(messageId);
  }

  async promptPreview(draft: Draft): Promise<PromptView> {
    const { info } = this.#models.ready('a');
    const { path, fitted, text } = this.#fit(draft);
    const kept = path.filter((message) => !fitted.left_out.includes(message.id));
    return this.#view(kept, draft.settings.system_prompt, text, draft.prefill, info, fitted.left_out);
  }

  async contextPreview(draft: Draft): Promise<ContextPreview> {
    return this.#fit(draft).fitted.preview;
  }

  #fit(draft: Draft): { path: Message[]; fitted: ReturnType<typeof fit>; text: string } {
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

  async presetList(): Promise<Preset[]> {
    return this.#shelf.presets();
  }

  async presetSave(id: string | null, name: string, settings: TurnSettings): Promise<Preset[]> {
    return this.#shelf.savePreset(id, name, settings);
  }

  async presetDelete(id: string): Promise<Preset[]> {
    return this.#shelf.deletePreset(id);
  }

  async attachmentPick(): Promise<Attachment[]> {
    return [this.#shelf.read('/home/user/笔记 notes.md')];
  }

  async attachmentRead(path: string): Promise<Attachment> {
    return this.#shelf.read(path);
  }

  async attachmentText(id: number): Promise<string> {
    return this.#shelf.text(id);
  }

  async messageTokens(messageId: number): Promise<TokenRecord[]> {
    return this.#archive.tokens(messageId);
  }

  async messageSelect(messageId: number): Promise<Conversation> {
    return this.#archive.shown(this.#archive.select(messageId));
  }

  async messageDelete(messageId: number): Promise<Conversation> {
    const id = this.#archive.delete(messageId);
    this.#tell({ event: 'history_changed' });
    return this.#archive.shown(id);
  }

  async messageRestore(messageId: number): Promise<Conversation> {
    const id = this.#archive.restore(messageId);
    this.#tell({ event: 'history_changed' });
    return this.#archive.shown(id);
  }

  async messagePin(messageId: number, pinned: boolean): Promise<Message> {
    return this.#archive.pin(messageId, pinned);
  }

  async conversationTree(id: number): Promise<ConversationTree> {
    return this.#archive.tree(id);
  }

  async conversationOpen(id: number): Promise<Conversation> {
    return this.#archive.shown(id);
  }

  async conversationShown(): Promise<void> {}

  async conversationEarlier(messageId: number): Promise<Message[]> {
    return this.#archive.earlier(messageId);
  }

  async conversationList(): Promise<ConversationSummary[]> {
    return this.#archive.list();
  }

  async conversationRename(id: number, title: string): Promise<void> {
    this.#archive.rename(id, title);
    this.#tell({ event: 'history_changed' });
  }

  async conversationDelete(id: number): Promise<void> {
    this.#archive.entry(id).deleted = true;
    this.#tell({ event: 'history_changed' });
  }

  async conversationRestore(id: number): Promise<void> {
    this.#archive.entry(id).deleted = false;
    this.#tell({ event: 'history_changed' });
  }

  async textTokenize(text: string): Promise<Tokenization> {
    this.#models.ready('a');
    const tokens = tokenize(text);
    return { ids: tokens.map((token) => token.id), tokens };
  }

  async sandbox(): Promise<Sandbox> {
    return this.#options.sandbox;
  }

  async dataShow(): Promise<void> {}

  async windowNotice(): Promise<void> {}

  async caretBlinks(): Promise<void> {}

  async settingsSet(settings: Settings): Promise<Settings> {
    this.#settings = settings;
    return settings;
  }

  async listen(handler: (event: AppEvent) => void): Promise<() => void> {
    this.#handlers.add(handler);
    const stopDrag = listenToDrag((event) => this.#tell(event));
    return () => {
      this.#handlers.delete(handler);
      stopDrag();
    };
  }

  /** Sends a broadcast; tests also use it to play the shell. */
  tell(event: AppEvent): void {
    if (event.event === 'model_state') this.#models.active = event.active;
    this.#tell(event);
  }

  #tell(event: AppEvent): void {
    for (const handler of this.#handlers) handler(event);
  }
}

function facts(
  records: TokenRecord[],
  settings: TurnSettings,
  stop_reason: AnswerFacts['stop_reason'],
  { info }: Pick<ModelLoaded, 'info'>,
): AnswerFacts {
  return {
    model_name: info.name,
    model_fingerprint: `fake:${info.path}`,
    settings,
    seed: settings.sampling.seed ?? 20240229,
    ...(stop_reason ? { stop_reason } : {}),
    prompt_tokens: records[0]?.position ?? 0,
    ...counts(records),
  };
}

function counts(
  records: TokenRecord[],
): Pick<AnswerFacts, 'completion_tokens' | 'first_token_ms' | 'decode_ms'> {
  return {
    completion_tokens: records.length,
    first_token_ms: records.length > 0 ? 46 : 0,
    decode_ms: records.slice(1).reduce((sum, one) => sum + one.micros / 1000, 0),
  };
}
