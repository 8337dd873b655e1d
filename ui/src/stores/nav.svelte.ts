/** Which view is open, and what lies over it for a moment. */
export const VIEWS = ['chat', 'tokens', 'models', 'history', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export class NavStore {
  view = $state<View>('models');
  overlay = $state<'none' | 'palette' | 'shortcuts'>('none');

  go(view: View): void {
    this.view = view;
  }
}
