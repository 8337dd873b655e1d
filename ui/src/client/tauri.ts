/** The client on the real shell. The only file that knows the host is Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { ReadEvent } from './bindings/ReadEvent';
import type { RelayEvent } from './bindings/RelayEvent';
import type { TransferEvent } from './bindings/TransferEvent';
import type { Client } from './client';
import type { AppEvent, TurnEvent } from './upcoming';

/** Name of the broadcast event; the shell's `commands` use the same. */
const BROADCAST = 'vitrine';

export const tauriClient: Client = {
  startUp: () => invoke('start_up'),

  modelsOverview: () => invoke('models_overview'),
  modelPick: (kind, title) => invoke('model_pick', { kind, title }),
  modelInspect: (path) => invoke('model_inspect', { path }),
  modelPreflight: (path) => invoke('model_preflight', { path }),
  modelsInside: (path) => invoke('models_inside', { path }),
  modelPathOf: (name, fingerprint) => invoke('model_path_of', { name, fingerprint }),
  modelLoad: (path, options, slot, consent) => invoke('model_load', { path, options, slot, consent }),
  modelCancel: (slot) => invoke('model_cancel', { slot }),
  modelUnload: (slot) => invoke('model_unload', { slot }),
  secondModel: () => invoke('second_model'),
  recentForget: (path) => invoke('recent_forget', { path }),

  libraryOverview: () => invoke('library_overview'),
  libraryScan: () => invoke('library_scan'),
  libraryStop: () => invoke('library_stop'),
  libraryAddFolder: (path) => invoke('library_add_folder', { path }),
  libraryRemoveFolder: (path) => invoke('library_remove_folder', { path }),
  libraryHide: (path) => invoke('library_hide', { path }),
  libraryUnhide: (path) => invoke('library_unhide', { path }),
  libraryFindDuplicates: () => invoke('library_find_duplicates'),
  libraryStopDuplicates: () => invoke('library_stop_duplicates'),
  showInFolder: (path) => invoke('show_in_folder', { path }),
  preparedModels: () => invoke('prepared_models'),
  preparedClear: () => invoke('prepared_clear'),
  preparedShow: () => invoke('prepared_show'),

  relayRun: (request, onEvent) => {
    const channel = new Channel<RelayEvent>();
    channel.onmessage = onEvent;
    return invoke('relay_run', { request, channel });
  },
  relayStop: () => invoke('relay_stop'),

  chatTurn: (request, onEvent) => {
    const channel = new Channel<TurnEvent>();
    channel.onmessage = onEvent;
    return invoke('chat_turn', { request, channel });
  },
  chatStop: () => invoke('chat_stop'),
  messageTokens: (messageId) => invoke('message_tokens', { messageId }),
  messageSelect: (messageId) => invoke('message_select', { messageId }),
  messageDelete: (messageId) => invoke('message_delete', { messageId }),
  messageRestore: (messageId) => invoke('message_restore', { messageId }),
  messagePin: (messageId, pinned) => invoke('message_pin', { messageId, pinned }),

  stepChoose: (choice, sampling) => invoke('step_choose', { choice, sampling }),
  stepReshape: (sampling) => invoke('step_reshape', { sampling }),
  stepGuess: (text) => invoke('step_guess', { text }),
  messageGuess: (messageId, tokenIndex, text) => invoke('message_guess', { messageId, tokenIndex, text }),
  vocabularySearch: (query, limit) => invoke('vocabulary_search', { query, limit }),

  promptOf: (messageId) => invoke('prompt_of', { messageId }),
  promptPreview: (draft) => invoke('prompt_preview', { draft }),
  contextPreview: (draft) => invoke('context_preview', { draft }),

  presetList: () => invoke('preset_list'),
  presetSave: (id, name, settings) => invoke('preset_save', { id, name, settings }),
  presetDelete: (id) => invoke('preset_delete', { id }),

  attachmentPick: (title, conversationId) => invoke('attachment_pick', { title, conversationId }),
  attachmentRead: (path, conversationId) => invoke('attachment_read', { path, conversationId }),
  attachmentText: (id) => invoke('attachment_text', { id }),

  conversationOpen: (id) => invoke('conversation_open', { id }),
  conversationShown: (id) => invoke('conversation_shown', { id }),
  conversationEarlier: (messageId) => invoke('conversation_earlier', { messageId }),
  conversationTree: (id) => invoke('conversation_tree', { id }),
  conversationRename: (id, title) => invoke('conversation_rename', { id, title }),
  conversationDuplicate: (id) => invoke('conversation_duplicate', { id }),
  conversationSplit: (messageId) => invoke('conversation_split', { messageId }),
  conversationBeginPrivate: (settings) => invoke('conversation_begin_private', { settings }),

  historyList: (filter, order, offset, limit) => invoke('history_list', { filter, order, offset, limit }),
  historyShelves: () => invoke('history_shelves'),
  historyChange: (ids, change) => invoke('history_change', { ids, change }),
  historySearch: (text, filter, offset, limit) => invoke('history_search', { text, filter, offset, limit }),
  folderCreate: (name) => invoke('folder_create', { name }),
  folderRename: (id, name) => invoke('folder_rename', { id, name }),
  folderDelete: (id) => invoke('folder_delete', { id }),

  draftKeep: (conversationId, text, attachments) =>
    invoke('draft_keep', { conversationId, text, attachments }),
  draftKept: (conversationId) => invoke('draft_kept', { conversationId }),

  historyMoments: (query, offset, limit) => invoke('history_moments', { query, offset, limit }),
  historyStatistics: (from, until) => invoke('history_statistics', { from, until }),

  historyState: () => invoke('history_state'),
  historyDecide: (choice) => invoke('history_decide', { choice }),
  historyRetry: () => invoke('history_retry'),
  historyShowFolder: () => invoke('history_show_folder'),
  backupList: () => invoke('backup_list'),
  backupMake: () => invoke('backup_make'),
  backupLook: (path, offset, limit) => invoke('backup_look', { path, offset, limit }),
  backupRestore: (path, uids) => invoke('backup_restore', { path, uids }),
  backupPick: (title) => invoke('backup_pick', { title }),
  historyPurge: (ids) => invoke('history_purge', { ids }),

  historyExport: (ids, format, language, onEvent) => {
    const channel = new Channel<TransferEvent>();
    channel.onmessage = onEvent;
    return invoke('history_export', { ids, format, language, channel });
  },
  historyImport: (paths, folder, onEvent) => {
    const channel = new Channel<TransferEvent>();
    channel.onmessage = onEvent;
    return invoke('history_import', { paths, folder, channel });
  },
  transferCancel: (id) => invoke('transfer_cancel', { id }),
  importReceipts: () => invoke('import_receipts'),
  messagePicture: (bytes, name) => invoke('message_picture', { bytes, name }),

  textTokenize: (text) => invoke('text_tokenize', { text }),

  tokenizerOpen: (place, path) => invoke('tokenizer_open', { place, path }),
  tokenizerSubject: (place) => invoke('tokenizer_subject', { place }),
  tokenizerClose: (place) => invoke('tokenizer_close', { place }),
  textCut: (place, text, rows) => invoke('text_cut', { place, text, rows }),
  vocabularyPieces: (place, ids) => invoke('vocabulary_pieces', { place, ids }),
  textAsMessage: (place, text) => invoke('text_as_message', { place, text }),
  textSteps: (place, text) => invoke('text_steps', { place, text }),
  textGuises: (place, text) => invoke('text_guises', { place, text }),
  textFromIds: (place, list) => invoke('text_from_ids', { place, list }),
  textCompare: (text) => invoke('text_compare', { text }),
  languageTable: () => invoke('language_table'),

  vocabularyOverview: (place) => invoke('vocabulary_overview', { place }),
  vocabularyFind: (place, query) => invoke('vocabulary_find', { place, query }),
  vocabularyEntry: (place, id) => invoke('vocabulary_entry', { place, id }),
  neighbours: (place, of, count) => invoke('neighbours', { place, of, count }),
  oddOneOut: (place, words) => invoke('odd_one_out', { place, words }),
  hardlyMet: (place, count) => invoke('hardly_met', { place, count }),

  trainingStart: (start) => invoke('training_start', { start }),
  trainingRounds: (training, from, count) => invoke('training_rounds', { training, from, count }),
  trainingCut: (training, text, merges) => invoke('training_cut', { training, text, merges }),
  trainingPieces: (training, ids) => invoke('training_pieces', { training, ids }),
  trainingUse: (training, merges) => invoke('training_use', { training, merges }),

  readText: (text, onEvent) => {
    const channel = new Channel<ReadEvent>();
    channel.onmessage = onEvent;
    return invoke('read_text', { text, channel });
  },
  readStop: () => invoke('read_stop'),

  settingsSet: (settings) => invoke('settings_set', { settings }),
  settingsReset: (part) => invoke('settings_reset', { part }),
  licences: () => invoke('licences'),
  dataShow: () => invoke('data_show'),
  sandbox: () => invoke('sandbox'),
  diagnostics: () => invoke('diagnostics'),
  logsShow: () => invoke('logs_show'),
  crashReportForget: () => invoke('crash_report_forget'),
  missingFontForget: () => invoke('missing_font_forget'),
  windowNotice: (title) => invoke('window_notice', { title }),

  listen: (handler) => listen<AppEvent>(BROADCAST, (event) => handler(event.payload)),
};
