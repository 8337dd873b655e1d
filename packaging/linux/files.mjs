// What a package for Linux has beside the programs and the models, and where it lies (docs/packaging.md).

const APP_SIZES = [16, 24, 32, 48, 64, 96, 128, 256];
const FILE_SIZES = [32, 48, 64, 128, 256];
const ICONS = '/usr/share/icons/hicolor';
const DOC = '/usr/share/doc/vitrine';

/** Path in the package: path in the source tree. The bundler itself adds the programs, the models, the menu entry and the app's icons. */
function files(licences) {
  const kind = FILE_SIZES.map((size) => [
    `${ICONS}/${size}x${size}/mimetypes/application-x-gguf.png`,
    `icons/gguf/${size}x${size}.png`,
  ]);
  return {
    '/usr/share/mime/packages/vitrine.xml': 'packaging/linux/vitrine.xml',
    '/usr/share/metainfo/app.vitrine.desktop.metainfo.xml': 'packaging/linux/app.vitrine.desktop.metainfo.xml',
    [`${ICONS}/scalable/apps/vitrine.svg`]: 'icons/vitrine.svg',
    [`${ICONS}/scalable/mimetypes/application-x-gguf.svg`]: 'icons/gguf.svg',
    ...Object.fromEntries(kind),
    [`${DOC}/copyright`]: 'packaging/linux/copyright',
    [`${DOC}/third-party-licences.txt.gz`]: licences,
    [`${DOC}/screenshots/chat.png`]: 'docs/screenshots/en-chat-light.png',
    [`${DOC}/screenshots/chat.zh_CN.png`]: 'docs/screenshots/zh-chat-light.png',
  };
}

/** The part of Tauri's configuration that is about Linux packages. */
export function linux({ changelog, licences, dependencies }) {
  const common = { files: files(licences), desktopTemplate: 'packaging/linux/vitrine.desktop' };
  return {
    icon: [...APP_SIZES.map((size) => `icons/${size}x${size}.png`), 'icons/icon.png'],
    publisher: 'The Vitrine contributors <contributors@vitrine.invalid>',
    longDescription: [
      'Vitrine opens a language model file on your own computer, lets you talk to it, and shows how it writes: every word as the tokens',
      'it is made of, each with its chances and what might have come instead. Offline, in Chinese and English; a family of small models',
      'comes with it.',
    ].join(' '),
    linux: {
      deb: {
        ...common,
        section: 'education',
        changelog,
        depends: dependencies.deb,
        // Chinese in menus and answers; the list of which app opens what.
        recommends: ['fonts-noto-cjk', 'desktop-file-utils'],
      },
      rpm: {
        ...common,
        depends: dependencies.rpm,
        recommends: ['google-noto-sans-cjk-fonts', 'desktop-file-utils'],
      },
    },
  };
}
