/** Which view is open, and what lies over it for a moment. */
import type { View } from './views';

export { VIEWS, type View } from './views';

export class NavStore {
  view = $state<View>('models');
  overlay = $state<'none' | 'palette' | 'shortcuts' | 'guide'>('none');

  go(view: View): void {
    this.view = view;
  }
}
