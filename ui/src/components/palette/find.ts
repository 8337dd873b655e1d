/** Finds entries by what is typed: every word must occur; a word that begins the entry counts most. */

export interface Findable {
  label: string;
  /** Searched too, and counts less: a path, a preview. */
  also?: string;
}

export function find<T extends Findable>(entries: readonly T[], query: string, limit: number): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.slice(0, limit);
  return entries
    .map((entry) => ({ entry, worth: worth(entry, words) }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, limit)
    .map(({ entry }) => entry);
}

function worth(entry: Findable, words: readonly string[]): number {
  const label = entry.label.toLowerCase();
  const also = entry.also?.toLowerCase() ?? '';
  let sum = 0;
  for (const word of words) {
    const at = label.indexOf(word);
    if (at === 0) sum += 8;
    else if (at > 0) sum += /[\s\p{P}]/u.test(label[at - 1] ?? '') ? 5 : 3;
    else if (also.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}
