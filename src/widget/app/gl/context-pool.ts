/** Something that holds a WebGL context while it is in sight. */
export interface ContextHolder {
  /** Gives the context back; the map draws itself without from now on. */
  release(): void;
}

/** Browsers allow a page 16 contexts; other outputs of the notebook want some, too. */
export const MAX_CONTEXTS = 8;

/** The WebGL contexts of this page's maps: those out of sight give way to those that come into sight. */
export class ContextPool {
  private readonly holders = new Map<ContextHolder, { visible: boolean }>();

  constructor(private readonly limit = MAX_CONTEXTS) {}

  /** True when the holder may make a context now. The one longest out of sight gives its own back when there are too many. */
  acquire(holder: ContextHolder): boolean {
    if (!this.holders.has(holder) && this.holders.size >= this.limit) {
      const hidden = [...this.holders].find(([, { visible }]) => !visible)?.[0];
      if (!hidden) return false;
      this.holders.delete(hidden);
      hidden.release();
    }
    this.holders.delete(holder);
    this.holders.set(holder, { visible: true });
    return true;
  }

  /** The holder is out of sight: it keeps its context until another needs it. */
  hide(holder: ContextHolder): void {
    if (!this.holders.delete(holder)) return;
    this.holders.set(holder, { visible: false });
  }

  /** The holder has no context any more. */
  drop(holder: ContextHolder): void {
    this.holders.delete(holder);
  }
}
