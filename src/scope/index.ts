/** What a scope is: rows, clusters, edits, selection. Pure functions of plain data; no I/O, no dependencies. */
export * from "./edits";
export { cleanLabel, findCluster, MAX_LABEL_LENGTH } from "./edits/rename";
export * from "./errors";
export * from "./ids";
export * from "./reduce";
export * from "./state";
export * from "./wire";
