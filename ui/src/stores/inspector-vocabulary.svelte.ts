/** What the tab "Vocabulary" of the inspector keeps while it is out of sight. */
import type { Client } from '../client/client';
import type { InspectorStore } from './inspector.svelte';
import type { SubjectsStore } from './subjects.svelte';

export class VocabularyTabStore {
  readonly client: Client;
  readonly inspector: InspectorStore;
  readonly subjects: SubjectsStore;

  constructor(client: Client, inspector: InspectorStore, subjects: SubjectsStore) {
    this.client = client;
    this.inspector = inspector;
    this.subjects = subjects;
  }
}
