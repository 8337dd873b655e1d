/** From the inspector to the chat: a new conversation, with words in the box that wait to be sent. */
import type { App } from '../../stores/app.svelte';

export function askInChat(app: Pick<App, 'chat' | 'write'>, text: string): void {
  app.chat.begin();
  void app.write(text);
}
