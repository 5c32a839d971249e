import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { clusterSizes, UNCLUSTERED, type Cluster, type Content } from "../../scope";
import { Columns } from "../sync/columns";
import type { Tool } from "../map/gestures";
import type { MapStage } from "../map/stage";
import { Proposals } from "../sync/proposals";
import { Requests } from "../sync/requests";
import { RowDetails } from "../sync/row-details";
import type { ScopeStore } from "../sync/scope-store";
import type { SelectionMode } from "../sync/selection";
import type { Snapshot } from "../sync/snapshot";
import { countDeleted } from "../root";
import { FullScreen } from "./full-screen";
import { makeCardModel, type CardModel } from "./models/card-model";
import { makeColourModel, type ColourModel } from "./models/colour-model";
import { makeFilterModel, type FilterModel } from "./models/filter-model";
import { makeSearchModel, type SearchModel } from "./models/search-model";
import { makeTableModel, type TableModel } from "./models/table-model";
import type { OwnTab } from "./own-tab/own-tab";
import { describeSelection, type Selected } from "./selected";
import type { OutliersSession } from "./sessions/outliers-session";
import type { PreviewKind } from "./sessions/preview";
import type { SplitSession } from "./sessions/split-session";

/** What opens over the selection bar. */
export type PopoverName = "move" | "tag" | "merge" | "name" | "summary";

/** What the panel beside the map shows. */
export type PanelTab = "clusters" | "rows";

/** Where a cluster is being renamed: in the list, or over its label on the map. */
export interface Renaming {
  readonly cluster: number;
  readonly place: "list" | "map";
}

/** The cluster whose label is under the pointer, which is at a place of the map area in CSS pixels. */
export interface HoveredLabel {
  readonly cluster: number;
  readonly x: number;
  readonly y: number;
}

/** Clusters that are pointed out on the map: those under the pointer, or with the focus in the list. */
export interface PointedOut {
  readonly clusters: readonly number[];
  /** Whether all others are faint meanwhile, where no selection makes them so anyway. */
  readonly alone: boolean;
}

/** The row under the pointer. */
export interface Hover {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  /** The pointer is over the row elsewhere than on the map: it is ringed there, without its card. */
  readonly quiet?: boolean;
}

/** One cluster as the list shows it. */
export interface ClusterItem {
  readonly cluster: Cluster;
  /** Rows that are not deleted. */
  readonly size: number;
}

/** What one view shows beside the map itself. The scope is in the store, which all views share; the rest is this view's own. */
export interface Ui {
  readonly store: ScopeStore;
  readonly stage: MapStage;
  readonly proposals: Proposals;
  readonly details: RowDetails;
  readonly requests: Requests;
  readonly columns: Columns;
  readonly colours: ColourModel;
  readonly filters: FilterModel;
  readonly search: SearchModel;
  readonly table: TableModel;
  readonly card: CardModel;
  /** Element over the map for what this view draws there. */
  readonly overlay: HTMLElement;
  readonly snapshot: ReadonlySignal<Snapshot>;
  readonly content: ReadonlySignal<Content>;
  /** Counts up when the map's view, size or theme has changed. */
  readonly viewCount: ReadonlySignal<number>;
  /** Counts up when details of rows have come. */
  readonly detailsCount: ReadonlySignal<number>;
  readonly tool: Signal<Tool>;
  /** How gestures change the selection while no key says otherwise. */
  readonly mode: Signal<SelectionMode>;
  readonly popover: Signal<PopoverName | null>;
  /** What is being looked at before it is done. */
  readonly dialog: Signal<SplitSession | OutliersSession | null>;
  /** What the map shows a preview of. */
  readonly preview: Signal<PreviewKind | null>;
  readonly showDeleted: Signal<boolean>;
  readonly hover: Signal<Hover | null>;
  readonly hoveredLabel: Signal<HoveredLabel | null>;
  readonly pointedOut: Signal<PointedOut>;
  readonly renaming: Signal<Renaming | null>;
  readonly filter: Signal<string>;
  readonly panelOpen: Signal<boolean>;
  readonly tab: Signal<PanelTab>;
  /** Whether the shortcuts are listed. */
  readonly helpOpen: Signal<boolean>;
  /** Whether the view fills the screen. */
  readonly full: ReadonlySignal<boolean>;
  readonly toggleFull: () => void;
  /** Opens the map in a tab of its own, where it can be. */
  readonly openTab?: () => void;
  /** Clusters whose outlines are drawn: those that a search has found. */
  readonly outlined: Signal<ReadonlySet<number>>;
  /** The lasso or box being drawn, in CSS pixels of the map area. */
  readonly drawing: Signal<readonly number[] | null>;
  /** Said beside the map until something else is: which renderer, how to zoom. */
  readonly hint: Signal<string>;
  /** Clusters with rows, the largest first, the outliers last. */
  readonly items: ReadonlySignal<readonly ClusterItem[]>;
  /** Number of deleted rows. */
  readonly deleted: ReadonlySignal<number>;
  readonly selected: ReadonlySignal<Selected>;
  /** Number of selected rows in each slot. */
  readonly selectedInSlot: ReadonlySignal<Uint32Array>;
  readonly dispose: () => void;
}

/**
 * @param root the element of the view, which can fill the screen
 * @param ownTab where the view can be opened in a tab of its own
 */
