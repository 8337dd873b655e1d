/** Questions to the double's vocabulary: what is in it, what fits a search, where an entry comes from. */
import type { EntryKind } from '../../bindings/EntryKind';
import type { EntryOrigin } from '../../bindings/EntryOrigin';
import type { Find } from '../../bindings/Find';
import type { VocabularyEntry } from '../../bindings/VocabularyEntry';
import type { VocabularyOverview } from '../../bindings/VocabularyOverview';
import type { VocabularyPage } from '../../bindings/VocabularyPage';
import type { VocabularyQuery } from '../../bindings/VocabularyQuery';
import { fault } from '../faults';

const KINDS: readonly EntryKind[] = ['text', 'byte', 'special', 'user_defined', 'unknown', 'unused'];
const LISTED_USES = 100;

export class FakeVocabulary {
  readonly #byBytes: ReadonlyMap<string, VocabularyEntry>;

  constructor(
    readonly entries: readonly VocabularyEntry[],
    readonly embeddings: VocabularyOverview['embeddings'],
  ) {
    this.#byBytes = new Map(entries.map((entry) => [entry.bytes, entry]));
  }

  overview(): VocabularyOverview {
    const texts = this.entries.filter((entry) => entry.kind === 'text');
    const scripts = counted(texts.map((entry) => entry.script));
    const lengths = counted(texts.map((entry) => entry.characters));
    return {
      size: this.entries.length,
      marks: 'space',
      kinds: KINDS.map((kind) => ({
        kind,
        count: this.entries.filter((entry) => entry.kind === kind).length,
      })).filter(({ count }) => count > 0),
      scripts: [...scripts].map(([script, count]) => ({ script, count })).sort((a, b) => b.count - a.count),
      lengths: [...lengths]
        .map(([characters, count]) => ({ characters, count }))
        .sort((a, b) => a.characters - b.characters),
      leading_space: this.entries.filter((entry) => entry.leading_space).length,
      word_beginning: this.entries.filter((entry) => entry.word_beginning).length,
      longest: [...texts].sort((a, b) => b.characters - a.characters || a.id - b.id).slice(0, 20),
      merges: texts.filter((entry) => this.parts(entry)).length,
      kind: 'bpe',
      embeddings: this.embeddings,
    };
  }

  find(query: VocabularyQuery): VocabularyPage {
    const place = query.find ? placer(query.find) : () => 0;
    const placed = this.entries.flatMap((entry) => {
      const at = fits(entry, query) ? place(entry) : -1;
      return at < 0 ? [] : [{ entry, at }];
    });
    const length = (one: { entry: VocabularyEntry }): number => one.entry.characters;
    const orders: Record<VocabularyQuery['order'], (a: Placed, b: Placed) => number> = {
      id: () => 0,
      longest: (a, b) => length(b) - length(a),
      shortest: (a, b) => length(a) - length(b),
      best: (a, b) => a.at - b.at || length(a) - length(b),
    };
    if (query.order !== 'id') placed.sort(orders[query.order]);
    const entries = placed.slice(query.offset, query.offset + query.count).map(({ entry }) => entry);
    return { total: placed.length, offset: query.offset, entries };
  }

  entry(id: number): VocabularyEntry {
    const entry = this.entries[id];
    if (!entry) throw fault('invalid_params', `${id} is not in the vocabulary`);
    return entry;
  }

  /** Those two entries that make it up, the longest first part first. */
  parts(entry: VocabularyEntry): [VocabularyEntry, VocabularyEntry] | null {
    if (entry.kind !== 'text') return null;
    for (let at = entry.bytes.length - 2; at > 0; at -= 2) {
      const left = this.#byBytes.get(entry.bytes.slice(0, at));
      const right = this.#byBytes.get(entry.bytes.slice(at));
      if (left && right) return [left, right];
    }
    return null;
  }

  origin(id: number): EntryOrigin {
    const entry = this.entry(id);
    const parts = this.parts(entry);
    const tree: EntryOrigin['tree'] = [];
    const grow = (one: VocabularyEntry): number => {
      const made = this.parts(one);
      const at =
        tree.push({ id: one.id, bytes: one.bytes, rank: made ? one.id : null, left: null, right: null }) - 1;
      if (made) {
        const [left, right] = [grow(made[0]), grow(made[1])];
        tree[at] = { id: one.id, bytes: one.bytes, rank: one.id, left, right };
      }
      return at;
    };
    grow(entry);
    const uses = this.entries.flatMap((result): EntryOrigin['uses'] => {
      if (result.kind !== 'text' || result.id === id || !result.bytes.includes(entry.bytes)) return [];
      const made = this.parts(result);
      if (made?.[0].id === id) return [{ result, other: made[1], side: 'left', rank: result.id }];
      return made?.[1].id === id ? [{ result, other: made[0], side: 'right', rank: result.id }] : [];
    });
    return {
      entry,
      how: parts ? 'merge' : entry.kind === 'byte' ? 'byte' : entry.kind === 'text' ? 'character' : 'added',
      rank: parts ? id : null,
      score: null,
      parts,
      tree,
      uses_total: uses.length,
      uses: uses.slice(0, LISTED_USES),
    };
  }
}

interface Placed {
  entry: VocabularyEntry;
  /** 0 exact, 1 begins, 2 contains. */
  at: number;
}

function counted<K>(keys: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function fits(entry: VocabularyEntry, query: VocabularyQuery): boolean {
  const { kinds, scripts, least_characters: least, most_characters: most } = query;
  return (
    (kinds.length === 0 || kinds.includes(entry.kind)) &&
    (scripts.length === 0 || scripts.includes(entry.script)) &&
    (least === null || entry.characters >= least) &&
    (most === null || entry.characters <= most) &&
    (query.leading_space === null || query.leading_space === entry.leading_space) &&
    (query.word_beginning === null || query.word_beginning === entry.word_beginning)
  );
}

/** How well an entry fits what is looked for; -1: not at all. */
function placer(find: Find): (entry: VocabularyEntry) => number {
  if (find.by === 'id') {
    return ({ id }) => (String(id) === find.digits ? 0 : String(id).startsWith(find.digits) ? 1 : -1);
  }
  const within = (whole: string, part: string): number =>
    whole === part ? 0 : whole.startsWith(part) ? 1 : whole.includes(part) ? 2 : -1;
  const allowed = { is: 0, begins: 1, contains: 2 }[find.place];
  if (find.by === 'bytes') {
    const wanted = find.bytes.replace(/\s/g, '').toLowerCase();
    if (!/^([\da-f]{2})*$/.test(wanted)) throw fault('invalid_params', 'bytes are written in hex');
    return ({ bytes }) => {
      const at = within(bytes, wanted);
      return at <= allowed ? at : -1;
    };
  }
  const folded = (text: string): string => (find.ignore_case ? text.toLowerCase() : text);
  const wanted = folded(find.text);
  return ({ text }) => {
    if (text === null) return -1;
    const whole = folded(text);
    const at = within(whole, wanted);
    const unspaced = whole.startsWith(' ') ? within(whole.slice(1), wanted) : -1;
    const best = at < 0 ? unspaced : unspaced < 0 ? at : Math.min(at, unspaced);
    return best <= allowed ? best : -1;
  };
}
