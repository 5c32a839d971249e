/** The six steps of a run (ingest, embed, UMAP, cluster, label, save), and saved scopes. */
export { checkNumber } from "./check-options";
export { changesOf, type ClusterChange } from "./carry-over";
export { checkClusterOptions, cluster, type Clustered, type ClusterOptions } from "./cluster";
export type { RunContext } from "./context";
export { embed, findProvider, type CustomModel, type Embedded, type EmbedOptions } from "./embed";
export type { FirstLook } from "./first-look";
export { plural } from "./format";
export { ingest, type Ingested } from "./ingest";
export { columnHint } from "./ingest/nearest-names";
export { checkLabelOptions, label, readLabels, type Labelled, type LabelOptions } from "./label";
export type { ClusterToLabel } from "./label/labeller";
export { labelsOfSet, listLabelSets } from "./label-sets";
export { axesOf } from "./axes";
export { flags, kindOf } from "../store";
export { listScopes, type ScopeInfo } from "./list";
export { dollars } from "./openai/spending";
export { openScope, outsideEdits, readScope, stateOf } from "./open";
export { languageName } from "./languages";
export { previewTable, type ColumnPreview, type PreviewOptions, type TablePreview } from "./preview";
export { remove, type RemoveOptions } from "./remove";
export { inThread, runThreads, threadControl, type ThreadControl } from "./native-threads";
export { runPipeline } from "./run";
export { outliersEdit, outlierTable, type OutlierTable } from "./outliers";
export type { LabelHooks, LabelReport } from "./label/label-anew";
export { proposeLabels } from "./relabel";
export { RowVectors } from "./row-vectors";
export { saveEdits } from "./save-edits";
export { proposeSplit } from "./split";
export { save, type Parts, type SaveOptions } from "./save";
export { VectorSearch, type Match, type SearchOptions } from "./search";
export { singleStep } from "./single-step";
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
export { umap, umapOptions, type LaidOut, type UmapStepOptions } from "./umap";
export type { Vectors } from "./vectors";
export { version } from "./version";
