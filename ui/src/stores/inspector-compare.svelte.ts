/** What the tab "Compare" of the inspector keeps while it is out of sight. */
export class CompareTabStore {}
