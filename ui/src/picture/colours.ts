/**
 * The colours of a picture. It leaves the app, so it can't ask the style sheet; a test holds these to `styles/tokens.css`.
 */
export type Look = 'light' | 'dark';

export interface Colours {
  paper: string;
  ink: string;
  inkSoft: string;
  hairline: string;
  hairlineStrong: string;
  accent: string;
  track: string;
  mark: string;
  /** By the ramp's step; expected tokens have none. */
  steps: readonly [null, string, string, string, string];
}

export const COLOURS: Record<Look, Colours> = {
  light: {
    paper: '#fbfaf7',
    ink: '#1d1c1a',
    inkSoft: '#595650',
    hairline: '#e3e0d8',
    hairlineStrong: '#8f8b82',
    accent: '#0f766e',
    track: '#ece9e2',
    mark: '#a8560c',
    steps: [null, '#fbf0d9', '#f9ddb0', '#f6c285', '#f0a268'],
  },
  dark: {
    paper: '#161615',
    ink: '#eceae4',
    inkSoft: '#a8a59c',
    hairline: '#32312e',
    hairlineStrong: '#77746c',
    accent: '#5ec4b6',
    track: '#2b2a28',
    mark: '#f0a860',
    steps: [null, '#2b2419', '#42301b', '#5c3a1c', '#723d19'],
  },
};
