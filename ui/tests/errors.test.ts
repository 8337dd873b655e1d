/** `docs/errors.md` has a row for every code, with the words that the window shows. */
import { describe, expect, it } from 'vitest';

import document from '../../docs/errors.md?raw';
import en from '../messages/en.json';
import zh from '../messages/zh-CN.json';
import { ERROR_ACTIONS } from '../src/client/errors';

const EN: Record<string, string> = en;
const ZH: Record<string, string> = zh;
/** Of the shell and the worker; `unexpected` is a fault of the window itself. */
const CODES = Object.keys(ERROR_ACTIONS).filter((code) => code !== 'unexpected');

/** Cells of the table by code, without the code. */
const ROWS = new Map(
  document
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, code, ...cells] = line.split('|').map((cell) => cell.trim());
      return [code?.replaceAll('`', '') ?? '', cells] as const;
    }),
);

describe('docs/errors.md', () => {
  it('has every code and no other', () => {
    expect([...ROWS.keys()].sort()).toEqual([...CODES].sort());
  });

  it.each(CODES)('says of %s what the window says', (code) => {
    const [from, ...words] = ROWS.get(code) ?? [];
    expect(['file', 'work', 'app']).toContain(from);
    const [sentence, next, zhSentence, zhNext, detail] = words;
    expect([sentence, next]).toEqual([EN[`error_${code}`], EN[`error_${code}_next`]]);
    expect([zhSentence, zhNext]).toEqual([ZH[`error_${code}`], ZH[`error_${code}_next`]]);
    expect(detail?.length).toBeGreaterThan(10);
  });
});
