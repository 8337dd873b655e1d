/** What the test double knows: two models, a few replies, two old conversations. */
import type { ModelInfo } from '../bindings/ModelInfo';
import type { RecentModel } from '../bindings/RecentModel';
import type { TurnSettings } from '../bindings/TurnSettings';

export const STARTER: ModelInfo = {
  path: '/usr/share/vitrine/models/starter/vitrine-starter.gguf',
  format: 'gguf',
  name: 'Vitrine Starter',
  architecture: 'qwen3',
  parameters: 8_400_000,
  layers: 8,
  context_length: 1024,
  embedding_length: 256,
  vocabulary_size: 8192,
  embedding_rows: 8192,
  tokens_without_embedding: 0,
  quantization: 'Q8_0',
  file_size: 9_310_208,
  memory_needed: 48_000_000,
  has_chat_template: true,
  license: 'Apache-2.0',
  support: { verdict: 'supported' },
  traits: {
    kind: 'chat',
    active_parameters: 8_400_000,
    cache: { layers: 8, window_layers: 0, window: 0, width: 256, number_bytes: 2 },
  },
};

export const LARGER: ModelInfo = {
  ...STARTER,
  path: '/home/user/模型/千问 小.gguf',
  name: 'Qwen3 0.6B',
  parameters: 596_049_920,
  layers: 28,
  context_length: 40_960,
  embedding_length: 1024,
  vocabulary_size: 151_936,
  embedding_rows: 151_936,
  quantization: 'Q4_K',
  file_size: 396_705_472,
  memory_needed: 1_100_000_000,
  traits: {
    kind: 'chat',
    active_parameters: 596_049_920,
    cache: { layers: 28, window_layers: 0, window: 0, width: 2048, number_bytes: 2 },
  },
};

/** What any other path holds. */
export function known(path: string): ModelInfo {
  const kind = path.includes('folder') ? FOLDER : path.includes('half') ? HALF : LARGER;
  return { ...kind, path };
}

/** A model folder with unquantized weights. */
export const FOLDER: ModelInfo = {
  ...LARGER,
  format: 'safetensors',
  name: 'Llama-3.2-1B-Instruct',
  architecture: 'llama',
  parameters: 1_235_814_400,
  layers: 16,
  context_length: 131_072,
  embedding_length: 2048,
  vocabulary_size: 128_256,
  embedding_rows: 128_256,
  quantization: 'BF16',
  file_size: 2_471_645_608,
  memory_needed: 4_943_257_600,
  license: 'llama3.2',
  plan: { route: 'folder', float_weights: true, cache_bytes: 0 },
  traits: {
    kind: 'chat',
    active_parameters: 1_235_814_400,
    cache: { layers: 16, window_layers: 0, window: 0, width: 1024, number_bytes: 4 },
  },
};

/** A GGUF file in half precision, which is rewritten for the engine before its first load. */
export const HALF: ModelInfo = {
  ...LARGER,
  name: 'gemma-3-270m-it',
  architecture: 'gemma3',
  parameters: 268_098_176,
  layers: 18,
  context_length: 32_768,
  embedding_length: 640,
  vocabulary_size: 262_144,
  embedding_rows: 262_144,
  tokens_without_embedding: 1,
  quantization: 'F16',
  file_size: 542_834_976,
  memory_needed: 1_072_392_704,
  license: 'gemma',
  plan: { route: 'converted', float_weights: true, cache_bytes: 1_072_392_704 },
  traits: {
    kind: 'chat',
    active_parameters: 268_098_176,
    cache: { layers: 3, window_layers: 15, window: 512, width: 512, number_bytes: 4 },
  },
};

const STAGES = [
  ['', '', 'tuned', 2_000_000_000, true],
  ['-sft', ' (sft)', 'sft', 1_950_000_000, true],
  ['-base', ' (base)', 'base', 1_800_000_000, false],
  ['-grow-1', ' (grow 1)', 'grow1', 2_000_000, false],
  ['-grow-2', ' (grow 2)', 'grow2', 40_000_000, false],
  ['-grow-3', ' (grow 3)', 'grow3', 400_000_000, false],
] as const;

