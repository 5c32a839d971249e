import { readFileSync } from "node:fs";
import path from "node:path";
import type { Clustering, ClusterParameters } from "../../src/compute/hdbscan/cluster-points";
import { clusterPoints } from "../../src/compute/hdbscan/cluster-points";
import { soloKernels, type Kernels } from "../../src/compute/kernels/kernels";
import { WebAssembly } from "../../src/compute/kernels/web-assembly";

const file = path.join(__dirname, "..", "..", "dist", "compute", "kernels-single.wasm");
let kernels: Kernels | undefined;

/** The kernels without threads, as a browser may have them. */
export function solo(): Kernels {
  kernels ??= soloKernels(new WebAssembly.Module(readFileSync(file)));
  return kernels;
}

/** One clustering in the calling thread. */
export function clusterAlone(
  points: Float32Array,
  { minClusterSize, ...more }: Partial<ClusterParameters> & { minClusterSize: number },
): Clustering {
  const [clustering] = clusterPoints(solo(), points, {
    dimensions: 2,
    minClusterSizes: [minClusterSize],
    minSamples: minClusterSize,
    clusterSelectionMethod: "eom",
    clusterSelectionEpsilon: 0,
    allowSingleCluster: false,
    condensedTree: false,
    ...more,
  });
  return clustering;
}