export function makeUi(store: ScopeStore, stage: MapStage, root: HTMLElement, ownTab?: OwnTab): Ui {
  const { proposals, details, requests, columns } = servicesOf(store);
  const snapshot = signal(store.snapshot);
  const viewCount = signal(0);
  const detailsCount = signal(0);
  const stops = [
    store.subscribe(() => (snapshot.value = store.snapshot)),
    stage.onView(() => viewCount.value++),
    details.subscribe(() => detailsCount.value++),
  ];
  const overlay = document.createElement("div");
  overlay.className = "ls-overlay";
  stage.element.append(overlay);
  const content = computed(() => snapshot.value.state.content);
  const selection = computed(() => snapshot.value.state.selection);
  const deleted = computed(() => countDeleted(content.value));
  const selected = computed(() => describeSelection(content.value, selection.value));
  const popover = signal<PopoverName | null>(null);
  const dialog = signal<Ui["dialog"]["value"]>(null);
  const showDeleted = signal(false);
  const panelOpen = signal(true);
  const tab = signal<PanelTab>("clusters");
  const outlined = signal<ReadonlySet<number>>(new Set());
  const look = computed(() => snapshot.value.look);
  const search = makeSearchModel(requests, details, () => content.value.deleted);
  const filters = makeFilterModel(
    store,
    content,
    computed(() => look.value.filter),
  );
  const colours = makeColourModel(
    store,
    columns,
    content,
    computed(() => look.value.colorBy),
    search.similarities,
  );
  const table = makeTableModel({
    content,
    selection,
    filters,
    search,
    requests,
    open: computed(() => panelOpen.value && tab.value === "rows"),
  });
  const card = makeCardModel(requests);
  const full = signal(false);
  const fullScreen = new FullScreen(root, (filled) => (full.value = filled));
  let open = dialog.peek();
  stops.push(
    effect(() => {
      const before = open;
      open = dialog.value;
      if (before !== open) before?.end();
    }),
    effect(() => {
      if (!deleted.value) showDeleted.value = false;
      stage.showDeleted = showDeleted.value;
    }),
    effect(() => {
      const { rows, clusters } = selected.value;
      if (!rows.length || dialog.value || (popover.value === "merge" && clusters.length < 2)) popover.value = null;
    }),
    effect(() => void (stage.colouring = colours.colouring.value)),
    effect(() => void (stage.filter = filters.mask.value)),
    effect(() => {
      stage.marks = Array.from(search.best.value, (row, i) => ({ row, text: String(i + 1) }));
    }),
    effect(() => void (stage.outlined = outlined.value)),
    effect(() => {
      if (!search.similarities.value) colours.bySimilarity.value = false;
    }),
    () => open?.end(),
    () => search.clear(),
    () => fullScreen.end(),
    colours.dispose,
    table.dispose,
    card.dispose,
  );
  return {
    store,
    stage,
    proposals,
    details,
    requests,
    columns,
    colours,
    filters,
    search,
    table,
    card,
    overlay,
    snapshot,
    content,
    viewCount,
    detailsCount,
    tool: signal<Tool>("pan"),
    mode: signal<SelectionMode>("replace"),
    popover,
    dialog,
    preview: signal<PreviewKind | null>(null),
    showDeleted,
    hover: signal<Hover | null>(null),
    hoveredLabel: signal<HoveredLabel | null>(null),
    pointedOut: signal<PointedOut>({ clusters: [], alone: false }),
    renaming: signal<Renaming | null>(null),
    filter: signal(""),
    panelOpen,
    tab,
    helpOpen: signal(false),
    full,
    toggleFull: () => void fullScreen.toggle(),
    openTab: ownTab && (() => ownTab.open(store)),
    outlined,
    drawing: signal<readonly number[] | null>(null),
    hint: signal(""),
    items: computed(() => clusterItems(content.value)),
    deleted,
    selected,
    selectedInSlot: computed(() => {
      // the slots are those of these contents
      void content.value;
      const { sizes, slots } = stage.geometry;
      const counts = new Uint32Array(sizes.length);
      const rows = selection.value;
      for (let i = 0; i < rows.length; i++) counts[slots[rows[i]]]++;
      return counts;
    }),
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}

interface Services {
  readonly proposals: Proposals;
  readonly details: RowDetails;
  readonly requests: Requests;
  readonly columns: Columns;
}

const services = new WeakMap<ScopeStore, Services>();

/** What all views of a scope ask the kernel by, as they share the store. */
function servicesOf(store: ScopeStore): Services {
  const known = services.get(store) ?? makeServices(store);
  services.set(store, known);
  return known;
}

function makeServices(store: ScopeStore): Services {
  const requests = new Requests(store);
  return { proposals: new Proposals(store), details: new RowDetails(store), requests, columns: new Columns(requests) };
}

function clusterItems(content: Content): ClusterItem[] {
  const sizes = clusterSizes(content);
  const last = ({ cluster }: ClusterItem): number => Number(cluster.id === UNCLUSTERED);
  return content.clusters
    .map((cluster) => ({ cluster, size: sizes.get(cluster.id)?.size ?? 0 }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => last(a) - last(b) || b.size - a.size || a.cluster.id - b.cluster.id);
}
