/**
 * How large a model's file is by its name alone, and whether this machine has room for it. Only a first idea: the card
 * before opening reckons with the file itself.
 */

/** Billions of numbers, as they are usual in names. */
export const SIZES = [0.5, 1.5, 3, 7, 14, 32, 70] as const;

/**
 * Bits a number takes on average. Q8_0: 34 bytes for 32 of them, Q4_K_M: Q4_K (4.5 bits) with some tensors in Q6_K
 * (6.5625 bits), by the block sizes in ggml-common.h; the mixture differs a little from model to model.
 */
export const FORMATS = [
  { name: 'Q4_K_M', bits: 4.85 },
  { name: 'Q8_0', bits: 8.5 },
  { name: 'F16', bits: 16 },
] as const;

export type Room = 'fits' | 'tight' | 'too_large';

/** Context and working space come on top of the file. */
const WITH_CONTEXT = 1.2;

/** Bytes of a file with so many billions of numbers. */
export function fileBytes(billions: number, bits: number): number {
  return (billions * 1e9 * bits) / 8;
}

/** Bytes that are left to the system and to other programs, as the shell reckons (`src-tauri/fit`). */
function reserve(total: number): number {
  return Math.min(Math.max(total / 16, 2 ** 28), 2 ** 30);
}

/** `tight`: only after other programs were closed. All in bytes. */
export function roomFor(bytes: number, { free, total }: { free: number; total: number }): Room {
  const needed = bytes * WITH_CONTEXT + reserve(total);
  if (needed <= free) return 'fits';
  return needed <= total ? 'tight' : 'too_large';
}
