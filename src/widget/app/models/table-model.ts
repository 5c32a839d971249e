import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Content } from "../../../scope";
import type { Requests } from "../../sync/requests";
import { byIndex, byKey, inOrder, tableRows, type TableRows } from "../rows/table-rows";
import type { FilterModel } from "./filter-model";
import { messageOf } from "./colour-model";
import type { SearchModel } from "./search-model";

/** What a table is sorted by: a column of the input by its name, or what only the map knows. */
export type SortKey = "row" | "cluster" | "similarity" | { readonly column: string };

export interface Sort {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** The table of rows of one view. */
export interface TableModel {
  readonly sort: Signal<Sort | null>;
  /** What it shows, in its order, whether it is on the page or not. */
  readonly all: ReadonlySignal<TableRows>;
  /** The same while it is on the page, and nothing otherwise. */
  readonly shown: ReadonlySignal<TableRows>;
  /** Whether the kernel is sorting. */
  readonly sorting: ReadonlySignal<boolean>;
  /** Why it is not sorted. */
  readonly problem: ReadonlySignal<string>;
  readonly dispose: () => void;
}

interface Sources {
  readonly content: ReadonlySignal<Content>;
  readonly selection: ReadonlySignal<Uint32Array>;
  readonly filters: FilterModel;
  readonly search: SearchModel;
  readonly requests: Requests;
  /** Whether the table is on the page: only then it costs anything. */
  readonly open: ReadonlySignal<boolean>;
}

const NOTHING: TableRows = { source: "all", rows: new Uint32Array(0) };

export function makeTableModel({ content, selection, filters, search, requests, open }: Sources): TableModel {
  const sort = signal<Sort | null>(null);
  const order = signal<Uint32Array | null>(null);
  const sorting = signal(false);
  const problem = signal("");
  const deleted = computed(() => content.value.deleted);
  const assignment = computed(() => content.value.assignment);
  const stop = effect(() => {
    const wanted = sort.value;
    order.value = null;
    problem.value = "";
    sorting.value = false;
    if (typeof wanted?.by !== "object") return;
    const abort = new AbortController();
    sorting.value = true;
    requests
      .order(wanted.by.column, wanted.descending, abort.signal)
      .then(
        (rows) => (order.value = rows),
        (error: unknown) => {
          if (!abort.signal.aborted) problem.value = messageOf(error);
        },
      )
      .finally(() => {
        if (!abort.signal.aborted) sorting.value = false;
      });
    return () => abort.abort();
  });
  const unsorted = computed(() => {
    const { value: query } = search.query;
    const searched = query.trim()
      ? { best: search.best.value, found: search.found.value?.rows ?? new Uint32Array(0) }
      : null;
    return tableRows({
      deleted: deleted.value,
      search: searched,
      selection: selection.value,
      mask: filters.mask.value,
    });
  });
  const all = computed(() => {
    const { source, rows } = unsorted.value;
    const { value: by } = sort;
    if (!by) return { source, rows };
    if (typeof by.by === "object") return { source, rows: order.value ? inOrder(rows, order.value) : rows };
    if (by.by === "row") return { source, rows: byIndex(rows, deleted.value.length, by.descending) };
    if (by.by === "cluster") {
      const ids = assignment.value;
      return { source, rows: byKey(rows, (row) => ids[row], by.descending) };
    }
    const near = search.similarities.value?.values;
    return { source, rows: near ? byKey(rows, (row) => near[row], by.descending) : rows };
  });
  const shown = computed(() => (open.value ? all.value : NOTHING));
  return { sort, all, shown, sorting, problem, dispose: stop };
}
