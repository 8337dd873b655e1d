/** Which view is open. */
export const VIEWS = ['chat', 'tokens', 'models', 'history', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export class NavStore {
  view = $state<View>('models');

  go(view: View): void {
    this.view = view;
  }
}
