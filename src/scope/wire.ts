/**
 * What kernel and map say to each other.
 *
 * The widget's *state* holds what a picture of the scope needs; the kernel writes it once and keeps it current without sending it again.
 * All that happens later travels as *custom messages*: an edit is a log entry that both sides apply with the same reducer, so that a page
 * needs the state of any earlier moment and the entries since. Binary values are little-endian.
 */
import type { LogEntry } from "./edits";
import type { ClusterId } from "./ids";
import type { Look } from "./messages";
import { flagged, flagsOf } from "./row-flags";
import { listedRows, rowList, rowSet, rowsOf, type RowList, type RowSet } from "./rows";
import { savedContent, type Cluster, type Content, type SavedContent, type ScopeState } from "./state";

/** State of the widget model beside anywidget's own keys. Arrives in the browser with `DataView`s for the binary values. */
export interface WidgetState {
  /** "dataset/scopes-001": which scope this is. */
  scope: string;
  /** Name for people. */
  title: string;
  rows: number;
  /** Uint16 x, y pairs, quantised by {@link quantise}. */
  positions: BinaryValue;
  /** Where the rows come from, as `positions`: they move from there when the map is first shown. Null for most maps. */
  from: BinaryValue | null;
  /** Number of edits in what follows. */
  revision: number;
  /** Int16 or Int32 cluster ids (see {@link packAssignment}). */
  assignment: BinaryValue;
  clusters: readonly Cluster[];
  deleted: RowSet;
  /** Cluster ids as saved, before any edit; null where no edit has changed them. */
  savedAssignment: BinaryValue | null;
  /** Clusters as saved. */
  savedClusters: readonly Cluster[] | null;
  /** Rows that were deleted before any edit. */
  savedDeleted: RowSet | null;
  /** Tags as saved, before any edit: name and rows. */
  tags: readonly (readonly [string, RowSet])[];
  /** Id of the next new cluster before any edit. */
  nextCluster: number;
  /** Entries since then, oldest first. */
  log: readonly LogEntry[];
  /** Uint32 selected rows in order. */
  selection: BinaryValue;
  /** Number of times that the selection was set. */
  selectionRevision: number;
  /** Named selections as saved, before any edit: name and rows. */
  selections: readonly (readonly [string, RowList])[];
  /** SHA-256 (hex) of the application, by which a page loads it only once. */
  app: string;
  /** Height of the map in CSS pixels. */
  height: number;
  /** Groups of the clusters as saved, the largest first; none where a list of clusters is short enough without. */
  themes: readonly ClusterTheme[];
  /** How the map is looked at. */
  look: Look;
}

/** State of the widget model of two scopes side by side: their own models have the rest. */
export interface ComparisonState {
  /** Ids of the widget models of both. */
  readonly models: readonly [string, string];
  /** Float32 for each row: how far it moved between the maps, in mean distances of the first map's points from their middle; NaN for none. */
  readonly moved: BinaryValue;
  readonly app: string;
  /** Height of the maps in CSS pixels. */
  readonly height: number;
}

/** Clusters that are about the same, on the whole. */
export interface ClusterTheme {
  readonly label: string;
  readonly clusters: readonly ClusterId[];
}

/** `ArrayBufferView` in the kernel, `DataView` in the browser. */
export type BinaryValue = Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Float32Array | DataView;

/** What a picture needs of the contents. */
export type Shown = "revision" | "assignment" | "clusters" | "deleted";

/** What the widget's state says of a scope: as it is now, and as it was saved. */
export function packScope(
  saved: SavedContent,
  { content, revision, log }: ScopeState,
): Pick<
  WidgetState,
  Shown | "savedAssignment" | "savedClusters" | "savedDeleted" | "tags" | "selections" | "nextCluster" | "log"
> {
  const { assignment, clusters, deleted } = content;
  return {
    revision,
    assignment: packAssignment(assignment),
    clusters,
    deleted: rowSet(flagged(deleted)),
    savedAssignment: saved.assignment === assignment ? null : packAssignment(saved.assignment),
    savedClusters: saved.clusters === clusters ? null : saved.clusters,
    savedDeleted: saved.deleted === deleted ? null : rowSet(flagged(saved.deleted)),
    tags: [...saved.tags].map(([tag, rows]) => [tag, rowSet(rows)] as const),
    selections: [...saved.selections].map(([name, rows]) => [name, rowList(rows)] as const),
    nextCluster: saved.nextCluster,
    log: log.map(({ entry }) => entry),
  };
}

/** Reads a value of the widget's state as it arrives in the browser. */
export type ReadState = <K extends keyof WidgetState>(key: K) => WidgetState[K];

/** The contents as they are now, without tags and named selections, which no picture shows. */
export function unpackShown(get: ReadState): Content {
  const rows = get("rows");
  const assignment = unpackAssignment(get("assignment") as DataView, rows);
  return { clusters: get("clusters"), assignment, deleted: flags(get("deleted"), rows), tags: NONE, selections: NONE };
}

/** The scope before any edit, as {@link packScope} has packed it. */
export function unpackSaved(get: ReadState): SavedContent {
  const rows = get("rows");
  const assignment = unpackAssignment((get("savedAssignment") ?? get("assignment")) as DataView, rows);
  return savedContent(get("savedClusters") ?? get("clusters"), assignment, {
    deleted: flags(get("savedDeleted") ?? get("deleted"), rows),
    tags: new Map(get("tags").map(([tag, tagged]) => [tag, rowsOf(tagged, rows)])),
    selections: new Map(get("selections").map(([name, listed]) => [name, listedRows(listed, rows)])),
    nextCluster: get("nextCluster"),
  });
}

const NONE: ReadonlyMap<string, Uint32Array> = new Map();

function flags(set: RowSet, rows: number): Uint8Array {
  return flagsOf(rowsOf(set, rows), rows);
}

/** Largest value of a quantised coordinate. */
export const QUANTISED_MAX = 65535;

/** Coordinates in [-1, 1], x and y in turn, as Uint16 from 0 to {@link QUANTISED_MAX}. */
export function quantise(coordinates: Float32Array): Uint16Array {
  return Uint16Array.from(coordinates, (v) => Math.round(((Math.min(1, Math.max(-1, v)) + 1) / 2) * QUANTISED_MAX));
}

/** The inverse of {@link quantise}, for one value. */
export function dequantise(value: number): number {
  return (value / QUANTISED_MAX) * 2 - 1;
}

/** Cluster ids in two bytes each where they fit, else in four. */
export function packAssignment(assignment: Int32Array): Int16Array | Int32Array {
  return assignment.every((id) => id <= 32767) ? Int16Array.from(assignment) : assignment;
}

/** The inverse of {@link packAssignment}; `bytes` are what arrived for `rows` rows. */
export function unpackAssignment(bytes: DataView, rows: number): Int32Array {
  const own = ownBytes(bytes);
  return bytes.byteLength === rows * 4 ? new Int32Array(own) : new Int32Array(new Int16Array(own));
}

/** The Uint32 rows of a buffer. */
export function unpackRows(bytes: DataView): Uint32Array {
  return new Uint32Array(ownBytes(bytes));
}

/** The bytes in a buffer of their own: what arrives may not be aligned. */
export function ownBytes({ buffer, byteOffset, byteLength }: DataView): ArrayBufferLike {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
