/** What the palette can do and the shortcuts call: one list, so that the two never differ. */
import type { App } from '../../stores/app.svelte';
import type { IconName } from '../shared/icons';
import type { ShortcutName } from './keys';

export interface Command {
  name: ShortcutName;
  icon: IconName;
  /** Can it be done now? */
  can: (app: App) => boolean;
  run: (app: App) => void;
}

const always = (): boolean => true;

/** `palette` itself and `stop` are no entries of the palette: the one is open, the other has its own rule. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'new_conversation',
    icon: 'plus',
    can: always,
    run: ({ chat, nav, composer }) => {
      chat.begin();
      nav.go('chat');
      composer.focus();
    },
  },
  {
    name: 'write',
    icon: 'pencil',
    can: always,
    run: ({ nav, composer }) => {
      nav.go('chat');
      composer.focus();
    },
  },
  {
    name: 'send',
    icon: 'send',
    can: ({ nav, composer }) => nav.view === 'chat' && composer.ready,
    run: ({ composer }) => void composer.send(),
  },
  {
    name: 'regenerate',
    icon: 'again',
    can: ({ nav, chat, models }) =>
      nav.view === 'chat' && !chat.busy && models.ready !== null && chat.lastAnswer !== null,
    run: ({ chat }) => {
      if (chat.lastAnswer) void chat.regenerate(chat.lastAnswer.id);
    },
  },
  {
    name: 'attach',
    icon: 'clip',
    can: ({ nav }) => nav.view === 'chat',
    run: ({ composer }) => void composer.pick(),
  },
  {
    name: 'layer',
    icon: 'tokens',
    can: ({ nav, chat }) => nav.view === 'chat' && chat.conversation !== null,
    run: ({ settings }) => {
      const token_layer = settings.current.token_layer === 'off' ? 'probability' : 'off';
      void settings.change({ token_layer });
    },
  },
  {
    name: 'lens',
    icon: 'lens',
    can: ({ nav, lens, chat }) => nav.view === 'chat' && (lens.subject !== null || chat.waiting !== null),
    run: ({ lens }) => lens.enter(),
  },
  { name: 'view_chat', icon: 'chat', can: always, run: ({ nav }) => nav.go('chat') },
  { name: 'view_tokens', icon: 'tokens', can: always, run: ({ nav }) => nav.go('tokens') },
  { name: 'view_models', icon: 'models', can: always, run: ({ nav }) => nav.go('models') },
  { name: 'view_history', icon: 'history', can: always, run: ({ nav }) => nav.go('history') },
  { name: 'settings', icon: 'settings', can: always, run: ({ nav }) => nav.go('settings') },
  { name: 'shortcuts', icon: 'keyboard', can: always, run: ({ nav }) => (nav.overlay = 'shortcuts') },
];
