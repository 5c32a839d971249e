import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { rowsOf, type Content } from "../../../scope";
import type { ScopeStore } from "../../sync/scope-store";
import { maskOf, passing, topicOf, withFilter, withoutFilter, type Filter } from "../filters";

/** The filters of a view, with that of a cell, and what they let pass. */
export interface FilterModel {
  /** Those made in this view. */
  readonly own: Signal<readonly Filter[]>;
  /** Those, and that of a cell. */
  readonly all: ReadonlySignal<readonly Filter[]>;
  /** 1 for each row that passes; null without filters. */
  readonly mask: ReadonlySignal<Uint8Array | null>;
  /** Rows that pass and are not deleted, ascending; null without filters. */
  readonly rows: ReadonlySignal<Uint32Array | null>;
  /** Adds a filter, in place of one about the same. */
  add(filter: Filter): void;
  remove(filter: Filter): void;
  clear(): void;
}

const FROM_A_CELL = "From a cell";

export function makeFilterModel(
  store: ScopeStore,
  content: ReadonlySignal<Content>,
  asked: ReadonlySignal<string | null>,
): FilterModel {
  const own = signal<readonly Filter[]>([]);
  const ofCell = computed<readonly Filter[]>(() => {
    if (asked.value === null) return [];
    const { filter } = store.snapshot.look;
    return filter === null ? [] : [{ kind: "rows", name: FROM_A_CELL, rows: rowsOf(filter, store.rows) }];
  });
  const all = computed(() => [...ofCell.value, ...own.value]);
  // edits give new contents, most of which concern no filter
  const tags = computed(() => content.value.tags);
  const assignment = computed(() => content.value.assignment);
  const mask = computed(() => {
    if (all.value.some(({ kind }) => kind === "tag")) void tags.value;
    if (all.value.some(({ kind }) => kind === "clusters")) void assignment.value;
    return maskOf(all.value, content.peek());
  });
  const deleted = computed(() => content.value.deleted);
  return {
    own,
    all,
    mask,
    rows: computed(() => mask.value && passing(mask.value, deleted.value)),
    add: (filter) => (own.value = withFilter(own.peek(), filter)),
    remove: (filter) => {
      if (ofCell.peek().includes(filter)) store.setLook({ filter: null });
      else own.value = withoutFilter(own.peek(), topicOf(filter));
    },
    clear: () => {
      own.value = [];
      if (asked.peek() !== null) store.setLook({ filter: null });
    },
  };
}
