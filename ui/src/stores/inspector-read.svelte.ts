/** What the tab "Read" of the inspector keeps while it is out of sight. */
import type { Client } from '../client/client';
import type { InspectorStore } from './inspector.svelte';

export class ReadTabStore {
  readonly client: Client;
  readonly inspector: InspectorStore;

  constructor(client: Client, inspector: InspectorStore) {
    this.client = client;
    this.inspector = inspector;
  }
}
