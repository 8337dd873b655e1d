/** The double's presets and attached files. */
import type { Sampling } from '../bindings/Sampling';
import type { TurnSettings } from '../bindings/TurnSettings';
import type { Attachment, Preset } from '../upcoming';
import { DEFAULT_TURN } from './data';
import { tokenize } from './tokenizer';

const LARGEST = 2 * 1024 * 1024;

export class Shelf {
  readonly #own = new Map<string, Preset>();
  readonly #texts = new Map<number, { attachment: Attachment; text: string }>();
  #next = 1;

  presets(): Preset[] {
    const own = [...this.#own.values()].sort((a, b) => a.name.localeCompare(b.name));
    return [
      builtIn('exact', { temperature: 0, top_p: 1 }),
      builtIn('balanced', { temperature: 0.7, top_p: 0.95 }),
      builtIn('creative', { temperature: 1.1, top_p: 1, min_p: 0.05 }),
      ...own,
    ];
  }

  savePreset(id: string | null, name: string, settings: TurnSettings): Preset[] {
    if (name.trim() === '') throw { code: 'invalid_params', detail: 'a preset needs a name', facts: {} };
    const key = id ?? `own:${this.#next++}`;
    if (!key.startsWith('own:')) throw { code: 'no_such_item', detail: `preset ${key}`, facts: {} };
    this.#own.set(key, { id: key, kind: 'own', name: name.trim(), settings });
    return this.presets();
  }

  deletePreset(id: string): Preset[] {
    if (!this.#own.delete(id)) throw { code: 'no_such_item', detail: `preset ${id}`, facts: {} };
    return this.presets();
  }

  /** A file with made-up content; `.bin` is no text, `huge` is too large. */
  read(path: string): Attachment {
    const name = path.split('/').at(-1) ?? path;
    if (/\.(bin|png|gguf)$/.test(name)) throw { code: 'attachment_not_text', detail: path, facts: { name } };
    if (name.includes('huge')) {
      const facts = { name, file_bytes: 9_000_000, limit_bytes: LARGEST };
      throw { code: 'attachment_too_large', detail: path, facts };
    }
    const text = `${name}\n\n` + 'The river runs through the city and under its old bridges.\n'.repeat(12);
    const attachment: Attachment = {
      id: this.#next++,
      name,
      bytes: text.length,
      characters: [...text].length,
      encoding: 'utf_8',
      excerpt: text.slice(0, 200),
      tokens: tokenize(text).length + 6,
    };
    this.#texts.set(attachment.id, { attachment, text });
    return attachment;
  }

  attachments(ids: number[]): Attachment[] {
    return ids.map((id) => this.#file(id).attachment);
  }

  text(id: number): string {
    return this.#file(id).text;
  }

  #file(id: number): { attachment: Attachment; text: string } {
    const file = this.#texts.get(id);
    if (!file) throw { code: 'no_such_item', detail: `attachment ${id}`, facts: {} };
    return file;
  }
}

function builtIn(kind: 'exact' | 'balanced' | 'creative', sampling: Partial<Sampling>): Preset {
  const settings = { ...DEFAULT_TURN, sampling: { ...DEFAULT_TURN.sampling, ...sampling } };
  return { id: kind, kind, name: '', settings };
}
