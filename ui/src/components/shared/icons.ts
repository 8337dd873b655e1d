/** Outlines on a 20 by 20 grid, drawn with a 1.5 stroke. */
export const ICONS = {
  chat: 'M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-3.5 3v-3a2 2 0 0 1-2-2z',
  tokens: 'M3 7.5h4v5H3zM8.5 7.5h6v5h-6zM16 7.5h1.5v5H16M3 16h14.5M3 4h14.5',
  models: 'M10 2.8 16.5 6.4v7.2L10 17.2l-6.5-3.6V6.4zM3.7 6.5 10 10l6.3-3.5M10 10v7',
  history: 'M3.2 10a6.8 6.8 0 1 0 2-4.8L3.2 7.1M3.2 3.5v3.6h3.6M10 6.4V10l2.6 1.6',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  plus: 'M10 4v12M4 10h12',
  send: 'M10 16V4.5M5 9.2l5-5 5 5',
  stop: 'M6 6h8v8H6z',
  close: 'M5 5l10 10M15 5 5 15',
  copy: 'M7 7V4.5h8.5V13H13M4.5 7H13v8.5H4.5z',
  check: 'M4 10.5 8 14.5 16 6',
  again: 'M16.3 10a6.3 6.3 0 1 1-1.9-4.5l1.9 1.8M16.3 3.8v3.5h-3.5',
  left: 'M12 4.5 6.5 10l5.5 5.5',
  right: 'M8 4.5 13.5 10 8 15.5',
  down: 'M4.5 8 10 13.5 15.5 8',
  toEnd: 'M10 3.5v9M5.5 8.5l4.5 4.5 4.5-4.5M4.5 16.5h11',
  pencil: 'M4 16l.8-3.4L13.4 4l2.6 2.6-8.6 8.6zM11.8 5.6l2.6 2.6',
  bin: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10M8.5 9v4.5M11.5 9v4.5',
  open: 'M3 15.5V5h5l1.6 2H17v8.5zM3 9h14',
  lens: 'M3.5 4h13v12h-13zM12 4v12',
  sliders: 'M4 5.5h6M14 5.5h2M12 3.8v3.4M4 10h2M10 10h6M8 8.3v3.4M4 14.5h7M15 14.5h1M13 12.8v3.4',
  warning: 'M10 3.2 17.5 16h-15zM10 8v3.6M10 13.6v.4',
  shield: 'M10 2.8l5.8 2.2v4.4c0 3.7-2.4 6.4-5.8 7.8-3.4-1.4-5.8-4.1-5.8-7.8V5z',
} as const;

export type IconName = keyof typeof ICONS;
