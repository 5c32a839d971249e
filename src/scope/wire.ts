/**
 * What kernel and map say to each other.
 *
 * The widget's *state* holds what a picture of the scope needs; the kernel writes it once and keeps it current without sending it again.
 * All that happens later travels as *custom messages*: an edit is a log entry that both sides apply with the same reducer, so that a page
 * needs the state of any earlier moment and the entries since. Binary values are little-endian.
 */
import type { Edit, LogEntry } from "./edits";
import type { ErrorCode } from "./errors";
import type { Cluster } from "./state";

/** State of the widget model beside anywidget's own keys. Arrives in the browser with `DataView`s for the binary values. */
export interface WidgetState {
  /** "dataset/scopes-001": which scope this is. */
  scope: string;
  /** Name for people. */
  title: string;
  rows: number;
  /** Uint16 x, y pairs, quantised by {@link quantise}. */
  positions: BinaryValue;
  /** Int16 or Int32 cluster ids as saved, before any edit (see {@link packAssignment}). */
  assignment: BinaryValue;
  /** Clusters as saved, before any edit. */
  clusters: readonly Cluster[];
  /** Entries since then, oldest first. */
  log: readonly LogEntry[];
  /** Uint32 selected rows in order. */
  selection: BinaryValue;
  /** Number of times that the selection was set. */
  selectionRevision: number;
  /** SHA-256 (hex) of the application, by which a page loads it only once. */
  app: string;
  /** Height of the map in CSS pixels. */
  height: number;
}

/** `ArrayBufferView` in the kernel, `DataView` in the browser. */
export type BinaryValue = Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | DataView;

/** From the map to the kernel. */
export type MapMessage =
  /** An edit made on the map when it was at `revision`. Answered by "entry" with this id, or "refused". */
  | { type: "edit"; id: string; revision: number; edit: Edit }
  /** A selection made on the map; one buffer of Uint32 rows. Answered by "selection" with this id, or "refused". */
  | { type: "select"; id: string }
  /** Texts and columns of some rows. Answered by "rows" with this id. */
  | { type: "rows"; id: string; rows: readonly number[] }
  /** The application. Answered by "app" parts. */
  | { type: "app"; id: string }
  /** Entries after `revision`: asked by a page that has missed some. Answered by "entry" for each. */
  | { type: "entries"; revision: number }
  /** Heartbeat. Answered by "pong". */
  | { type: "ping"; id: string };

/** From the kernel to every view of the scope. */
export type KernelMessage =
  | { type: "entry"; entry: LogEntry }
  | { type: "refused"; id: string; code: ErrorCode; message: string }
  /** One buffer of Uint32 rows. `id` is that of the "select" it answers, or null when the selection was made in a cell. */
  | { type: "selection"; id: string | null; revision: number }
  | { type: "rows"; id: string; rows: readonly RowDetail[] }
  /** Part `part` of `parts` of the application, gzipped; one buffer. */
  | { type: "app"; id: string; hash: string; part: number; parts: number }
  | { type: "pong"; id: string; revision: number };

/** One row as the hover card shows it. Values are already text; they are never markup. */
export interface RowDetail {
  readonly row: number;
  readonly text: string | null;
  /** The input's other columns: name and value. */
  readonly columns: readonly (readonly [string, string | null])[];
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
  const wide = bytes.byteLength === rows * 4;
  return Int32Array.from({ length: rows }, (_, i) =>
    wide ? bytes.getInt32(i * 4, true) : bytes.getInt16(i * 2, true),
  );
}

/** The Uint32 rows of a buffer. */
export function unpackRows(bytes: DataView): Uint32Array {
  return Uint32Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getUint32(i * 4, true));
}
