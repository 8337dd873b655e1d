/** The client on the real shell. The only file that knows the host is Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { AppEvent } from './bindings/AppEvent';
import type { TurnEvent } from './bindings/TurnEvent';
import type { Client } from './client';

/** Name of the broadcast event; the shell's `commands` use the same. */
const BROADCAST = 'vitrine';

export const tauriClient: Client = {
  startUp: () => invoke('start_up'),

  modelsOverview: () => invoke('models_overview'),
  modelPick: (kind, title) => invoke('model_pick', { kind, title }),
  modelInspect: (path) => invoke('model_inspect', { path }),
  modelLoad: (path, options) => invoke('model_load', { path, options }),
  modelCancel: () => invoke('model_cancel'),
  modelUnload: () => invoke('model_unload'),
  recentForget: (path) => invoke('recent_forget', { path }),

  chatTurn: (request, onEvent) => {
    const channel = new Channel<TurnEvent>();
    channel.onmessage = onEvent;
    return invoke('chat_turn', { request, channel });
  },
  chatStop: () => invoke('chat_stop'),
  messageTokens: (messageId) => invoke('message_tokens', { messageId }),
  messageSelect: (messageId) => invoke('message_select', { messageId }),

  conversationOpen: (id) => invoke('conversation_open', { id }),
  conversationList: () => invoke('conversation_list'),
  conversationRename: (id, title) => invoke('conversation_rename', { id, title }),
  conversationDelete: (id) => invoke('conversation_delete', { id }),
  conversationRestore: (id) => invoke('conversation_restore', { id }),

  textTokenize: (text) => invoke('text_tokenize', { text }),

  settingsSet: (settings) => invoke('settings_set', { settings }),

  listen: (handler) => listen<AppEvent>(BROADCAST, (event) => handler(event.payload)),
};
