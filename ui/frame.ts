/**
 * The frame that a window is born with, as markup in `index.html`: what is seen before a script has run. Its drawings are
 * the app's own. They also make it seen at once: WebKit paints no page that holds neither text nor pictures before all
 * of its scripts have run.
 */
import type { Plugin } from 'vite';

import { ICONS } from './src/components/shared/icons.ts';
import { VIEWS } from './src/stores/views.ts';

const PLACE = '<!--frame-->';

/** As `Mark.svelte` draws it. */
const MARK = [
  '<svg class="boot-mark" viewBox="0 0 40 40" width="32" height="32">',
  '<rect width="40" height="40" rx="9.5" fill="#0f766e"/>',
  '<rect x="7" y="6.5" width="26" height="27" rx="3" fill="#fbfaf7"/>',
  '<g stroke-width="3.4" stroke-linecap="round">',
  '<path stroke="#5ec4b6" d="M11.8 24v5M23 20v9"/>',
  '<path stroke="#0f766e" d="M17.4 14.8V29"/>',
  '<path stroke="#b9ded8" d="M28.2 26.4V29"/>',
  '</g></svg>',
].join('');

function frame(): string {
  const view = (name: keyof typeof ICONS): string =>
    `<span><svg viewBox="0 0 20 20" width="20" height="20"><path d="${ICONS[name]}"/></svg><i></i></span>`;
  const rail = `<div class="boot-rail">${MARK}${VIEWS.map(view).join('')}</div>`;
  return `${rail}<p class="boot-title">Vitrine 透窗</p><div class="boot-status"></div>`;
}

/** Puts the frame into the page, and lets the web view fetch the program while it paints. */
export function bootFrame(): Plugin {
  return {
    name: 'boot-frame',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => ({
        html: html.replace(PLACE, frame()),
        tags: Object.values(bundle ?? {})
          .filter((chunk) => chunk.type === 'chunk')
          .filter(({ facadeModuleId: entry }) => /\/src\/(main|client\/tauri)\.ts$/.test(entry ?? ''))
          .map(({ fileName }) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
            injectTo: 'head',
          })),
      }),
    },
  };
}
