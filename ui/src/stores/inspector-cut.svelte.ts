/** What the tab "Cut" of the inspector keeps while it is out of sight. */
export class CutTabStore {}
