import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Neighbours, Requests } from "../../sync/requests";
import { messageOf } from "./colour-model";

/** The card of a row that stays, and the way that led to it. */
export interface CardModel {
  readonly row: ReadonlySignal<number | null>;
  /** Where the card is: not over the row's point. */
  readonly side: ReadonlySignal<"left" | "right">;
  /** Null while the kernel is asked for them. */
  readonly neighbours: ReadonlySignal<Neighbours | null>;
  /** Why there are no neighbours. */
  readonly problem: ReadonlySignal<string>;
  /** Whether there is a row to go back to. */
  readonly canGoBack: ReadonlySignal<boolean>;
  /** Shows another row; the one before can be gone back to. @param side where its point is not */
  pin(row: number, side?: "left" | "right"): void;
  /** The row before. */
  back(): void;
  close(): void;
  readonly dispose: () => void;
}

const NEIGHBOURS = 10;

export function makeCardModel(requests: Requests): CardModel {
  /** The rows that were shown, the last one now. */
  const way = signal<readonly number[]>([]);
  const row = computed(() => way.value.at(-1) ?? null);
  const side = signal<"left" | "right">("right");
  const neighbours = signal<Neighbours | null>(null);
  const problem = signal("");
  const stop = effect(() => {
    neighbours.value = null;
    problem.value = "";
    if (row.value === null) return;
    const abort = new AbortController();
    requests.neighbours(row.value, NEIGHBOURS, abort.signal).then(
      (found) => (neighbours.value = found),
      (error: unknown) => {
        if (!abort.signal.aborted) problem.value = messageOf(error);
      },
    );
    return () => abort.abort();
  });
  return {
    row,
    side,
    neighbours,
    problem,
    canGoBack: computed(() => way.value.length > 1),
    pin: (next, where = "right") => {
      side.value = where;
      if (row.peek() !== next) way.value = [...way.peek(), next];
    },
    back: () => {
      if (way.peek().length > 1) way.value = way.peek().slice(0, -1);
    },
    close: () => (way.value = []),
    dispose: stop,
  };
}
