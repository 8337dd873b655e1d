/** The double's tokenizer: English by words with their space, Chinese by words and characters, the rest by bytes. */
import type { TextToken } from '../bindings/TextToken';

const WORDS_ZH =
  '埃菲尔 铁塔 法国 首都 巴黎 日本 东京 世界 天空 蓝色 阳光 空气 散射 人口 都市 国家 哪个 什么 颜色 建成 博览会 修建 更容易'.split(
    ' ',
  );
/** Characters with a token of their own; all others are split into bytes, as in a real vocabulary. */
const CHARACTERS_ZH = new Set(
  '的是在了它也和里比被，。？：上为最多圈于年高约米这个我不太清楚能换问法吗哪光红蓝城市地河',
);
const WORD = /^( ?[A-Za-z]+| ?\d{1,3}|\n+| |[^\sA-Za-z\d\u0080-\uffff]+)/;

const encoder = new TextEncoder();

export const END_ID = 2;
const BYTE_IDS = 16;
const FIRST_ID = 600;

const ids = new Map<string, number>();

const pieces = new Map<number, string>();

/** The bytes of an id that was handed out before, in hex. */
export function bytesOf(id: number): string {
  if (id >= BYTE_IDS && id < BYTE_IDS + 256) return (id - BYTE_IDS).toString(16).padStart(2, '0');
  return pieces.get(id) ?? '';
}

/** All pieces that were seen so far. */
export function knownPieces(): { id: number; bytes: string }[] {
  return [...pieces].map(([id, bytes]) => ({ id, bytes }));
}

export function textOf(hex: string): string {
  const raw = Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
  return new TextDecoder('utf-8').decode(raw);
}

/** Ids are handed out in the order in which pieces are first seen, and kept. */
export function idOf(hex: string): number {
  if (hex.length === 2) return BYTE_IDS + Number.parseInt(hex, 16);
  let id = ids.get(hex);
  if (id === undefined) {
    id = FIRST_ID + ids.size * 7;
    ids.set(hex, id);
    pieces.set(id, hex);
  }
  return id;
}

export function hexOf(text: string): string {
  return hexOfBytes(encoder.encode(text));
}

function hexOfBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of each token, in hex. */
export function cut(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest !== '') {
    const piece = nextPiece(rest);
    rest = rest.slice(piece.length);
    if (/^[\u0080-\u{10ffff}]$/u.test(piece) && !CHARACTERS_ZH.has(piece))
      pieces.push(...splitCharacter(piece));
    else pieces.push(hexOf(piece));
  }
  return pieces;
}

function nextPiece(text: string): string {
  const chinese = WORDS_ZH.find((word) => text.startsWith(word));
  return chinese ?? WORD.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(0) ?? 0);
}

/** The first two bytes together, then one by one. */
function splitCharacter(character: string): string[] {
  const bytes = encoder.encode(character);
  if (bytes.length < 3) return [hexOfBytes(bytes)];
  return [
    hexOfBytes(bytes.subarray(0, 2)),
    ...[...bytes.subarray(2)].map((byte) => hexOfBytes(Uint8Array.of(byte))),
  ];
}

export function tokenize(text: string): TextToken[] {
  let at = 0;
  return cut(text).map((bytes) => {
    const start = at;
    at += bytes.length / 2;
    return { id: idOf(bytes), bytes, start, end: at, special: false };
  });
}
