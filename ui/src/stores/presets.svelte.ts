/** Named settings: three of the app, and the user's own with their system prompt. The shell keeps them. */
import type { TurnSettings } from '../client/bindings/TurnSettings';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';
import type { Preset } from '../client/upcoming';

export class PresetsStore {
  items = $state.raw<readonly Preset[]>([]);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  refresh(): Promise<boolean> {
    return this.#attempt(() => this.#client.presetList());
  }

  /** A new one where `id` is null. Resolves to whether it was saved. */
  save(id: string | null, name: string, settings: TurnSettings): Promise<boolean> {
    return this.#attempt(() => this.#client.presetSave(id, name, settings));
  }

  remove(id: string): Promise<boolean> {
    return this.#attempt(() => this.#client.presetDelete(id));
  }

  async #attempt(work: () => Promise<Preset[]>): Promise<boolean> {
    try {
      this.items = await work();
      this.error = null;
      return true;
    } catch (thrown) {
      this.error = toShownError(thrown);
      return false;
    }
  }
}

/**
 * The settings after taking a preset: the app's own three leave the system prompt and the length as they are, the
 * user's bring everything. A seed stays in any case: it belongs to the answer, not to the manner.
 */
export function withPreset(settings: TurnSettings, preset: Preset): TurnSettings {
  const sampling = { ...preset.settings.sampling };
  delete sampling.seed;
  if (settings.sampling.seed !== undefined) sampling.seed = settings.sampling.seed;
  return preset.kind === 'own' ? { ...preset.settings, sampling } : { ...settings, sampling };
}

/** The preset that these settings are, `null` where they are none. */
export function presetOf(settings: TurnSettings, presets: readonly Preset[]): Preset | null {
  const wanted = JSON.stringify(normal(settings));
  // The user's own first: it may have been saved from one of the three.
  const order = [...presets].sort((a, b) => Number(b.kind === 'own') - Number(a.kind === 'own'));
  return order.find((preset) => JSON.stringify(normal(withPreset(settings, preset))) === wanted) ?? null;
}

/** Keys in one order, so that equal settings are equal texts. */
function normal(settings: TurnSettings): unknown {
  const sampling = Object.entries(settings.sampling).sort(([a], [b]) => a.localeCompare(b));
  return [settings.system_prompt, settings.max_tokens, sampling];
}
