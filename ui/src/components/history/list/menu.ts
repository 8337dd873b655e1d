/** What a conversation's menu offers, in whatever list it stands. */
import type { ConversationSummary } from '../../../client/bindings/ConversationSummary';
import type { App } from '../../../stores/app.svelte';
import type { MenuItem } from '../../menu/offers';

export function conversationMenu(app: App, item: ConversationSummary): MenuItem[] {
  const { history } = app;
  const { id, starred, pinned, archived } = item;
  const change = (part: Parameters<typeof history.change>[1]) => (): void => void history.change([id], part);
  if (item.deleted_at !== undefined) {
    // What is in the bin can't be opened.
    return [
      { key: 'history_restore', icon: 'restore', run: () => void history.restore(id) },
      { key: 'purge_menu', icon: 'bin', run: () => app.purge.ask([id], 1, history.called(item)) },
    ];
  }
  const remove: MenuItem = { key: 'history_delete', icon: 'bin', run: () => void history.remove(id) };
  const open: MenuItem = { key: 'menu_open', icon: 'chat', run: () => void app.openConversation(id) };
  const rename: MenuItem = { key: 'history_rename', icon: 'pencil', run: () => (history.renaming = id) };
  // It is kept nowhere: there is nothing to put in order.
  if (item.keeping === 'private') return [open, rename, remove];
  const { onExport } = history;
  return [
    open,
    rename,
    {
      key: starred ? 'history_unstar' : 'history_star',
      icon: 'star',
      run: change({ do: 'star', on: !starred }),
    },
    { key: pinned ? 'history_unpin' : 'history_pin', icon: 'pin', run: change({ do: 'pin', on: !pinned }) },
    { key: 'history_move', icon: 'folder', run: () => (history.moving = [id]) },
    { key: 'history_duplicate', icon: 'copy', run: () => void history.duplicate(id) },
    ...(onExport ? [{ key: 'history_export', icon: 'out', run: () => onExport([id]) } as const] : []),
    {
      key: archived ? 'history_unarchive' : 'history_archive',
      icon: 'archive',
      run: change({ do: 'archive', on: !archived }),
    },
    remove,
  ];
}

/** Opens the menu of whatever stands around a button, at the button. */
export function openMenu(event: MouseEvent): void {
  const button = event.currentTarget as HTMLElement;
  const box = button.getBoundingClientRect();
  // Not from the click itself, which goes on to close what is open.
  button.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: box.left,
      clientY: box.bottom + 2,
    }),
  );
}
