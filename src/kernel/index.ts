/** What a notebook calls. */
export { Scope, type ScopeEvents } from "./scope";
export { list, open, run } from "./run";
export { jupyter } from "./notebook";
export type { RowsLike } from "./rows-like";
