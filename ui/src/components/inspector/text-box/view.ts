/**
 * A text field that lays out only what is in sight (CodeMirror), so that a megabyte is as quick to write in as a
 * sentence. Loaded when the first field is shown.
 */
import { isolateHistory } from '@codemirror/commands';
import { Compartment, StateEffect, StateField, Transaction, type Extension } from '@codemirror/state';
import { Decoration, EditorView, placeholder, type DecorationSet } from '@codemirror/view';

import { isComposing } from '../../shared/ime';
import { plainText } from './plain-text';
import { seams } from './seams';
import { settling } from './settling';
import { allowStyles } from './style-sheet';

/** What is said about a field, in the language of the window. */
export interface FieldWords {
  label: string;
  placeholder: string;
}

export interface FieldOptions {
  words: FieldWords;
  /** Attributes of the element that is written in. */
  attributes: Readonly<Record<string, string>>;
  /** Told after every change that the user makes. */
  change: (text: string) => void;
  /** The caret was set before this index of the text. */
  caret: (index: number) => void;
  /** Before the field's own keys; what it prevents is not done. */
  keydown: (event: KeyboardEvent) => void;
}

const setMark = StateEffect.define<readonly [number, number] | null>();
const lit = Decoration.mark({ tagName: 'mark' });

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, { changes, effects, state }) {
    let next = set.map(changes);
    for (const effect of effects) {
      if (!effect.is(setMark)) continue;
      const [from, to] = effect.value ?? [0, 0];
      const end = Math.min(to, state.doc.length);
      next = from < end ? Decoration.set(lit.range(from, end)) : Decoration.none;
    }
    return next;
  },
  provide: (self) => EditorView.decorations.from(self),
});

/** Given by the program: the user wrote nothing. */
const given = Transaction.userEvent.of('given');

function wordsOf({ label, placeholder: hint }: FieldWords): Extension {
  return [EditorView.contentAttributes.of({ 'aria-label': label }), placeholder(hint)];
}

/** CodeMirror's own look at input methods begins with the first letter that they write; this one begins with the key. */
function keepFromEditor(event: KeyboardEvent): void {
  if (isComposing(event)) event.stopPropagation();
}

export class LongText {
  readonly #parent: HTMLElement;
  readonly #view: EditorView;
  readonly #words = new Compartment();
  /** The text as it was last told or given. */
  #text = '';

  constructor(parent: HTMLElement, { words, attributes, change, caret, keydown }: FieldOptions) {
    this.#parent = parent;
    allowStyles();
    parent.addEventListener('keydown', keepFromEditor, true);
    // A key that wrote moved the caret too. Telling of it would draw what is lit once for each key.
    let wrote = false;
    const tellCaret = (event: Event, view: EditorView): void => {
      const { main } = view.state.selection;
      if (event.type === 'keyup' && wrote) return;
      if (main.empty && !view.compositionStarted) caret(main.head);
    };
    this.#view = new EditorView({
      parent,
      extensions: [
        EditorView.domEventHandlers({
          keydown: (event) => {
            keydown(event);
            return event.defaultPrevented;
          },
          keyup: tellCaret,
          click: tellCaret,
        }),
        plainText,
        // Blocks hold marks, never the other way round.
        seams,
        marked,
        settling,
        EditorView.contentAttributes.of({ ...attributes }),
        this.#words.of(wordsOf(words)),
        EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
          if (docChanged || selectionSet) wrote = docChanged;
          if (!docChanged) return;
          this.#text = state.sliceDoc();
          if (!transactions.every((one) => one.isUserEvent('given'))) change(this.#text);
        }),
      ],
    });
  }

  /** What differs is exchanged: the caret stays where it is in the rest. The user can take it back. */
  setText(text: string): void {
    if (text === this.#text) return;
    const had = this.#text;
    const shorter = Math.min(had.length, text.length);
    let start = 0;
    while (start < shorter && had.charCodeAt(start) === text.charCodeAt(start)) start += 1;
    let [endHad, end] = [had.length, text.length];
    while (endHad > start && end > start && had.charCodeAt(endHad - 1) === text.charCodeAt(end - 1)) {
      endHad -= 1;
      end -= 1;
    }
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: start, to: endHad, insert: state.toText(text.slice(start, end)) },
      annotations: [given, isolateHistory.of('full'), Transaction.addToHistory.of(had !== '')],
    });
  }

  /** `[start, end)` in the text is lit. */
  setMark(range: readonly [number, number] | null): void {
    this.#view.dispatch({ effects: setMark.of(range) });
  }

  setWords(words: FieldWords): void {
    this.#view.dispatch({ effects: this.#words.reconfigure(wordsOf(words)) });
  }

  focus(): void {
    this.#view.focus();
  }

  destroy(): void {
    this.#parent.removeEventListener('keydown', keepFromEditor, true);
    this.#view.destroy();
  }
}
