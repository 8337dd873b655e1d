/** The views, in the order of the rail. */
export const VIEWS = ['chat', 'tokens', 'models', 'history', 'settings'] as const;
export type View = (typeof VIEWS)[number];
