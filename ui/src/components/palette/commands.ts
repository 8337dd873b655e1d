/** What the palette can do and the shortcuts call: one list, so that the two never differ. */
import type { App } from '../../stores/app.svelte';
import type { MessageKey } from '../../i18n/messages';
import type { IconName } from '../shared/icons';
import { SHORTCUTS, type Group, type ShortcutName } from './keys';

export interface Command {
  name: string;
  group: Group;
  icon: IconName;
  label: MessageKey;
  /** Other words by which people look for it. */
  words?: MessageKey;
  /** Can it be done now? */
  can: (app: App) => boolean;
  run: (app: App) => void;
}

const always = (): boolean => true;

/** A command that has a shortcut carries its name and its place. */
function shortcut(
  name: ShortcutName,
  icon: IconName,
  can: Command['can'],
  run: Command['run'],
  words?: MessageKey,
): Command {
  const group = SHORTCUTS.find((one) => one.name === name)?.group ?? 'conversation';
  return { name, group, icon, label: `shortcut_${name}`, can, run, ...(words ? { words } : {}) };
}

const THEMES = ['light', 'dark', 'system'] as const;
const LANGUAGES = ['zh-CN', 'en', 'system'] as const;
const LANGUAGE_LABELS = {
  'zh-CN': 'command_language_zh',
  en: 'command_language_en',
  system: 'command_language_system',
} as const satisfies Record<(typeof LANGUAGES)[number], MessageKey>;

/** `palette` itself and `stop` are no entries of the palette: the one is open, the other has its own rule. */
export const COMMANDS: readonly Command[] = [
  shortcut('new_conversation', 'plus', always, ({ chat, nav, composer }) => {
    chat.begin();
    nav.go('chat');
    composer.focus();
  }),
  shortcut('write', 'pencil', always, ({ nav, composer }) => {
    nav.go('chat');
    composer.focus();
  }),
  shortcut(
    'send',
    'send',
    ({ nav, composer }) => nav.view === 'chat' && composer.ready,
    ({ composer }) => void composer.send(),
  ),
  shortcut(
    'regenerate',
    'again',
    ({ nav, chat, models }) =>
      nav.view === 'chat' && !chat.busy && models.ready !== null && chat.lastAnswer !== null,
    ({ chat }) => {
      if (chat.lastAnswer) void chat.regenerate(chat.lastAnswer.id);
    },
    'words_regenerate',
  ),
  shortcut(
    'attach',
    'clip',
    ({ nav }) => nav.view === 'chat',
    ({ composer }) => void composer.pick(),
  ),
  shortcut(
    'find',
    'search',
    ({ chat }) => chat.conversation !== null,
    ({ nav, find }) => {
      nav.go('chat');
      find.open(String(getSelection() ?? ''));
    },
    'words_find',
  ),
  shortcut(
    'layer',
    'tokens',
    ({ nav, chat }) => nav.view === 'chat' && chat.conversation !== null,
    ({ settings }) => {
      const token_layer = settings.current.token_layer === 'off' ? 'probability' : 'off';
      void settings.change({ token_layer });
    },
  ),
  shortcut(
    'lens',
    'lens',
    ({ nav, lens, chat }) => nav.view === 'chat' && (lens.subject !== null || chat.waiting !== null),
    ({ lens }) => lens.enter(),
  ),
  {
    name: 'rename',
    group: 'conversation',
    icon: 'pencil',
    label: 'command_rename',
    words: 'words_rename',
    can: ({ chat }) => chat.conversation !== null,
    run: ({ chat, find, nav }) => {
      find.close();
      nav.go('chat');
      chat.renaming = chat.conversation?.id ?? null;
    },
  },
  {
    name: 'step_mode',
    group: 'conversation',
    icon: 'step',
    label: 'command_step_mode',
    words: 'words_step_mode',
    can: ({ chat }) => chat.pace === 'run',
    run: ({ chat, nav, composer }) => {
      chat.pace = 'step';
      nav.go('chat');
      composer.focus();
    },
  },
  {
    name: 'step_mode_off',
    group: 'conversation',
    icon: 'step',
    label: 'command_step_mode_off',
    words: 'words_step_mode',
    can: ({ chat }) => chat.pace === 'step',
    run: ({ chat }) => (chat.pace = 'run'),
  },
  shortcut(
    'undo',
    'history',
    ({ toasts }) => toasts.canUndo,
    ({ toasts }) => toasts.undo(),
  ),
  shortcut('open_file', 'open', always, ({ models }) => void models.open('file')),
  {
    name: 'open_folder',
    group: 'models',
    icon: 'open',
    label: 'open_folder',
    can: always,
    run: ({ models }) => void models.open('folder'),
  },
  {
    name: 'compare_end',
    group: 'models',
    icon: 'columns',
    label: 'compare_end',
    words: 'words_compare',
    can: ({ compare }) => compare.name !== null,
    run: ({ compare }) => void compare.end(),
  },
  shortcut('view_chat', 'chat', always, ({ nav }) => nav.go('chat')),
  shortcut('view_tokens', 'tokens', always, ({ nav }) => nav.go('tokens')),
  {
    name: 'look_at_draft',
    group: 'views',
    icon: 'tokens',
    label: 'command_look_at_draft',
    can: ({ chat, nav }) => nav.view === 'chat' && chat.draft.trim() !== '',
    run: ({ chat, inspector }) => inspector.look({ text: chat.draft, tab: 'cut' }),
  },
  shortcut('view_models', 'models', always, ({ nav }) => nav.go('models')),
  shortcut('view_history', 'history', always, ({ nav }) => nav.go('history')),
  shortcut('settings', 'settings', always, ({ nav }) => nav.go('settings')),
  shortcut('shortcuts', 'keyboard', always, ({ nav }) => (nav.overlay = 'shortcuts')),
  ...THEMES.map((theme): Command => ({
    name: `theme_${theme}`,
    group: 'look',
    icon: 'sliders',
    label: `command_theme_${theme}`,
    can: ({ settings }) => settings.current.theme !== theme,
    run: ({ settings }) => void settings.change({ theme }),
  })),
  ...LANGUAGES.map((language): Command => ({
    name: `language_${language}`,
    group: 'look',
    icon: 'settings',
    label: LANGUAGE_LABELS[language],
    words: 'words_language',
    can: ({ settings }) => settings.current.language !== language,
    run: ({ settings }) => void settings.change({ language }),
  })),
  shortcut('zoom_in', 'plus', always, ({ settings }) => settings.zoomBy(1), 'words_zoom'),
  shortcut('zoom_out', 'search', always, ({ settings }) => settings.zoomBy(-1), 'words_zoom'),
  shortcut(
    'zoom_reset',
    'search',
    ({ settings }) => settings.current.zoom !== 100,
    ({ settings }) => void settings.change({ zoom: 100 }),
    'words_zoom',
  ),
];
