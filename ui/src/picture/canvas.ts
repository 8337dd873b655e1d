/** What a picture needs of the web view: how wide texts are, and pixels of an SVG. */
import type { Ruler } from './lines';
import { CHIP_SIZE, MONO, SANS, TEXT_SIZE, type Picture } from './svg';

/** Pixels of the file for one of the picture; for sharp screens. */
const SCALE = 2;
/** Canvases may be no taller in some web views, pixels. */
const TALLEST = 16_000;

/** Measures with the fonts that are there. */
export function canvasRuler(): Ruler {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) throw new Error('no canvas to measure texts with');
  return (text, font) => {
    context.font = font === 'text' ? `${TEXT_SIZE}px ${SANS}` : `${CHIP_SIZE}px ${MONO}`;
    return context.measureText(text).width;
  };
}

export function svgUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** A PNG at twice the picture's size; a very tall one at less. Rejects where the web view can't draw it. */
export async function toPng({ svg, width, height }: Picture): Promise<Uint8Array> {
  const scale = Math.min(SCALE, TALLEST / height);
  const image = new Image();
  image.src = svgUrl(svg);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas to draw on');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the canvas gave no PNG');
  return new Uint8Array(await blob.arrayBuffer());
}

/** A file name from a title: without what some file systems refuse. */
export function fileNameOf(title: string, ending: string): string {
  const name = [...title.normalize('NFC').replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ')]
    .slice(0, 60)
    .join('')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return `${name || 'Vitrine'}.${ending}`;
}
