import type { RunContext } from "../context";
import type { Ingested } from "../ingest";
import type { Vectors } from "../vectors";
import type { ClusterOptions } from ".";

/** What is clustered: the rows that have text, and a point of each. */
export interface ClusterTask {
  readonly data: Ingested;
  /** Their numbers. */
  readonly rows: Int32Array;
  /** Their places on the map, or their vectors. */
  readonly points: () => Promise<Vectors>;
  readonly context: RunContext;
}

/** What a method found. */
export interface Found {
  /** The cluster of each of the rows, 0 and up without gaps; -1 for none. */
  readonly labels: Int32Array;
  /** What the files call `samples`: the size or the number of clusters that was asked for. */
  readonly samples: number;
  /** Names of the clusters, where the method has them. */
  readonly names?: readonly string[];
  /** Further keys of the file that describes the run. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A way to find clusters. */
export interface Method {
  /** The options that it reads, besides those of all methods. */
  readonly options: readonly (keyof ClusterOptions)[];
  /** Everything that its result depends on, besides the points, as plain data. @throws LatentScopeError `bad-option` */
  parameters(options: ClusterOptions, rows: number): Readonly<Record<string, unknown>>;
  find(task: ClusterTask, options: ClusterOptions): Promise<Found>;
}
