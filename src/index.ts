/**
 * Latent Scope for notebooks: see what is in a column of text.
 *
 *     const scope = await latentscope.run(df, "text");
 */
import * as compute from "./compute";
import { jupyter, open, run } from "./kernel";

// In a notebook, importing the library connects it to the kernel: maps of the first cell need that.
jupyter();

export { compute, open, run };
export { Scope, type RowsLike, type ScopeEvents } from "./kernel";
export { LatentScopeError, type ErrorCode } from "./scope";
export type { RunOptions, TableInput } from "./pipeline";
/** The default export is the same namespace. */
export default { compute, open, run };
