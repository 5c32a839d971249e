import { serveTask } from "../worker-task";
import { clusterPoints, type ClusterParameters } from "./cluster-points";
import type { FlatClustering } from "./label-points";

/** What the worker is asked. */
export interface HdbscanTask {
  points: Float32Array;
  parameters: ClusterParameters;
}

serveTask<HdbscanTask, FlatClustering>(({ points, parameters }) => clusterPoints(points, parameters));
