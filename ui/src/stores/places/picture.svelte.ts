/** An answer as a picture: which one is being made, and where the last one went. */
import type { Client } from '../../client/client';
import { toShownError, type ShownError } from '../../client/errors';
import type { Message } from '../../client/upcoming';

export class PictureStore {
  /** The answer whose picture is being made. */
  message = $state.raw<Message | null>(null);
  saving = $state(false);
  /** Where it was saved. */
  path = $state<string | null>(null);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  open(message: Message): void {
    this.path = this.error = null;
    this.message = message;
  }

  close(): void {
    this.message = null;
  }

  /** `make` gives the bytes of the file. */
  async save(make: () => Promise<Uint8Array>, name: string): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    this.path = this.error = null;
    try {
      this.path = await this.#client.messagePicture(await make(), name);
    } catch (thrown) {
      this.error = toShownError(thrown);
    } finally {
      this.saving = false;
    }
  }
}
