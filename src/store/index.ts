/** Flat files in the layout of Latent Scope 1.0: the only place that knows file names and schemas. */
export { AnswerLog, type KeptAnswer } from "./answer-log";
export { removeLeftovers, writeAtomically, writeTextAtomically } from "./atomic";
export { datasets, ensureWritable } from "./data-dir";
export { Dataset, PROVENANCE, provenance, type Provenance, type Run } from "./dataset";
export {
  damagedFile,
  isObject,
  readJson,
  readJsonList,
  textAt,
  writeJson,
  writeJsonAfter,
  type JsonObject,
} from "./json";
export { listParts } from "./lists";
export { takeLock, type LockOwner } from "./lock";
export { columnMetadata, type ColumnMetadata, type Meta } from "./meta";
export { checkDatasetName, checkRunId, defaultDatasetName, resolveDataDir, type RunKind } from "./names";
export { int64, int64Lists, kindOf, numbers, readParquet, sinkParquet, text, writeParquet } from "./parquet";
export { datasetRuns, removeDataset, removeRun, type StoredRun } from "./remove";
export { flags } from "./scope-base";
export { textHash, VectorCache } from "./vector-cache";
