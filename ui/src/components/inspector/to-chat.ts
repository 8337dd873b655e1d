/** From the inspector to the chat: a new conversation, with words in the box that wait to be sent. */
import type { App } from '../../stores/app.svelte';

export function askInChat(
  { chat, nav, composer }: Pick<App, 'chat' | 'nav' | 'composer'>,
  text: string,
): void {
  chat.begin();
  chat.draft = text;
  nav.go('chat');
  composer.focus();
}
