/** Conversations that leave the double and come in: with progress, cancelling, and a receipt. */
import type { ExportFormat } from '../../bindings/ExportFormat';
import type { ImportReceipt } from '../../bindings/ImportReceipt';
import type { ImportWarning } from '../../bindings/ImportWarning';
import type { LeftOut } from '../../bindings/LeftOut';
import type { TransferEvent } from '../../bindings/TransferEvent';
import type { Archive } from '../archive';
import { DEFAULT_TURN } from '../data';
import { fault, pause } from '../faults';
import { kept } from '../history/listing';

const ENDING: Record<ExportFormat, string> = { json: 'json', markdown: 'md', jsonl: 'jsonl', html: 'html' };
/** Conversations in any file that is imported. */
const IN_A_FILE = 24;

export class FakeTransfer {
  readonly #archive: Archive;
  /** Milliseconds between two steps. */
  readonly #pace: number;
  readonly #cancelled = new Set<number>();
  readonly #receipts: ImportReceipt[] = [];
  /** Titles that came in from each file. */
  readonly #known = new Set<string>();
  #next = 1;

  constructor(archive: Archive, pace: number) {
    this.#archive = archive;
    this.#pace = pace;
  }

  export(ids: number[] | null, format: ExportFormat, onEvent: (event: TransferEvent) => void): number {
    const all = kept(this.#archive).map((one) => one.id);
    const wanted = all.filter((id) => ids === null || ids.includes(id));
    if (wanted.length === 0) throw fault('no_such_item', 'nothing to export');
    return this.#begin(wanted.length, onEvent, async () => {
      const name = wanted.length === 1 ? 'conversation' : 'vitrine-history';
      const path = `/home/user/Documents/${name}.${ENDING[format]}`;
      onEvent({ event: 'exported', paths: [path], conversations: wanted.length });
    });
  }

  import(paths: readonly string[], onEvent: (event: TransferEvent) => void): number {
    return this.#begin(IN_A_FILE, onEvent, async () => {
      onEvent({ event: 'imported', receipt: this.#take(paths) });
    });
  }

  #begin(total: number, onEvent: (event: TransferEvent) => void, end: () => Promise<void>): number {
    const id = this.#next++;
    void (async () => {
      for (let done = 0; done < total; done += Math.max(1, Math.ceil(total / 12))) {
        // As a channel: never before the command has answered.
        await pause(this.#pace);
        if (this.#cancelled.has(id)) return onEvent({ event: 'cancelled' });
        onEvent({ event: 'progress', done, total });
      }
      await pause(this.#pace);
      if (this.#cancelled.has(id)) return onEvent({ event: 'cancelled' });
      await end();
    })();
    return id;
  }

  cancel(id: number): void {
    this.#cancelled.add(id);
  }

  receipts(): ImportReceipt[] {
    return [...this.#receipts].reverse();
  }

  /** What a file holds depends on its name. */
  #take(paths: readonly string[]): ImportReceipt {
    const left_out: LeftOut[] = [];
    const warnings: ImportWarning[] = [];
    let [found, imported, passed_over] = [0, 0, 0];
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? path;
      if (/\.(png|pdf|exe)$/.test(name)) {
        left_out.push({ place: name, reason: 'not_recognized', detail: 'no known form' });
        continue;
      }
      found += IN_A_FILE;
      if (name.endsWith('.zip')) {
        passed_over += 2;
        warnings.push(
          { place: `${name}: conversations[2]`, what: 'media_left_out', times: 3 },
          { place: `${name}: conversations[5]`, what: 'tools_as_thoughts', times: 1 },
        );
      }
      for (let at = 0; at < IN_A_FILE; at += 1) {
        const title = `${name} ${at + 1}`;
        if (at === 7) {
          left_out.push({
            place: `${name}: conversations[7]`,
            reason: 'unreadable',
            detail: 'line 9112: EOF',
          });
        } else if (at === 12) {
          left_out.push({ place: `「空的对话」 (${name})`, reason: 'empty', detail: 'no message' });
        } else if (!this.#known.has(title)) {
          this.#known.add(title);
          imported += 1;
          const then = Date.now() - at * 3_600_000;
          const id = this.#archive.create(title, DEFAULT_TURN, then);
          const question = {
            role: 'user',
            text: `Question ${at + 1} of ${name}`,
            status: 'complete',
          } as const;
          this.#archive.add(id, null, question, then);
        }
      }
    }
    const receipt: ImportReceipt = {
      id: this.#next++,
      at: Date.now(),
      sources: [...paths],
      formats: found > 0 ? ['ChatGPT'] : [],
      found,
      imported,
      already_there: found - imported - left_out.filter((one) => one.reason !== 'not_recognized').length,
      passed_over,
      left_out,
      warnings,
      cancelled: false,
    };
    this.#receipts.push(receipt);
    return receipt;
  }
}
