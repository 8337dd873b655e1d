/** Pre-flight cards of the double: the arithmetic of the shell in short, with made-up speeds. */
import type { Isq } from '../bindings/Isq';
import type { LoadChoice } from '../bindings/LoadChoice';
import type { ModelInfo } from '../bindings/ModelInfo';
import type { PreflightCard } from '../bindings/PreflightCard';
import type { Verdict } from '../bindings/Verdict';
import { FOLDER, HALF, LARGER } from './data';

export const FREE = 9_100_000_000;
export const TOTAL = 16_600_000_000;
const RESERVE = 1_000_000_000;
const STOPS = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072];
const BITS: Record<Isq, number> = { none: 32, q8_0: 8.5, q4k: 4.5 };

/** The card of a model on a machine with `FREE` bytes, or fewer. */
export function card(info: ModelInfo, held = 0, free = FREE): PreflightCard {
  const isqs: Isq[] = packable(info) ? ['none', 'q8_0', 'q4k'] : ['none'];
  const stops = [...STOPS.filter((stop) => stop < info.context_length), info.context_length];
  const plans = isqs.flatMap((isq) => stops.map((stop) => plan(info, stop, isq, free)));
  const usual = Math.min(info.context_length, 8192);
  const suggested = plans.findIndex((one) => one.context_length === usual);
  return {
    info,
    size:
      info.parameters < 1e8
        ? 'tiny'
        : info.parameters < 2e9
          ? 'small'
          : info.parameters < 4e10
            ? 'medium'
            : 'huge',
    precision: info.quantization === 'Q4_K' ? 'good' : info.quantization === 'Q8_0' ? 'near' : 'full',
    plans,
    suggested: Math.max(0, suggested),
    free_memory: free,
    held_memory: held,
    reserve: RESERVE,
    total_memory: TOTAL,
  };
}

/** Floating-point weights, which can be packed while they are read. */
function packable(info: ModelInfo): boolean {
  return info.plan?.float_weights === true;
}

/** Bytes on disk that a load writes, once; `null` where it writes nothing. */
export function diskNeed(info: ModelInfo, isq: Isq): number | null {
  if (info.plan?.route !== 'converted') return null;
  return packable(info) ? (info.parameters * BITS[isq]) / 8 : info.plan.cache_bytes;
}

function plan(info: ModelInfo, context_length: number, isq: Isq, free: number): LoadChoice {
  const { cache } = info.traits;
  const memory = {
    weights: packable(info) ? (info.parameters * BITS[isq]) / 8 : info.memory_needed,
    cache: cache ? cache.layers * cache.width * cache.number_bytes * context_length : 0,
    working:
      50_000_000 + info.vocabulary_size * 512 + Math.min(context_length, 4096) * info.embedding_length * 48,
  };
  const needed_bytes = memory.weights + memory.cache + memory.working;
  const speed = 7_400_000_000 / (packable(info) ? memory.weights : info.file_size);
  const options = { context_length, ...(packable(info) && { isq }) };
  return { context_length, isq, memory, options, verdict: verdict(info, needed_bytes, free, speed) };
}

function verdict(info: ModelInfo, needed_bytes: number, free: number, tokens_per_second: number): Verdict {
  if (info.support.verdict === 'unsupported') return { ...info.support, verdict: 'unsupported' };
  const free_bytes = free - RESERVE;
  if (needed_bytes > free_bytes) {
    return {
      verdict: 'wont_fit',
      needed_bytes,
      free_bytes,
      remedies: [
        ...(needed_bytes < 2 * free_bytes && info.context_length > 4096
          ? [{ remedy: 'smaller_context', context_length: 4096 } as const]
          : []),
        ...(packable(info) ? [{ remedy: 'quantize', isq: 'q8_0' } as const] : []),
        ...(needed_bytes < TOTAL - RESERVE
          ? [{ remedy: 'close_other_programs', missing_bytes: needed_bytes - free_bytes } as const]
          : []),
        { remedy: 'smaller_model' },
      ],
    };
  }
  return tokens_per_second < 5
    ? { verdict: 'slow', reason: 'processor', tokens_per_second }
    : { verdict: 'runs_well', tokens_per_second };
}

/** Cards to look at, by a word in the path. */
export const CARDS: readonly (readonly [string, (path: string) => PreflightCard])[] = [
  [
    'bge',
    (path) =>
      card({
        ...LARGER,
        path,
        name: 'bge small zh v1.5',
        architecture: 'bert',
        parameters: 24_000_000,
        has_chat_template: false,
        traits: { ...LARGER.traits, kind: 'embedding' },
        support: {
          verdict: 'unsupported',
          kind: 'unsupported_architecture',
          detail: 'the architecture bert is not read from GGUF files',
        },
      }),
  ],
  [
    'mamba',
    (path) =>
      card({
        ...LARGER,
        path,
        name: 'Mamba 2.8B',
        architecture: 'mamba',
        has_chat_template: false,
        traits: { ...LARGER.traits, kind: 'base' },
        support: {
          verdict: 'unsupported',
          kind: 'unsupported_architecture',
          detail: 'the architecture mamba is not read from GGUF files',
        },
      }),
  ],
  [
    'huge',
    (path) =>
      card({
        ...LARGER,
        path,
        name: 'Llama 3.3 70B Instruct',
        architecture: 'llama',
        parameters: 70_553_706_496,
        file_size: 42_520_395_584,
        memory_needed: 44_600_000_000,
      }),
  ],
  ['full', (path) => card({ ...LARGER, path }, 0, 3_000_000_000)],
  [
    'slow',
    (path) =>
      card({
        ...LARGER,
        path,
        name: 'Qwen3 8B',
        parameters: 8_190_735_360,
        context_length: 8192,
        file_size: 5_027_783_488,
        memory_needed: 5_500_000_000,
        traits: {
          ...LARGER.traits,
          cache: { layers: 36, window_layers: 0, window: 0, width: 2048, number_bytes: 2 },
        },
      }),
  ],
  ['folder', (path) => card({ ...FOLDER, path })],
  ['half', (path) => card({ ...HALF, path })],
  [
    'iq4_xs',
    (path) =>
      card({
        ...LARGER,
        path,
        quantization: 'IQ4_XS',
        plan: { route: 'converted', float_weights: false, repacked: 'Q8_0', cache_bytes: 1_255_000_000 },
      }),
  ],
  [
    'stopped',
    (path) => ({ ...card({ ...LARGER, path }), trouble: { kind: 'killed', at: Date.now() - 7_200_000 } }),
  ],
];
