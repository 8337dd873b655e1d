/** Bytes are the ground truth of tokens; this turns them into something to look at, and never into U+FFFD. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `"e59f83"` -> three bytes. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** `"e59f83"` -> `"E5 9F 83"`. */
export function spacedHex(hex: string): string {
  return hex.toUpperCase().replace(/(..)(?=.)/g, '$1 ');
}

export type Decoded =
  /** Whole characters. */
  | { kind: 'whole'; text: string }
  /** Whole characters, then the beginning of one more. */
  | { kind: 'open' }
  /** Bytes that no continuation can turn into UTF-8. */
  | { kind: 'invalid' };

/** What a run of bytes is as UTF-8. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  const text = tryDecode(bytes);
  if (text !== null) return { kind: 'whole', text };
  const tail = openTail(bytes);
  if (tail > 0 && tryDecode(bytes.subarray(0, bytes.length - tail)) !== null) return { kind: 'open' };
  return { kind: 'invalid' };
}

/** The text that a token's bytes are, or `null` where they are no whole characters. */
export function hexToText(hex: string): string | null {
  const decoded = decodeUtf8(hexToBytes(hex));
  return decoded.kind === 'whole' ? decoded.text : null;
}

function tryDecode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** How many bytes at the end are the beginning of a character that needs more; 0 where none is. */
function openTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf5 || byte < 0xc2 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? back : 0;
  }
  return 0;
}

/** Byte offset of UTF-8 -> index in the JavaScript string, for every offset in rising order. */
export function byteOffsetsToIndices(text: string, offsets: readonly number[]): number[] {
  const indices: number[] = [];
  let bytes = 0;
  let index = 0;
  for (const offset of offsets) {
    while (bytes < offset && index < text.length) {
      const code = text.codePointAt(index) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      index += code < 0x10000 ? 1 : 2;
    }
    indices.push(index);
  }
  return indices;
}
