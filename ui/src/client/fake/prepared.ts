/** The double's prepared models: written at the first load of what needs it, found again, cleared. */
import type { Isq } from '../bindings/Isq';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { Preparation } from '../bindings/Preparation';
import type { PreparedModels } from '../bindings/PreparedModels';
import { diskNeed } from './cards';

const FREE = 48_000_000_000;

export class FakePrepared {
  /** Bytes by path and way. */
  readonly #entries = new Map<string, number>();
  #free = FREE;

  /** `null` where nothing has to be written. */
  preparation(info: ModelInfo, isq: Isq): Preparation | null {
    const bytes = diskNeed(info, isq);
    if (bytes === null) return null;
    const written = this.#entries.get(key(info, isq));
    if (written !== undefined) return { preparation: 'done', bytes: written };
    const free_bytes = info.path.includes('cramped') ? 300_000_000 : this.#free;
    return free_bytes < bytes
      ? { preparation: 'no_room', bytes, free_bytes }
      : { preparation: 'needed', bytes, free_bytes };
  }

  write(info: ModelInfo, isq: Isq): void {
    const bytes = diskNeed(info, isq);
    if (bytes !== null) this.#entries.set(key(info, isq), bytes);
  }

  /** `open`: the path of the model that is open. */
  overview(open: string | null): PreparedModels {
    const used = [...this.#entries.keys()].filter((entry) => entry.startsWith(`${open}\n`));
    return {
      folder: '/home/user/.cache/vitrine/converted',
      models: this.#entries.size,
      in_use: used.length,
      bytes: [...this.#entries.values()].reduce((sum, bytes) => sum + bytes, 0),
      limit_bytes: 34_359_738_368,
    };
  }

  clear(open: string | null): PreparedModels {
    for (const entry of [...this.#entries.keys()]) {
      if (!entry.startsWith(`${open}\n`)) this.#entries.delete(entry);
    }
    return this.overview(open);
  }
}

function key(info: ModelInfo, isq: Isq): string {
  return `${info.path}\n${info.plan?.float_weights ? isq : ''}`;
}
