/** Years of use, for lists: many conversations, two or four messages each, over three years. */
import type { Archive } from '../archive';
import { DEFAULT_TURN, LARGER, STARTER } from '../data';
import { counts, facts } from '../facts';
import { write } from '../writer';
import type { FakeHistory } from './history';

const HOUR = 3_600_000;

const TALKS: readonly (readonly [question: string, answer: string])[] = [
  ['怎样给阳台上的番茄浇水？', '番茄喜欢湿润但不积水的土。盛夏早晚各浇一次，别把水浇在叶子上。'],
  [
    'How do I sharpen a kitchen knife?',
    'Hold the blade at about fifteen degrees and draw it over the stone, heel to tip.',
  ],
  ['帮我修复这段 ok 的代码', '循环少了一次：把 `<` 改成 `<=`，测试就 ok 了。'],
  [
    'Why do cats purr?',
    'Muscles in the larynx open and close some 25 times a second; the air between them hums.',
  ],
  ['今天会下雨吗？', '我不能看天气，但乌云低、风向转南，往往就要下雨。'],
  [
    'Explain recursion to a child',
    'To find out how many people are in the queue, ask the one in front, who asks the one in front.',
  ],
  ['写一封请假邮件', '您好：我因身体不适，想请一天病假，工作已交接给同事。谢谢。'],
  [
    'What is a naïve Bayes classifier?',
    'It counts how often each word comes with each label, as if words knew nothing of each other.',
  ],
  ['红楼梦里谁写的诗最多？', '按回目里署名的数，林黛玉最多，其次是薛宝钗。'],
  [
    'Plan a weekend in Lisbon',
    'Saturday: Alfama on foot, then the tram. Sunday: Belém, and the train to Sintra.',
  ],
  ['二次方程怎么解？', '先移项成 ax² + bx + c = 0，再用求根公式。判别式小于零就没有实根。'],
  [
    'Translate “good night” into five languages',
    'Bonne nuit, gute Nacht, buenas noches, buonanotte, おやすみ.',
  ],
  ['推荐三本讲宇宙的书', '《时间简史》《宇宙》《最初三分钟》，由浅入深。'],
  [
    'Fix my CSS grid',
    'Give the second column minmax(0, 1fr): a grid item never shrinks below its content otherwise.',
  ],
  ['猫为什么怕黄瓜？', '不是怕黄瓜，是身后突然多了一个陌生的长东西，像蛇。'],
  ['Draft a haiku about rain', 'Rain on the tin roof / the same letter, typed again / until it is read'],
];

/** `count` conversations; some pinned, starred, in folders, out of the way, in the bin. */
export function rememberMany(archive: Archive, history: FakeHistory, count: number): void {
  const now = Date.now();
  const folders = ['工作', 'Garden', '读书笔记'].map((name) => history.createFolder(name));
  for (let at = count - 1; at >= 0; at -= 1) {
    const [question, answer] = TALKS[(at * 7) % TALKS.length] ?? ['', ''];
    // Several a day at first, fewer further back.
    const age = at < 40 ? at * 3 * HOUR : 120 * HOUR + ((at - 40) / Math.max(1, count)) * 1100 * 24 * HOUR;
    const when = now - age - 5 * 60_000;
    const title = at < TALKS.length ? question : `${question} (${at})`;
    const id = archive.create(title, DEFAULT_TURN, when - HOUR / 2);
    const rounds = at % 3 === 0 ? 2 : 1;
    let parent: number | null = null;
    for (let round = 0; round < rounds; round += 1) {
      const asked = archive.add(id, parent, { role: 'user', text: question, status: 'complete' }, when);
      const part = { role: 'assistant', text: '', status: 'complete' } as const;
      parent = archive.add(id, asked.id, part, when).id;
      const info = at % 4 === 0 ? LARGER : STARTER;
      const tokens = (): ReturnType<typeof write> => write(answer, 24, DEFAULT_TURN.sampling, 512);
      const about = { ...facts([], DEFAULT_TURN, 'end_token', { info }), ...counts([]) };
      archive.finish(parent, answer, 'complete', { ...about, completion_tokens: answer.length }, tokens);
    }
    const entry = archive.entry(id);
    entry.pinned = at === 3 || at === 11;
    entry.starred = at % 9 === 2;
    entry.archived = at % 17 === 16;
    entry.folder = at % 5 === 1 ? (folders[at % folders.length] ?? null) : null;
    if (at % 23 === 22) entry.deleted_at = now - (at % 29) * 24 * HOUR - HOUR;
  }
}
