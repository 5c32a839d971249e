import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Cluster } from "../../scope";
import { slotOf } from "../map/clusters";
import type { Tool } from "../map/gestures";
import type { MapStage } from "../map/stage";
import type { ScopeStore, Snapshot } from "../sync/scope-store";

/** Where a cluster is being renamed: in the list, or over its label on the map. */
export interface Renaming {
  readonly cluster: number;
  readonly place: "list" | "map";
}

/** The row under the pointer. */
export interface Hover {
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** One cluster as the list shows it. */
export interface ClusterItem {
  readonly cluster: Cluster;
  readonly size: number;
}

/** What one view shows beside the map itself. The scope is in the store, which all views share; the rest is this view's own. */
export interface Ui {
  readonly store: ScopeStore;
  readonly stage: MapStage;
  /** Element over the map for what this view draws there. */
  readonly overlay: HTMLElement;
  readonly snapshot: ReadonlySignal<Snapshot>;
  /** Counts up when the map's view, size or theme has changed. */
  readonly viewCount: ReadonlySignal<number>;
  /** Counts up when details of rows have come. */
  readonly detailsCount: ReadonlySignal<number>;
  readonly tool: Signal<Tool>;
  readonly hover: Signal<Hover | null>;
  readonly renaming: Signal<Renaming | null>;
  readonly filter: Signal<string>;
  readonly panelOpen: Signal<boolean>;
  /** The lasso or box being drawn, in CSS pixels of the map area. */
  readonly drawing: Signal<readonly number[] | null>;
  /** Said beside the map until something else is: which renderer, how to zoom. */
  readonly hint: Signal<string>;
  /** Clusters with rows, the largest first, the outliers last. */
  readonly items: ReadonlySignal<readonly ClusterItem[]>;
  /** Number of selected rows in each slot. */
  readonly selectedInSlot: ReadonlySignal<Uint32Array>;
  readonly dispose: () => void;
}

export function makeUi(store: ScopeStore, stage: MapStage): Ui {
  const snapshot = signal(store.snapshot);
  const viewCount = signal(0);
  const detailsCount = signal(0);
  const stops = [
    store.subscribe(() => (snapshot.value = store.snapshot)),
    stage.onView(() => viewCount.value++),
    store.details.subscribe(() => detailsCount.value++),
  ];
  const overlay = document.createElement("div");
  overlay.className = "ls-overlay";
  stage.element.append(overlay);
  const content = computed(() => snapshot.value.state.content);
  const selection = computed(() => snapshot.value.state.selection);
  return {
    store,
    stage,
    overlay,
    snapshot,
    viewCount,
    detailsCount,
    tool: signal<Tool>("pan"),
    hover: signal<Hover | null>(null),
    renaming: signal<Renaming | null>(null),
    filter: signal(""),
    panelOpen: signal(true),
    drawing: signal<readonly number[] | null>(null),
    hint: signal(""),
    items: computed(() =>
      content.value.clusters
        .map((cluster) => ({ cluster, size: stage.geometry.sizes[slotOf(cluster.id)] ?? 0 }))
        .filter(({ size }) => size > 0)
        .sort(
          (a, b) =>
            Number(a.cluster.id < 0) - Number(b.cluster.id < 0) || b.size - a.size || a.cluster.id - b.cluster.id,
        ),
    ),
    selectedInSlot: computed(() => {
      const counts = new Uint32Array(stage.geometry.sizes.length);
      for (const row of selection.value) counts[stage.geometry.slots[row]]++;
      return counts;
    }),
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}
