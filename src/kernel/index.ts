/** What a notebook calls. */
export { compare, Comparison } from "./comparison";
export { Scope, type ScopeEvents } from "./scope";
export { preview, Preview } from "./preview";
export { list, open, remove, run } from "./run";
export { Clustering, Data, Embedding, ingest, Labels, Layout } from "./steps";
export { jupyter } from "./notebook";
export type { ExportOptions } from "./export";
export type { RowsLike } from "./rows-like";
