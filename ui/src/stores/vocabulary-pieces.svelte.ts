/**
 * What the ids of one vocabulary are. Asked for when they come into sight, many at a time, and kept until another
 * tokenizer stands at the place.
 */
import type { Piece } from '../client/bindings/Piece';
import type { SubjectPlace } from '../client/bindings/SubjectPlace';
import type { Client } from '../client/client';

/** The shell answers so many at a time. */
const AT_ONCE = 10_000;

export class VocabularyPieces {
  readonly #client: Client;
  readonly #place: SubjectPlace;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- `#version` tells of changes: one signal, not one an id
  readonly #known = new Map<number, Piece>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody draws what is being asked for
  readonly #asked = new Set<number>();
  #wanted: number[] = [];
  #version = $state(0);
  /** Another tokenizer: answers about the one before are dropped. */
  #epoch = 0;

  constructor(client: Client, place: SubjectPlace) {
    this.#client = client;
    this.#place = place;
  }

  /** What is known of an id; whoever reads one that is not known follows. What is known stays as long as the tokenizer. */
  get(id: number): Piece | undefined {
    const piece = this.#known.get(id);
    if (!piece) void this.#version;
    return piece;
  }

  /** Asks for those that are not known yet; whoever read them is told. */
  want(ids: Iterable<number>): void {
    const idle = this.#wanted.length === 0;
    for (const id of ids) {
      if (this.#known.has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      this.#wanted.push(id);
    }
    if (idle && this.#wanted.length > 0) queueMicrotask(() => void this.#ask());
  }

  /** All of them, now. Ids that the vocabulary lacks are left out. */
  async all(ids: readonly number[]): Promise<ReadonlyMap<number, Piece>> {
    const epoch = this.#epoch;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- of a moment
    const missing = [...new Set(ids)].filter((id) => !this.#known.has(id));
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      const pieces = await this.#client.vocabularyPieces(this.#place, missing.slice(at, at + AT_ONCE));
      if (epoch === this.#epoch) this.#keep(pieces);
    }
    return this.#known;
  }

  /** Another tokenizer stands here. */
  forget(): void {
    this.#epoch += 1;
    this.#known.clear();
    this.#asked.clear();
    this.#wanted = [];
    this.#version += 1;
  }

  async #ask(): Promise<void> {
    const epoch = this.#epoch;
    const ids = this.#wanted.splice(0, AT_ONCE);
    if (ids.length === 0) return;
    try {
      const pieces = await this.#client.vocabularyPieces(this.#place, ids);
      if (epoch === this.#epoch) this.#keep(pieces);
    } catch {
      // They are asked for again when they come into sight once more.
      if (epoch === this.#epoch) for (const id of ids) this.#asked.delete(id);
    }
    if (this.#wanted.length > 0) void this.#ask();
  }

  #keep(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#known.set(piece.id, piece);
    this.#version += 1;
  }
}
