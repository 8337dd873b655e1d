/** The double's library: as many models as asked for, in the places of other apps. */
import type { DuplicateState } from '../bindings/DuplicateState';
import type { LibraryModel } from '../bindings/LibraryModel';
import type { LibraryOverview } from '../bindings/LibraryOverview';
import type { LibraryPlace } from '../bindings/LibraryPlace';
import type { ModelSource } from '../bindings/ModelSource';
import type { ScanState } from '../bindings/ScanState';
import { card } from './cards';
import { FOLDER, LARGER } from './data';

const PLACES: readonly (readonly [ModelSource, string])[] = [
  ['lm_studio', '/home/user/.lmstudio/models'],
  ['ollama', '/home/user/.ollama/models'],
  ['hugging_face', '/home/user/.cache/huggingface/hub'],
];
const NAMES = [
  'Qwen3 0.6B',
  'Llama 3.2 1B Instruct',
  'gemma-3-270m-it',
  '书生 1.8B',
  'SmolLM2 135M',
  'Phi 3.5 mini',
];

export class FakeLibrary {
  #models: LibraryModel[] = [];
  #places: LibraryPlace[] = [];
  #folders: string[] = [];
  #scan: ScanState = { state: 'never' };
  #duplicates: DuplicateState = { state: 'never' };
  readonly #hidden = new Set<string>();

  overview(): LibraryOverview {
    const models = this.#models.filter((model) => !this.#hidden.has(model.path));
    return {
      models,
      places: this.#places,
      companions: this.#models.length > 0 ? 2 : 0,
      hidden: this.#models.length - models.length,
      scan: this.#scan,
      duplicates: this.#duplicates,
    };
  }

  async look(count: number, tell: (scan: ScanState) => void): Promise<void> {
    const say = (scan: ScanState): void => {
      this.#scan = scan;
      tell(scan);
    };
    say({ state: 'looking', files: count });
    this.#models = Array.from({ length: count }, (_, at) => model(at)).sort((a, b) =>
      a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
    );
    const own = this.#folders.map((path) => ({ path, source: 'folder' as const, models: 0, exists: true }));
    const others = PLACES.map(([source, path]) => ({
      path,
      source,
      models: this.#models.filter((one) => one.source === source).length,
      exists: true,
    }));
    this.#places = [...own, ...(count > 0 ? others : [])];
    say({ state: 'done', at: Date.now() });
  }

  stop(tell: (scan: ScanState) => void): void {
    this.#scan = { state: 'stopped' };
    tell(this.#scan);
  }

  addFolder(path: string): void {
    this.#folders = [...this.#folders, path];
  }

  removeFolder(path: string): void {
    this.#folders = this.#folders.filter((folder) => folder !== path);
  }

  hide(path: string): LibraryOverview {
    this.#hidden.add(path);
    return this.overview();
  }

  unhide(path: string | null): LibraryOverview {
    if (path === null) this.#hidden.clear();
    else this.#hidden.delete(path);
    return this.overview();
  }

  findDuplicates(tell: (duplicates: DuplicateState) => void): void {
    const groups = this.#models.length > 3 ? [this.#models.slice(0, 2).map((one) => one.path)] : [];
    this.#duplicates = { state: 'done', groups };
    tell(this.#duplicates);
  }
}

function model(at: number): LibraryModel {
  const [source, folder] = PLACES[at % PLACES.length] ?? ['folder', '/models'];
  const name = `${NAMES[at % NAMES.length] ?? ''}${at < NAMES.length ? '' : ` (${at})`}`;
  const path = `${folder}/${at}/${name.replaceAll(' ', '-')}.gguf`;
  const size = 100_000_000 + ((at * 997) % 60) * 90_000_000;
  const base = {
    path,
    name,
    source,
    size,
    modified_at: 1_700_000_000_000 + at * 60_000,
    parts: at % 11 === 5 ? 3 : 1,
  };
  if (at % 9 === 7) {
    return {
      ...base,
      found: {
        found: 'unreadable',
        error: {
          code: 'truncated',
          detail: 'cut',
          facts: { path, file_size: size / 2, expected_size: size },
        },
      },
    };
  }
  const info = {
    ...(at % 5 === 4 ? FOLDER : LARGER),
    path,
    name,
    parameters: size * 2,
    file_size: size,
    memory_needed: size * 2,
  };
  const shown = card(info);
  const verdict = shown.plans[shown.suggested]?.verdict ?? {
    verdict: 'slow',
    reason: 'processor',
    tokens_per_second: 1,
  };
  return {
    ...base,
    ...(at % 4 === 1 ? { opened_at: 1_750_000_000_000 + at } : {}),
    found: { found: 'model', info, verdict },
  };
}
