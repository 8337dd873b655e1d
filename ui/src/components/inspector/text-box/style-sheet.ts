/**
 * CodeMirror writes its rules into a `<style>` element, which the policy of the window forbids. Sheets made by a script
 * are allowed: its module for styles makes one where a root has no head, and the document is given that.
 */
import { StyleModule } from 'style-mod';

export function allowStyles(): void {
  if (!('adoptedStyleSheets' in document)) return;
  const root = { ownerDocument: document, adoptedStyleSheets: [] as CSSStyleSheet[] };
  StyleModule.mount(root as unknown as ShadowRoot, []);
  // The set of rules of a root is kept in a property of it that has no name.
  for (const key of Object.getOwnPropertySymbols(root)) {
    if (!(key in document)) Object.defineProperty(document, key, { value: Reflect.get(root, key) });
  }
}
