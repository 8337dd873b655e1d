/** What was there before the double was started. */
import type { Archive } from './archive';
import { DEFAULT_TURN, OLD_CONVERSATIONS, reply, STARTER } from './data';
import { facts } from './facts';
import { cut } from './tokenizer';
import type { FakeTurns } from './turns';
import { write } from './writer';

/** A few short conversations. */
export function remember(archive: Archive, turns: FakeTurns): void {
  const now = Date.now();
  for (const { title, question, age } of [...OLD_CONVERSATIONS].reverse()) {
    const id = archive.create(title, DEFAULT_TURN, now - age);
    const asked = archive.add(id, null, { role: 'user', text: question, status: 'complete' }, now - age);
    const answer = archive.add(id, asked.id, { role: 'assistant', text: '', status: 'complete' }, now - age);
    const text = reply(question, 0);
    const records = write(text, cut(question).length + 8, DEFAULT_TURN.sampling, 512);
    const about = facts(records, DEFAULT_TURN, 'end_token', { info: STARTER });
    archive.finish(answer.id, text, 'complete', about, records);
    const view = turns.view([archive.message(asked.id)], '', null, '', STARTER, []);
    archive.keepPrompt(answer.id, view);
  }
}

/** One of so many messages. */
export function rememberLong(archive: Archive, count: number): void {
  const at = Date.now();
  const id = archive.create('A very long conversation', DEFAULT_TURN, at);
  let parent: number | null = null;
  for (let turn = 0; turn < count / 2; turn += 1) {
    const question =
      turn % 7 === 3 ? 'List three cities in markdown' : `What colour is the sky, asked ${turn}`;
    const part = { text: question, status: 'complete' } as const;
    const asked = archive.add(id, parent, { ...part, role: 'user' }, at);
    const answer = archive.add(id, asked.id, { ...part, role: 'assistant', text: '' }, at);
    const text = reply(question, 0);
    const records = write(text, 12, DEFAULT_TURN.sampling, 512);
    const about = facts(records, DEFAULT_TURN, 'end_token', { info: STARTER });
    archive.finish(answer.id, text, 'complete', about, records);
    parent = answer.id;
  }
}
