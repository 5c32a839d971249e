/** The six steps of a run (ingest, embed, UMAP, cluster, label, save), and saved scopes. */
export type { ClusterOptions } from "./cluster";
export type { CustomModel, EmbedOptions } from "./embed";
export type { ClusterToLabel, LabelOptions } from "./label";
export { listScopes, type ScopeInfo } from "./list";
export { openScope } from "./open";
export { runPipeline } from "./run";
export type {
  OpenOptions,
  RunHooks,
  RunOptions,
  RunResult,
  StepName,
  StepProgress,
  StepReport,
  TableInput,
} from "./types";
export type { UmapStepOptions } from "./umap";
export { version } from "./version";
