/** Where a conversation is kept, as its row tells it. */

export type Keeping =
  /** In the history. */
  | 'saved'
  /** In memory, until the history can be written. */
  | 'unsaved'
  /** In memory alone; it is gone when the app ends. */
  | 'private';

const KEEPINGS: readonly unknown[] = ['saved', 'unsaved', 'private'] satisfies readonly Keeping[];

/** Of a row of any list: by `keeping`, or by `private` where that is all that it says. */
export function keepingOf(row: object): Keeping {
  if ('keeping' in row && KEEPINGS.includes(row.keeping)) return row.keeping as Keeping;
  return 'private' in row && row.private === true ? 'private' : 'saved';
}