/** The bundled model in its six stages. */
export const FAMILY: ModelInfo[] = STAGES.map(([file, name, stage, tokens_seen, has_chat_template]) => ({
  ...STARTER,
  path: STARTER.path.replace('.gguf', `${file}.gguf`),
  name: `${STARTER.name}${name}`,
  has_chat_template,
  traits: {
    ...STARTER.traits,
    kind: has_chat_template ? 'chat' : 'base',
    growth: { stage, tokens_seen },
  },
}));

const HOUR = 3_600_000;

export function recentModels(now: number): RecentModel[] {
  return [
    recent(STARTER, now - 2 * HOUR, true),
    recent(LARGER, now - 30 * HOUR, true),
    recent(
      { ...LARGER, path: '/media/usb/old.gguf', name: 'Llama 3.2 1B', architecture: 'llama' },
      now - 900 * HOUR,
      false,
    ),
  ];
}

export function recent(info: ModelInfo, opened_at: number, exists: boolean): RecentModel {
  const { path, name, architecture, quantization, file_size } = info;
  return { path, name, architecture, quantization, file_size, opened_at, exists, options: {} };
}

export const DEFAULT_TURN: TurnSettings = {
  system_prompt: '',
  sampling: {
    temperature: 0.7,
    top_k: 0,
    top_p: 0.95,
    min_p: 0,
    repetition_penalty: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    penalty_window: 64,
    logit_bias: [],
  },
  max_tokens: 1024,
};

/** The text that the double leans towards, by a word of the question. */
const REPLIES: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /埃菲尔/,
    [
      '埃菲尔铁塔在**法国**的首都巴黎，建成于 1889 年，矗立在塞纳河畔。',
      '它在法国巴黎。铁塔高约 330 米，是为 1889 年的世界博览会修建的。',
    ],
  ],
  [/日本/, ['日本的首都是东京，它也是世界上人口最多的都市圈。']],
  [/天空/, ['天空是蓝色的：阳光里的蓝光比红光更容易被空气散射。']],
  [
    /eiffel/i,
    [
      'The Eiffel Tower is in **France**, in the city of Paris. It was finished in 1889.',
      'It stands in Paris, the capital of France.',
    ],
  ],
  [/japan/i, ['The capital of Japan is Tokyo.']],
  [/sky/i, ['The sky is blue, because air scatters blue light more than red light.']],
  [
    /list|markdown|列/i,
    [
      '## Three cities\n\n1. **Paris** is in France.\n2. *Tokyo* is in Japan.\n3. Beijing is in China.\n\n| city | country |\n|---|---|\n| Paris | France |\n| Tokyo | Japan |\n\n```python\nfor city in cities:\n\tprint(city)\n```\n\n> A city is a large town.',
    ],
  ],
  [
    /think|想/i,
    [
      '<think>\nThe user wants the area of a circle. The formula is $A = \\pi r^2$, and the radius is 3, so it is **9π**.\n</think>\n\nFor a circle of radius $r = 3$:\n\n$$A = \\pi r^2 = 9\\pi \\approx 28.27$$\n\nIn code:\n\n```rust\n// The area of a circle.\nfn area(radius: f64) -> f64 {\n    std::f64::consts::PI * radius.powi(2)\n}\n\nfn main() {\n    println!("{:.2}", area(3.0));\n}\n```\n\nThe sum of all of them: \\(\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}\\), which costs $5 or $6.',
    ],
  ],
  [
    /long|长/i,
    [
      Array.from(
        { length: 40 },
        (_, at) => `Paragraph ${at + 1}. The river runs through the city and under its old bridges.`,
      ).join('\n\n'),
    ],
  ],
];

export function reply(question: string, version: number): string {
  const found = REPLIES.find(([pattern]) => pattern.test(question));
  const texts =
    found?.[1] ??
    (/[\u4e00-\u9fff]/.test(question)
      ? ['这个我不太清楚，能换个问法吗？']
      : ['I am not sure. Could you ask in another way?']);
  return texts[version % texts.length] ?? '';
}

/** Question and answer of the conversations that are there from the start, newest first. */
export const OLD_CONVERSATIONS = [
  { title: '埃菲尔铁塔在哪个国家？', question: '埃菲尔铁塔在哪个国家？', age: 3 * HOUR },
  {
    title: 'Which country is the Eiffel Tower in?',
    question: 'Which country is the Eiffel Tower in?',
    age: 27 * HOUR,
  },
  { title: 'List three cities', question: 'List three cities in markdown', age: 75 * HOUR },
] as const;
