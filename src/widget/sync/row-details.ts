import type { RowDetail } from "../../scope";
import type { ScopeStore } from "./scope-store";

/** Rows asked for at once: many while fetching all, few where only what the pointer passes is fetched. */
const BLOCK = { whole: 200, passing: 40 };
/** Requests on their way at once. While there are so many, only the newest wish is remembered. */
const MOST_AT_ONCE = 2;
/** Datasets up to this size are fetched whole in idle time. */
const PREFETCH_ROWS = 20_000;
/** An unanswered request is given up after this time; a busy kernel may still answer it later. */
const PATIENCE_MS = 30_000;

interface Request {
  readonly rows: ReadonlySet<number>;
  readonly at: number;
}

/** Texts and columns of rows, fetched in blocks on demand and kept. */
export class RowDetails {
  private readonly details = new Map<number, RowDetail>();
  /** Requests on their way, by id. */
  private readonly requests = new Map<string, Request>();
  private readonly listeners = new Set<() => void>();
  private readonly block: number;
  private wish: readonly number[] | null = null;
  private prefetching = false;

  constructor(private readonly store: ScopeStore) {
    this.block = store.rows <= PREFETCH_ROWS ? BLOCK.whole : BLOCK.passing;
    store.onMessage((message) => {
      if (message.type === "rows") this.receive(message.id, message.rows);
    });
  }

  /** Number of rows of which something is known. */
  get size(): number {
    return this.details.size;
  }

  /** What is known, row by row. */
  known(): IterableIterator<RowDetail> {
    return this.details.values();
  }

  /** What is known of a row; asks the kernel for it (and for the rows beside it in the list) when nothing is. */
  get(row: number): RowDetail | undefined {
    const known = this.details.get(row);
    if (!known) this.want(this.rowsOfBlock(Math.floor(row / this.block)));
    return known;
  }

  /** What is known of a row, without asking. */
  peek(row: number): RowDetail | undefined {
    return this.details.get(row);
  }

  /** Asks the kernel for those of some rows that are not known or on their way. The newest wish goes before older ones, which may be dropped. */
  want(rows: readonly number[]): void {
    const underWay = this.underWay();
    const missing = rows.filter((row) => !this.details.has(row) && !underWay.some((request) => request.rows.has(row)));
    if (!missing.length) return;
    if (underWay.length >= MOST_AT_ONCE) {
      this.wish = missing;
      return;
    }
    const id = this.store.nextId();
    this.requests.set(id, { rows: new Set(missing), at: performance.now() });
    this.store.ask({ type: "rows", id, rows: missing });
  }

  /** Calls back when rows have come. Returns a function that stops it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fetches the rest of a small dataset, one block after the other, whenever the browser has nothing better to do. */
  prefetch(): void {
    if (this.prefetching || this.store.rows > PREFETCH_ROWS) return;
    this.prefetching = true;
    let block = 0;
    const blocks = Math.ceil(this.store.rows / this.block);
    const step = () => {
      while (block < blocks && this.complete(block)) block++;
      // each is asked for once here: what a kernel does not give is not asked for without end
      if (block < blocks && !this.underWay().length) this.want(this.rowsOfBlock(block++));
    };
    this.subscribe(() => whenIdle(step));
    whenIdle(step);
  }

  /** The kernel's answer to a request of this page, or of another. */
  private receive(id: string, details: readonly RowDetail[]): void {
    this.requests.delete(id);
    for (const detail of details) this.details.set(detail.row, detail);
    const { wish } = this;
    this.wish = null;
    if (wish) this.want(wish);
    for (const listener of this.listeners) listener();
  }

  private rowsOfBlock(block: number): number[] {
    const end = Math.min(this.store.rows, (block + 1) * this.block);
    return Array.from({ length: end - block * this.block }, (_, i) => block * this.block + i);
  }

  private complete(block: number): boolean {
    return this.rowsOfBlock(block).every((row) => this.details.has(row));
  }

  /** Requests on their way. Those that were given up are forgotten. */
  private underWay(): Request[] {
    const now = performance.now();
    for (const [id, { at }] of this.requests) if (now - at > PATIENCE_MS) this.requests.delete(id);
    return [...this.requests.values()];
  }
}

function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(task, { timeout: 1000 });
  else setTimeout(task, 50);
}
