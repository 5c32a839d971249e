import type { Kernels } from "../kernels/kernels";
import { permuteRows, type StoredRows } from "./stored-rows";

/** Bytes of the record, and places in it, in words. */
const RECORD = 128;
const SKETCHES = 3;
const SCALE = 7;
const FINE = 14;
/** Sketches have lengths up to this; most have a third of it. */
export const RADIUS = 16000;

/** What the kernels compare: rows, sketches of them and the lists of the nearest rows found so far. */
export interface SearchIndex {
  /** Address of the record that the kernels read. */
  readonly address: number;
  readonly source: StoredRows;
  readonly rows: number;
  /** Length of the lists. */
  readonly k: number;
  readonly ids: number;
  readonly distances: number;
  /** Sketches, `width` numbers a row, and those of all dimensions. */
  readonly sketches: number;
  readonly width: number;
  readonly fine: number;
  readonly fineWidth: number;
  /** Half the squared lengths of sketches of all dimensions. */
  readonly halves: number;
  /** A distance times this is one of sketches of all dimensions. */
  readonly toSketch: number;
}

/** Where sketches come from. */
export interface SketchSource extends StoredRows {
  /** A point in the middle of the rows. */
  readonly origin: Float32Array;
  /** The mean distance of a row from there. */
  readonly meanDistance: number;
}

/** Directions that sketches are projected onto: `width` of them, 16-bit numbers of length 2^14, in groups of four. */
export interface Basis {
  readonly address: number;
  readonly width: number;
}

/**
 * An index with empty lists of `k` entries. Allocates.
 * @param rough given when distances are those of sketches of all dimensions, not of the rows, and lists know which entries are new; `basis` is
 * what other sketches, which rows are ruled out by, are projected onto
 */
export function makeIndex(
  kernels: Kernels,
  source: SketchSource,
  k: number,
  rough?: { readonly basis: Basis | undefined },
): SearchIndex {
  const basis = rough?.basis;
  const { rows, stride } = source;
  const padded = Math.ceil(rows / 8) * 8;
  const listed = padded * k;
  const fineWidth = Math.ceil(stride / 8) * 8;
  const width = basis?.width ?? fineWidth;
  const sketches = kernels.allocate(padded * width * 2);
  const packed = kernels.allocate(padded * width * 2);
  const halves = kernels.allocate(padded * 4);
  const thresholds = kernels.allocate(padded * 4);
  const ids = kernels.allocate(listed * 4);
  const distances = kernels.allocate(listed * 4);
  const flags = rough ? kernels.allocate(listed) : 0;
  const fine = basis ? kernels.allocate(padded * fineWidth * 2) : sketches;
  const toSketch = RADIUS / (3 * source.meanDistance || 1);
  const address = kernels.allocate(RECORD);
  kernels.int32(thresholds, padded).fill(-(2 ** 31));
  kernels.int32(ids, listed).fill(-1);
  kernels.float32(distances, listed).fill(Infinity);
  const record = kernels.int32(address, RECORD / 4);
  record.set([
    source.address,
    rows,
    stride,
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
  ]);
  // Each number is rounded by at most a half in both sketches.
  kernels.float32(address, RECORD / 4).set([rough ? 1 : toSketch, Math.sqrt(fineWidth)], SCALE);
  record.set([rough ? fine : 0, fineWidth], FINE);
  // Sketches of all dimensions are made by the same kernel, whether they are those that rows are ruled out by or not.
  if (basis) record.set([fine, 0, halves, fineWidth], SKETCHES);
  kernels.scoped(() => {
    const args = [address, source.address, stride, kernels.put(source.origin), toSketch];
    kernels.run({ kernel: "makeSketches", count: padded, grain: Math.ceil(4e5 / stride), args });
  });
  if (basis) {
    kernels.int32(address, RECORD / 4).set([sketches, packed, halves, width], SKETCHES);
    const args = [address, basis.address];
    kernels.run({ kernel: "projectSketches", count: padded / 4, grain: 64, scratchBytes: fineWidth * 8 + 128, args });
  }
  return { address, source, rows, k, ids, distances, sketches, width, fine, fineWidth, halves, toSketch };
}

/** Puts row `order[i]` of an index and its sketches in place i. The lists stay. */
export function permuteIndex(kernels: Kernels, index: SearchIndex, order: Int32Array): void {
  permuteRows(kernels, index.source.address, index.source.stride * 4, order);
  permuteRows(kernels, index.fine, index.fineWidth * 2, order);
  if (index.sketches !== index.fine) permuteRows(kernels, index.sketches, index.width * 2, order);
  permuteRows(kernels, index.halves, 4, order);
  kernels.run({ kernel: "packSketches", count: Math.ceil(index.rows / 8) * 8, grain: 4096, args: [index.address] });
}

/**
 * From now on, sketches with fewer dimensions than the rows are taken for so much nearer that this share of the largest possible product of
 * what they leave out counts. With 1 nothing that is near enough would ever be ruled out.
 */
export function setResidualShare(kernels: Kernels, { address, rows }: SearchIndex, share: number): void {
  kernels.run({ kernel: "addResiduals", count: Math.ceil(rows / 8) * 8, grain: 1024, args: [address, share] });
}

/** From now on distances are those of the rows. */
export function measureRows(kernels: Kernels, { address, toSketch }: SearchIndex): void {
  kernels.int32(address, RECORD / 4)[FINE] = 0;
  kernels.float32(address, RECORD / 4)[SCALE] = toSketch;
}

/** A record of the same rows, all dimensions in its sketches, whose distances are those of the rows. Allocates. */
export function recordOfRows(kernels: Kernels, index: SearchIndex): number {
  const { address, fine, fineWidth, halves } = index;
  const other = kernels.put(kernels.int32(address, RECORD / 4).slice());
  kernels.int32(other, RECORD / 4).set([fine, 0, halves, fineWidth], SKETCHES);
  measureRows(kernels, { ...index, address: other });
  return other;
}
