import { batch } from "@preact/signals";
import { dequantise } from "../../scope";
import { transformOf } from "../../picture/view";
import { selectRows, shownRows } from "./actions";
import { topicOf, withoutFilter, type Filter } from "./filters";
import type { Ui } from "./ui";
import { plural } from "./words";

/** On maps up to this width (CSS pixels) the card is below its point. */
const NARROW = 600;
/** The map comes at least this near to a row that it goes to. */
const ROW_ZOOM = 1.5;

/** Goes to a row on the map and keeps its card open. */
export function showRow(ui: Ui, row: number): void {
  const { stage } = ui;
  const [x, y] = [dequantise(stage.positions[2 * row]), dequantise(stage.positions[2 * row + 1])];
  const zoom = Math.max(stage.view.zoom, ROW_ZOOM);
  const { size } = stage;
  const { scaleX, scaleY } = transformOf({ x, y, zoom }, size);
  const beside = size.width > NARROW;
  // beside the card, or above it
  const [right, down] = beside ? [0.22 * size.width, 0] : [0, 0.3 * size.height];
  stage.flyTo({ x: x + right / scaleX, y: y + down / scaleY, zoom });
  batch(() => {
    ui.hover.value = null;
    ui.card.pin(row);
  });
}

/** Rings a row on the map, as the pointer over its point would, without its card; null ends that. */
export function ringRow(ui: Ui, row: number | null): void {
  ui.hover.value = row === null ? null : { row, x: 0, y: 0, quiet: true };
}

/**
 * Points clusters out on the map by their contours, and no longer those before.
 * @param alone whether all others are faint meanwhile
 */
export function pointOut(ui: Ui, clusters: readonly number[], alone = true): void {
  const before = ui.pointedOut.peek();
  if (before.alone !== alone || String(before.clusters) !== String(clusters)) ui.pointedOut.value = { clusters, alone };
}

/** The row whose point is nearest to the middle of the map; null when there is none. */
export function middleRow({ stage, store }: Ui): number | null {
  const { width, height } = stage.size;
  const hit = stage.rowAt(width / 2, height / 2);
  if (hit !== null) return hit;
  let best: number | null = null;
  let least = Infinity;
  for (let row = 0; row < store.rows; row++) {
    const [x, y] = stage.project(row);
    const distance = Math.hypot(x - width / 2, y - height / 2);
    if (distance < least && !stage.content.deleted[row]) [best, least] = [row, distance];
  }
  return best;
}

/** Goes to a cluster, and outlines it. */
export function showCluster(ui: Ui, cluster: number, rows: Uint32Array): void {
  ui.outlined.value = new Set([cluster]);
  ui.stage.flyTo(ui.stage.viewOf(rows));
}

/** Lets only the rows of a cluster pass, or all again when that is so already. */
export function toggleClusterFilter(ui: Ui, cluster: number): void {
  const filter: Filter = { kind: "clusters", clusters: [cluster] };
  const { own } = ui.filters;
  const before = own.peek().find((other) => other.kind === "clusters");
  const same = before?.kind === "clusters" && before.clusters.length === 1 && before.clusters[0] === cluster;
  if (same) own.value = withoutFilter(own.peek(), topicOf(filter));
  else ui.filters.add(filter);
}

/** Lets only the selected rows pass. */
export function filterToSelection(ui: Ui): void {
  const { rows } = ui.selected.peek();
  ui.filters.add({ kind: "rows", name: `${plural(rows.length, "selected row")}`, rows });
}

/** Selects the rows that pass the filters. */
export function selectFiltered(ui: Ui): void {
  const rows = ui.filters.rows.peek();
  if (rows) selectRows(ui, rows, "replace");
}

/** Selects rows that were found, deleted ones left out. */
export function selectFound(ui: Ui, rows: Uint32Array): void {
  selectRows(ui, shownRows(ui, rows.slice().sort()), "replace");
}

/** Opens the table of rows beside the map. */
export function openRows(ui: Ui): void {
  batch(() => {
    ui.panelOpen.value = true;
    ui.tab.value = "rows";
  });
}

/** Goes back to the row before. */
export function stepBack(ui: Ui): void {
  ui.card.back();
  const row = ui.card.row.peek();
  if (row !== null) showRow(ui, row);
}

/** Goes on to the next or the last row of those that the table would show, from the one whose card is open. */
export function stepRow(ui: Ui, step: 1 | -1): void {
  const { rows } = ui.table.all.peek();
  if (!rows.length) return;
  const now = ui.card.row.peek();
  const at = now === null ? -1 : rows.indexOf(now);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  if (next >= 0 && next < rows.length) showRow(ui, rows[next]);
}

/** Looks for rows that are like a text in meaning. */
export function findSimilar(ui: Ui, text: string): void {
  batch(() => {
    ui.search.type(text.replace(/\s+/gu, " "));
    ui.outlined.value = new Set();
    openRows(ui);
  });
  ui.search.submit();
}

/** Ends a search: its results, their numbers and the outlines go. */
export function clearSearch(ui: Ui): void {
  batch(() => {
    ui.search.clear();
    ui.outlined.value = new Set();
  });
}
