/**
 * Latent Scope for notebooks: see what is in a column of text.
 *
 *     const scope = await latentscope.run(df, "text");
 */
import * as compute from "./compute";
import { compare, Comparison, ingest, jupyter, list, open, preview, remove, run, Scope } from "./kernel";
import { LatentScopeError, type ErrorCode } from "./scope";

// In a notebook, importing the library connects it to the kernel: maps of the first cell need that.
jupyter();

export { compare, compute, ingest, list, open, preview, remove, run };
export { Comparison, Scope };
export type {
  Clustering,
  Data,
  Embedding,
  ExportOptions,
  Labels,
  Layout,
  Preview,
  RowsLike,
  ScopeEvents,
} from "./kernel";
export { LatentScopeError, type ErrorCode };
export type { RunOptions, TableInput } from "./pipeline";
/** The default export is the same namespace. */
export default { compare, compute, ingest, LatentScopeError, list, open, preview, remove, run, Scope };
