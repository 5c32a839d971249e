import type { Kernels } from "../kernels/kernels";
import type { StoredRows } from "./stored-rows";

/** Bytes of the record, and places in it, in words. */
const RECORD = 128;
const SCALE = 7;
const FINE = 14;
/** Sketches have lengths up to this; most have a third of it. */
const RADIUS = 16000;

/** What the kernels compare: rows, sketches of them and the lists of the nearest rows found so far. */
export interface SearchIndex {
  /** Address of the record that the kernels read. */
  readonly address: number;
  readonly rows: StoredRows;
  readonly width: number;
  readonly k: number;
  readonly ids: number;
  readonly distances: number;
  readonly flags: number;
  readonly sketches: number;
  /** A distance times this is one of sketches of all dimensions. */
  readonly toSketch: number;
}

/** Where sketches come from: `stride` numbers a row, at most `width`, whose distances are at most those of the rows. */
export interface SketchSource {
  readonly address: number;
  readonly stride: number;
  /** A point in the middle of them. */
  readonly origin: Float32Array;
  /** The mean distance of a row from there. */
  readonly meanDistance: number;
}

/**
 * An index with empty lists. Allocates.
 * @param fine where sketches of all dimensions come from: distances are then taken from them
 */
export function makeIndex(
  kernels: Kernels,
  rows: StoredRows,
  source: SketchSource,
  k: number,
  fine?: SketchSource,
): SearchIndex {
  const width = Math.ceil(source.stride / 8) * 8;
  const padded = Math.ceil(rows.rows / 8) * 8;
  const listed = padded * k;
  const sketches = kernels.allocate(padded * width * 2);
  const packed = kernels.allocate(padded * width * 2);
  const halves = kernels.allocate(padded * 4);
  const thresholds = kernels.allocate(padded * 4);
  const ids = kernels.allocate(listed * 4);
  const distances = kernels.allocate(listed * 4);
  const flags = fine ? kernels.allocate(listed) : 0;
  const address = kernels.allocate(RECORD);
  const toSketch = RADIUS / (3 * source.meanDistance || 1);
  const words = [
    rows.address,
    rows.rows,
    rows.stride,
    sketches,
    packed,
    halves,
    width,
    0,
    0,
    k,
    ids,
    distances,
    flags,
    thresholds,
    0,
    0,
    0,
  ];
  kernels.int32(address, words.length).set(words);
  // Each number is rounded by at most a half in both sketches.
  kernels.float32(address, words.length).set([fine ? 1 : toSketch, Math.sqrt(width)], SCALE);
  kernels.int32(thresholds, padded).fill(-(2 ** 31));
  kernels.int32(ids, listed).fill(-1);
  kernels.float32(distances, listed).fill(Infinity);
  fillSketches(kernels, address, padded, source, toSketch);
  if (fine) addFineSketches(kernels, address, padded, fine, toSketch);
  return { address, rows, width, k, ids, distances, flags, sketches, toSketch };
}

/**
 * From now on, rows whose sketches are so much nearer than the limit that it takes this factor (of squared distances) are measured, and no
 * others. With 1, as it is at first, nothing that is near enough is ever ruled out.
 */
export function setTightness(kernels: Kernels, { address }: SearchIndex, tightness: number): void {
  kernels.float32(address, RECORD / 4)[SCALE] = 1 / Math.sqrt(tightness);
}

/** A record of the same rows and sketches whose distances are those of the rows, not of sketches. Allocates. */
export function recordOfRows(kernels: Kernels, { address, toSketch }: SearchIndex): number {
  const other = kernels.put(kernels.int32(address, RECORD / 4).slice());
  kernels.float32(other, RECORD / 4)[SCALE] = toSketch;
  kernels.int32(other, RECORD / 4).fill(0, FINE, FINE + 3);
  return other;
}

function fillSketches(kernels: Kernels, address: number, count: number, source: SketchSource, toSketch: number): void {
  kernels.scoped(() => {
    const origin = kernels.put(source.origin);
    const args = [address, source.address, source.stride, origin, toSketch];
    kernels.run({ kernel: "makeSketches", count, grain: Math.ceil(1e5 / source.stride), args });
  });
}

/** Sketches of all dimensions, in the same units: made by the same kernel as sketches of a passing index. */
function addFineSketches(
  kernels: Kernels,
  address: number,
  count: number,
  source: SketchSource,
  toSketch: number,
): void {
  const width = Math.ceil(source.stride / 16) * 16;
  const sketches = kernels.allocate(count * width * 2);
  const halves = kernels.allocate(count * 4);
  kernels.scoped(() => {
    const other = kernels.put(kernels.int32(address, RECORD / 4).slice());
    kernels.int32(other, RECORD / 4).set([sketches, 0, halves, width], 3);
    fillSketches(kernels, other, count, source, toSketch);
  });
  kernels.int32(address, RECORD / 4).set([sketches, width, halves], FINE);
}
