/** What a scope is: rows, clusters, edits, selection. Pure functions of plain data; no I/O, no dependencies. */
export type { Change } from "./change";
export * from "./clusters";
export * from "./common-rows";
export * from "./differences";
export * from "./edits";
export { namedSelection } from "./edits/remember";
export { taggedRows } from "./edits/tag";
export * from "./errors";
export * from "./ids";
export * from "./labels";
export * from "./match";
export * from "./messages";
export * from "./reduce";
export * from "./replay";
export * from "./rows";
export * from "./state";
export * from "./swatches";
export * from "./wire";
