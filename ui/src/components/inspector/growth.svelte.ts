/**
 * Lists that are laid out from the beginning on: what is in sight at once, the rest in between. So a megabyte of text
 * never keeps the window from what is being typed.
 */
export interface Grown {
  /** Rows that are laid out. */
  readonly length: number;
  readonly complete: boolean;
  /** Lays out so many more. */
  grow(parts: number): void;
}

/** So many are laid out at once: far more than fit into a window. */
export const AT_ONCE = 12_000;

export class Growth {
  /** Grows whenever more is laid out. */
  #steps = $state(0);

  /** How many rows there are by now; who reads it is asked again when there are more. */
  of(list: Grown): number {
    void this.#steps;
    return list.length;
  }

  /** Goes on until all is laid out, or the returned function is called. */
  follow(list: Grown): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      if (!list.complete) timer = setTimeout(step);
    };
    const step = (): void => {
      list.grow(AT_ONCE);
      this.#steps += 1;
      later();
    };
    later();
    return () => clearTimeout(timer);
  }
}
