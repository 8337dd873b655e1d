/** How many code points a text has. Nothing is made of them: a megabyte is counted while somebody writes in it. */
export function codePoints(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0xd800 || code >= 0xdc00) continue;
    const low = text.charCodeAt(at + 1);
    if (low >= 0xdc00 && low < 0xe000) pairs += 1;
  }
  return text.length - pairs;
}
