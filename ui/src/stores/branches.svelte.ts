/** The tree of the open conversation: all versions of all turns, and where each version left another one. */
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { ConversationTree, Message, TreeNode } from '../client/upcoming';
import { countWays, leavingByMessage, slotByAnswer } from './ways';

export class BranchStore {
  tree = $state.raw<ConversationTree | null>(null);
  error = $state.raw<ShownError | null>(null);
  /** A question that is being put in other words. */
  editing = $state.raw<{ messageId: number; text: string } | null>(null);

  readonly #client: Client;
  #wanted: number | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** How many ways the conversation has gone: leaves of the tree. */
  readonly ways = $derived(countWays(this.tree?.nodes ?? NONE));
  readonly #leaving = $derived(leavingByMessage(this.tree?.nodes ?? NONE));

  readonly #slots = $derived(slotByAnswer(this.tree?.nodes ?? NONE));

  /**
   * The versions of a turn to choose from. Of a question that two models answered, each has its own: the other one's
   * stand beside them.
   */
  versionsOf(message: Message, partner: number | null): readonly number[] {
    if (message.role !== 'assistant' || message.versions.length < 2) return message.versions;
    const own = message.facts?.slot ?? 'a';
    return message.versions.filter((id) => {
      if (id === message.id) return true;
      const slot = this.#slots.get(id);
      return slot === undefined ? id !== partner : slot === own;
    });
  }

  /** Versions that left this answer. */
  leaving(messageId: number): readonly TreeNode[] {
    return this.#leaving.get(messageId) ?? NONE;
  }

  /** Reads the tree of this conversation; the newest question wins. */
  async read(conversationId: number | null): Promise<void> {
    this.#wanted = conversationId;
    if (conversationId === null) {
      this.tree = null;
      return;
    }
    try {
      const tree = await this.#client.conversationTree(conversationId);
      if (this.#wanted === conversationId) this.tree = tree;
      this.error = null;
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }
}

const NONE: readonly TreeNode[] = [];
