/** What the palette can do and the shortcuts call: one list, so that the two never differ. */
import type { App } from '../../stores/app.svelte';
import type { CutSection } from '../../stores/inspector-cut.svelte';
import type { VocabularyView } from '../../stores/inspector-vocabulary.svelte';
import type { InspectorTab } from '../../stores/inspector.svelte';
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
  /** Shown only where something is typed: the list would be long. */
  sought?: true;
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

/** A room of the token inspector. */
function room(
  name: RoomName,
  icon: IconName,
  run: Command['run'],
  { sought, can = always }: { sought?: true; can?: Command['can'] } = {},
): Command {
  const labels = { label: `command_inspector_${name}`, words: `words_inspector_${name}` } as const;
  return {
    name: `inspector_${name}`,
    group: 'views',
    icon,
    ...labels,
    can,
    run,
    ...(sought ? { sought } : {}),
  };
}

type RoomName = InspectorTab | CutSection | Exclude<VocabularyView, 'browse'>;

const SECTIONS = ['steps', 'guises', 'ids'] as const satisfies readonly CutSection[];

const THEMES = ['light', 'dark', 'system'] as const;
const LANGUAGES = ['zh-CN', 'en', 'system'] as const;
const LANGUAGE_LABELS = {
  'zh-CN': 'command_language_zh',
  en: 'command_language_en',
  system: 'command_language_system',
} as const satisfies Record<(typeof LANGUAGES)[number], MessageKey>;

/** `palette` itself and `stop` are no entries of the palette: the one is open, the other has its own rule. */
export const COMMANDS: readonly Command[] = [
  shortcut('new_conversation', 'plus', always, (app) => app.begin()),
  shortcut('new_private', 'private', always, (app) => void app.beginPrivate(), 'words_private'),
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
    name: 'duplicate',
    group: 'conversation',
    icon: 'copy',
    label: 'history_duplicate',
    can: ({ chat }) => chat.conversation !== null && chat.conversation.keeping !== 'private',
    run: ({ chat, history }) => chat.conversation && void history.duplicate(chat.conversation.id),
  },
  {
    name: 'delete_conversation',
    group: 'conversation',
    icon: 'bin',
    label: 'command_delete',
    can: ({ chat }) => chat.conversation !== null && !chat.busyHere,
    run: ({ chat, history }) => chat.conversation && void history.remove(chat.conversation.id),
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
  shortcut('view_tokens', 'tokens', always, ({ nav }) => nav.go('tokens'), 'words_view_tokens'),
  room('cut', 'tokens', ({ inspector }) => inspector.visit('cut')),
  room('vocabulary', 'search', ({ inspector, vocabularyTab }) => {
    inspector.visit('vocabulary');
    vocabularyTab.open('browse');
  }),
  room('compare', 'columns', ({ inspector }) => inspector.visit('compare')),
  room('read', 'lens', ({ inspector }) => inspector.visit('read')),
  ...SECTIONS.map((section) =>
    room(
      section,
      'tokens',
      ({ inspector, cutTab }) => {
        inspector.visit('cut');
        cutTab.goTo(section);
      },
      { sought: true },
    ),
  ),
  room(
    'guess',
    'tokens',
    ({ inspector, cutTab }) => {
      inspector.visit('cut');
      cutTab.form = 'text';
      cutTab.open.guess = true;
    },
    { sought: true, can: ({ inspector }) => inspector.text !== '' },
  ),
  ...(['meaning', 'made'] as const).map((view) =>
    room(
      view,
      'search',
      ({ inspector, vocabularyTab }) => {
        inspector.visit('vocabulary');
        vocabularyTab.open(view);
      },
      { sought: true },
    ),
  ),
  {
    name: 'look_at_draft',
    group: 'views',
    icon: 'tokens',
    label: 'command_look_at_draft',
    can: ({ chat, nav }) => nav.view === 'chat' && chat.draft.trim() !== '',
    run: ({ chat, inspector }) => inspector.look({ text: chat.draft, tab: 'cut' }),
  },
  shortcut('view_models', 'models', always, ({ nav }) => nav.go('models')),
  {
    name: 'import',
    group: 'views',
    icon: 'history',
    label: 'import_title',
    words: 'words_transfer',
    can: always,
    run: ({ transfer }) => transfer.openImport(),
  },
  {
    name: 'export',
    group: 'views',
    icon: 'out',
    label: 'export_title',
    words: 'words_transfer',
    can: always,
    run: (app) => app.export(),
  },
  shortcut('view_history', 'history', always, ({ nav }) => nav.go('history')),
  shortcut(
    'search_history',
    'search',
    always,
    ({ nav, history }) => {
      history.tab = 'conversations';
      nav.go('history');
    },
    'words_find',
  ),
  shortcut(
    'sidebar',
    'sidebar',
    ({ nav }) => nav.view === 'chat',
    ({ sidebar }) => sidebar.toggle(),
  ),
  shortcut('settings', 'settings', always, ({ nav }) => nav.go('settings')),
  shortcut('shortcuts', 'keyboard', always, ({ nav }) => (nav.overlay = 'shortcuts')),
  {
    name: 'tour',
    group: 'views',
    icon: 'help',
    label: 'tour_take',
    words: 'words_help',
    can: always,
    run: (app) => app.takeTour(),
  },
  {
    name: 'guide',
    group: 'views',
    icon: 'help',
    label: 'guide',
    words: 'words_guide',
    can: always,
    run: ({ nav }) => (nav.overlay = 'guide'),
  },
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
  shortcut('zoom_in', 'plus', always, (app) => app.zoom(1), 'words_zoom'),
  shortcut('zoom_out', 'search', always, (app) => app.zoom(-1), 'words_zoom'),
  shortcut('zoom_reset', 'search', always, (app) => app.zoom(0), 'words_zoom'),
];
