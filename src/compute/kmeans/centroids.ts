import type { Kernels } from "../kernels/kernels";
import type { StoredRows } from "../neighbors/stored-rows";

/** Distinct rows, each of which stands for some. */
export interface WeightedRows extends StoredRows {
  /** Address of the number of rows that each stands for (int32). */
  readonly weights: number;
  /** Their sum. */
  readonly weight: number;
}

/** Members of a cluster that are summed up together: a fixed number, so that sums do not depend on the threads. */
const CHUNK = 256;
/** Rows of a piece of work. */
const GRAIN = 128;
/** A coordinate whose distance to anything is infinite. */
const FAR = 1e20;

/** Centroids among rows, and the rows that are nearest to each. */
export class Centroids {
  readonly labels: Int32Array;
  private readonly k: number;
  private readonly groups: number;
  /** Bounds of a row. */
  private readonly bounds: number;
  private readonly centroids: number;
  private readonly upper: number;
  private readonly labelsAt: number;
  private readonly lower: number;
  private readonly drifts: number;
  private readonly groupDrifts: number;
  private readonly record: number;
  /** Clusters whose members are others than those of which their centroid is the mean. */
  private readonly touched: Uint8Array;
  /** Distinct rows in each cluster. */
  private readonly sizes: Int32Array;

  /**
   * Allocates.
   * @param first the rows where the centroids are at first
   * @param sphere whether rows and centroids have length 1
   */
  constructor(
    private readonly kernels: Kernels,
    private readonly rows: WeightedRows,
    first: Int32Array,
    private readonly sphere: boolean,
  ) {
    const { rows: count, stride } = rows;
    this.k = first.length;
    this.groups = Math.ceil(this.k / 4);
    this.bounds = Math.ceil(this.groups / 4) * 4;
    this.centroids = kernels.allocate(this.groups * 4 * stride * 4);
    this.upper = kernels.allocate(count * 4);
    this.labelsAt = kernels.allocate(count * 4);
    this.lower = kernels.allocate(count * this.bounds * 4);
    this.drifts = kernels.allocate(this.groups * 4 * 4);
    this.groupDrifts = kernels.allocate(this.bounds * 4);
    // The fields in the order of the kernels' class Assignment.
    this.record = kernels.put(
      Int32Array.of(
        ...[rows.address, stride, this.centroids, this.groups, this.upper, this.labelsAt, this.lower],
        ...[this.drifts, this.groupDrifts],
      ),
    );
    kernels.float32(this.centroids, this.groups * 4 * stride).fill(FAR);
    first.forEach((row, number) => this.row(number).set(kernels.float32(rows.address + row * stride * 4, stride)));
    kernels.float32(this.upper, count).fill(Infinity);
    kernels.int32(this.labelsAt, count).fill(0);
    kernels.float32(this.drifts, this.groups * 4).fill(0);
    kernels.float32(this.groupDrifts, this.bounds).fill(0);
    const lower = kernels.float32(this.lower, count * this.bounds);
    for (let i = 0; i < lower.length; i++) lower[i] = i % this.bounds < this.groups ? 0 : Infinity;
    this.labels = new Int32Array(count);
    this.touched = new Uint8Array(this.k).fill(1);
    this.sizes = new Int32Array(this.k);
    this.sizes[0] = count;
  }

  /** A centroid, with zeros after its last dimension. */
  row(number: number): Float32Array {
    const { stride } = this.rows;
    return this.kernels.float32(this.centroids + number * stride * 4, stride);
  }

  /** Gives each row its nearest centroid. Returns whether one has another than before. */
  assign(): boolean {
    const { kernels, labels } = this;
    const count = this.rows.rows;
    kernels.run({ kernel: "assignRows", count, grain: GRAIN, scratchBytes: 16, args: [this.record] });
    const found = kernels.int32(this.labelsAt, count);
    let changed = false;
    for (let row = 0; row < count; row++) {
      if (found[row] === labels[row]) continue;
      changed = true;
      this.put(row, found[row]);
    }
    return changed;
  }

  hasEmpty(): boolean {
    return this.sizes.includes(0);
  }

  /**
   * Puts the rows that are farthest from their centroids into the clusters that have none, one each. Returns whether there were any.
   * There is always a cluster with two distinct rows to take one from, because there are no fewer of these than clusters.
   */
  fillEmpty(): boolean {
    const { kernels, sizes, bounds } = this;
    if (!this.hasEmpty()) return false;
    const distances = this.squaredDistances();
    const farthest = Int32Array.from(distances, (_, row) => row).sort((a, b) => distances[b] - distances[a] || a - b);
    let next = 0;
    for (let number = 0; number < this.k; number++) {
      if (sizes[number] > 0) continue;
      while (sizes[this.labels[farthest[next]]] < 2) next++;
      const row = farthest[next++];
      this.put(row, number);
      // What is known of its distances was about another cluster.
      kernels.int32(this.labelsAt, this.rows.rows)[row] = number;
      kernels.float32(this.upper, this.rows.rows)[row] = Infinity;
      kernels.float32(this.lower + row * bounds * 4, this.groups).fill(0);
    }
    return true;
  }

