/** The double's copies of the history, and how the history stands. */
import type { AppError } from '../../bindings/AppError';
import type { Backup } from '../../bindings/Backup';
import type { BackupPage } from '../../bindings/BackupPage';
import type { BackupRow } from '../../bindings/BackupRow';
import type { ConversationSummary } from '../../bindings/ConversationSummary';
import type { HistoryState } from '../../bindings/HistoryState';
import type { ImportReceipt } from '../../bindings/ImportReceipt';
import type { MissingChoice } from '../../bindings/MissingChoice';
import type { PurgeReport } from '../../bindings/PurgeReport';
import type { Archive } from '../archive';
import { DEFAULT_TURN } from '../data';
import { fault } from '../faults';
import { kept } from '../history/listing';

const DAY_MS = 86_400_000;
const FOLDER = '/home/user/.local/share/vitrine/backups';

interface Copy {
  backup: Backup;
  /** What it holds. */
  rows: readonly Omit<BackupRow, 'there'>[];
}

const LOST = [
  '旅行计划',
  'How do magnets work?',
  '一首关于雨的诗',
  'A letter to the landlord',
  '怎样修自行车的链条？',
];

function rowOf({ id, title, updated_at, message_count, preview }: ConversationSummary): Copy['rows'][number] {
  return { uid: `uid-${id}`, title, updated_at, message_count, preview };
}

export type Standing = HistoryState['state'];

export class FakeCopies {
  state: HistoryState;
  readonly #archive: Archive;
  readonly #tell: (state: HistoryState) => void;
  #copies: Copy[] = [];
  /** Conversations of copies that were put back, by their uid. */
  readonly #restored = new Map<string, number>();

  constructor(archive: Archive, standing: Standing, past: boolean, tell: (state: HistoryState) => void) {
    this.#archive = archive;
    this.#tell = tell;
    if (past || standing === 'missing') this.#copies = this.#old();
    this.state = this.#begin(standing);
  }

  #begin(standing: Standing): HistoryState {
    const error: Record<'read_only' | 'unavailable', AppError> = {
      read_only: fault('history_too_new', 'user_version 9, known 5'),
      unavailable: fault('disk_full', 'SQLITE_FULL (13)', { path: '/home/user/.local/share/vitrine' }),
    };
    switch (standing) {
      case 'open':
        return { state: 'open' };
      case 'read_only':
        return { state: 'read_only', error: error.read_only };
      case 'unavailable':
        return { state: 'unavailable', error: error.unavailable, unsaved: 2 };
      case 'missing':
        return {
          state: 'missing',
          conversations: 128,
          last_seen: Date.now() - DAY_MS,
          backups: this.list(),
        };
    }
  }

  /** One a day for a week and three weekly ones; one that can't be read. */
  #old(): Copy[] {
    const now = Date.now();
    const here = kept(this.#archive).map(rowOf);
    const gone = (count: number): Copy['rows'] =>
      Array.from({ length: count }, (_, at) => ({
        uid: `lost-${at}`,
        title: `${LOST[at % LOST.length]}${at < LOST.length ? '' : ` ${Math.floor(at / LOST.length) + 1}`}`,
        updated_at: now - (at + 2) * DAY_MS,
        message_count: 2 + (at % 9) * 2,
        preview: 'The beginning of the last message stands here. 雨夜里的最后一句话。',
      }));
    const days = [1, 2, 3, 4, 5, 6, 7, 14, 21];
    const copies: Copy[] = days.map((back) => {
      const rows = [...here, ...gone(140 - back * 2)];
      return this.#copy(back <= 7 ? 'daily' : 'weekly', now - back * DAY_MS, rows);
    });
    const broken: Backup = {
      path: `${FOLDER}/damaged-2026-10-02.sqlite`,
      kind: 'damaged',
      at: now - 30 * DAY_MS,
      bytes: 1_204_224,
      error: fault('backup_unreadable', 'database disk image is malformed'),
    };
    return [...copies, { backup: broken, rows: [] }];
  }

  #copy(kind: Backup['kind'], at: number, rows: Copy['rows']): Copy {
    const messages = rows.reduce((sum, row) => sum + row.message_count, 0);
    return {
      backup: {
        path: `${FOLDER}/${kind}-${at}.sqlite`,
        kind,
        at,
        bytes: 40_960 + messages * 3100,
        conversations: rows.length,
        messages,
      },
      rows,
    };
  }

  #stand(state: HistoryState): HistoryState {
    this.state = state;
    this.#tell(state);
    return state;
  }

  decide(choice: MissingChoice): HistoryState {
    if (this.state.state !== 'missing') throw fault('invalid_params', 'the history is not missing');
    if (choice.do === 'look_again') return this.state;
    if (choice.do === 'restore') this.restore(choice.path, null);
    return this.#stand({ state: 'open' });
  }

  /** The second try finds room. */
  retry(): HistoryState {
    if (this.state.state !== 'unavailable') return this.state;
    return this.#stand({ state: 'open' });
  }

  list(): Backup[] {
    return this.#copies.map((copy) => copy.backup).sort((a, b) => b.at - a.at);
  }

  make(): Backup {
    const copy = this.#copy('daily', Date.now(), kept(this.#archive).map(rowOf));
    this.#copies = [copy, ...this.#copies];
    return copy.backup;
  }

  pick(): Backup {
    const copy = this.#copies[0] ?? this.#copy('chosen', Date.now(), []);
    const backup: Backup = { ...copy.backup, path: '/media/usb/vitrine-copy.sqlite', kind: 'chosen' };
    this.#copies = [...this.#copies, { backup, rows: copy.rows }];
    return backup;
  }

  #at(path: string): Copy {
    const copy = this.#copies.find((one) => one.backup.path === path);
    if (!copy) throw fault('not_found', path, { path });
    if (copy.backup.error) throw copy.backup.error;
    return copy;
  }

  #isThere(uid: string): boolean {
    const id = this.#restored.get(uid) ?? Number(uid.replace('uid-', ''));
    return kept(this.#archive).some((one) => one.id === id);
  }

  look(path: string, offset: number, limit: number): BackupPage {
    const { rows } = this.#at(path);
    return {
      total: rows.length,
      rows: rows.slice(offset, offset + limit).map((row) => ({ ...row, there: this.#isThere(row.uid) })),
    };
  }

  restore(path: string, uids: string[] | null): ImportReceipt {
    const { rows } = this.#at(path);
    const wanted = rows.filter((row) => uids === null || uids.includes(row.uid));
    const missing = wanted.filter((row) => !this.#isThere(row.uid));
    for (const row of missing) {
      const id = this.#archive.create(row.title, DEFAULT_TURN, row.updated_at);
      this.#archive.add(id, null, { role: 'user', text: row.preview, status: 'complete' }, row.updated_at);
      this.#restored.set(row.uid, id);
    }
    return {
      id: 0,
      at: Date.now(),
      sources: [path],
      formats: ['Vitrine'],
      found: wanted.length,
      imported: missing.length,
      already_there: wanted.length - missing.length,
      left_out: [],
      cancelled: false,
    };
  }

  purge(ids: number[] | null): PurgeReport {
    const gone = this.#archive.purge(ids);
    const healthy = this.#copies.filter((copy) => !copy.backup.error).map((copy) => copy.backup.path);
    const broken = this.#copies.filter((copy) => copy.backup.error).map((copy) => copy.backup.path);
    this.#copies = this.#copies.filter((copy) => !copy.backup.error);
    return {
      conversations: gone,
      backups_rewritten: gone > 0 ? healthy : [],
      backups_removed: gone > 0 ? broken : [],
      backups_left: [],
    };
  }
}
