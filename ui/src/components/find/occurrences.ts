/** Where a text occurs in another, whatever the case of its letters. */

/** In lower case, unit for unit, so that a place in it is the same place in the text. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text]
    .map((character) => {
      const one = character.toLowerCase();
      return one.length === character.length ? one : character;
    })
    .join('');
}

/** Beginnings of the occurrences of `query` in `text`, both folded; they do not overlap. */
export function occurrences(text: string, query: string): number[] {
  const found: number[] = [];
  if (query === '') return found;
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) found.push(at);
  return found;
}

/** How many there are. */
export function countOf(text: string, query: string): number {
  let count = 0;
  if (query === '') return 0;
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) count += 1;
  return count;
}
