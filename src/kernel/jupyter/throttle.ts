/** Lets a value through at most once an interval; of what comes in between, the last one follows when the interval is over. */
export class Throttle<T> {
  readonly #intervalMs: number;
  readonly #deliver: (value: T) => void;
  #lastMs = -Infinity;
  #waiting: { readonly value: T } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, deliver: (value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#deliver = deliver;
  }

  push(value: T): void {
    this.#waiting = { value };
    const elapsedMs = performance.now() - this.#lastMs;
    if (elapsedMs >= this.#intervalMs) this.flush();
    // Unref'd: a progress bar must not keep a kernel from shutting down.
    else this.#timer ??= setTimeout(() => this.flush(), this.#intervalMs - elapsedMs).unref();
  }

  /** Whether a value waits for its turn. */
  get pending(): boolean {
    return this.#waiting !== undefined;
  }

  /** Delivers what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#waiting) return;
    const { value } = this.#waiting;
    this.#waiting = undefined;
    this.#lastMs = performance.now();
    this.#deliver(value);
  }
}