  /** Moves each centroid to the middle of its rows. Returns the sum of the squares of how far. */
  move(): number {
    const { kernels, touched } = this;
    const clusters = Int32Array.from(touched.keys()).filter((number) => touched[number]);
    kernels.float32(this.drifts, this.groups * 4).fill(0);
    this.moveTo(clusters, this.labels, this.sizes, this.centroids, this.sphere, this.drifts);
    touched.fill(0);
    const drifts = kernels.float32(this.drifts, this.groups * 4);
    const groupDrifts = kernels.float32(this.groupDrifts, this.groups);
    for (let group = 0; group < this.groups; group++)
      groupDrifts[group] = Math.max(...drifts.subarray(group * 4, group * 4 + 4));
    return drifts.reduce((sum, drift) => sum + drift * drift, 0);
  }

  /** Sum over all rows of the squared distance to their centroid. */
  inertia(): number {
    const weights = this.kernels.int32(this.rows.weights, this.rows.rows);
    return this.squaredDistances().reduce((sum, distance, row) => sum + distance * weights[row], 0);
  }

  /** The variance of a dimension, on average. */
  meanVariance(): number {
    const { kernels } = this;
    const { rows: count, stride, weight, weights } = this.rows;
    const all = new Int32Array(count);
    return kernels.scoped(() => {
      const middle = kernels.put(new Float32Array(stride));
      this.moveTo(Int32Array.of(0), all, Int32Array.of(count), middle, false, kernels.allocate(4));
      const words = kernels.int32(this.record, 9).slice();
      words[2] = middle;
      words[5] = kernels.put(all);
      const squares = this.squaredDistances(kernels.put(words));
      const each = kernels.int32(weights, count);
      return squares.reduce((sum, square, row) => sum + square * each[row], 0) / weight / stride;
    });
  }

  private put(row: number, number: number): void {
    const { labels, sizes, touched } = this;
    sizes[labels[row]]--;
    sizes[number]++;
    touched[labels[row]] = touched[number] = 1;
    labels[row] = number;
  }

  private squaredDistances(record = this.record): Float64Array {
    const { kernels } = this;
    const count = this.rows.rows;
    return kernels.scoped(() => {
      const out = kernels.allocate(count * 8);
      kernels.run({ kernel: "ownDistances", count, grain: GRAIN, args: [record, out] });
      return kernels.float64(out, count).slice();
    });
  }

  /** Moves some centroids to the middle of their rows. */
  private moveTo(
    clusters: Int32Array,
    labels: Int32Array,
    sizes: Int32Array,
    centroids: number,
    sphere: boolean,
    drifts: number,
  ): void {
    const { kernels, rows } = this;
    const { stride } = rows;
    const { members, starts, firstChunks } = chunksOf(clusters, labels, sizes);
    const totals = new Float64Array(clusters.length);
    const weights = kernels.int32(rows.weights, rows.rows);
    let place = 0;
    members.forEach((row, i) => {
      while (i >= starts[firstChunks[place + 1]]) place++;
      totals[place] += weights[row];
    });
    kernels.scoped(() => {
      const chunks = starts.length - 1;
      const sums = kernels.allocate(chunks * stride * 8);
      kernels.run({
        ...{ kernel: "sumMembers", count: chunks, grain: 1 },
        args: [rows.address, stride, rows.weights, kernels.put(members), kernels.put(starts), sums],
      });
      kernels.run({
        ...{ kernel: "moveCentroids", count: clusters.length, grain: 1 },
        args: [
          ...[kernels.put(clusters), kernels.put(firstChunks), sums, stride, kernels.put(totals)],
          ...[Number(sphere), centroids, drifts],
        ],
      });
    });
  }
}

/** The rows of some clusters, none of them empty, cluster after cluster, in chunks. */
function chunksOf(
  clusters: Int32Array,
  labels: Int32Array,
  sizes: Int32Array,
): { members: Int32Array; starts: Int32Array; firstChunks: Int32Array } {
  const next = new Int32Array(sizes.length).fill(-1);
  const firstChunks = new Int32Array(clusters.length + 1);
  const starts: number[] = [];
  let count = 0;
  clusters.forEach((number, place) => {
    next[number] = count;
    const end = count + sizes[number];
    for (; count < end; count = Math.min(end, count + CHUNK)) starts.push(count);
    firstChunks[place + 1] = starts.length;
  });
  const members = new Int32Array(count);
  for (let row = 0; row < labels.length; row++) if (next[labels[row]] >= 0) members[next[labels[row]]++] = row;
  return { members, starts: Int32Array.from([...starts, count]), firstChunks };
}
