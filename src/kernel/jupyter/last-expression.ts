/**
 * The last expression of a cell in a stock tslab kernel.
 *
 * A cell's code ends with `exports.tsLastExpr = <expression>`; then tslab prints that property with console.log, if it is not null, and deletes
 * it. An accessor on the prototype of that `exports` object sees the assignment: what is shown richly is not kept, so nothing is printed.
 * This works from the very cell that installs it.
 */

/** tslab's name for the last expression (unless a variable of the cell has that name). */
const NAME = "tsLastExpr";

/** Calls `show` with each last expression; when it returns true tslab prints nothing. Idempotent. */
export function watchLastExpressions(show: (value: unknown) => boolean): void {
  const cellExports = (globalThis as { __tslab__?: { exports: object } }).__tslab__?.exports;
  if (!cellExports || Object.getPrototypeOf(cellExports) !== Object.prototype) return;
  const prototype = Object.create(Object.prototype, {
    [NAME]: {
      configurable: true,
      get: () => undefined,
      set(this: object, value: unknown) {
        // tslab's `exports` is a proxy that defines properties by assigning them to its target: then `this` is the target.
        if (this === cellExports && (value === null || value === undefined || show(value))) return;
        Object.defineProperty(this, NAME, { value, writable: true, enumerable: true, configurable: true });
      },
    },
  }) as object;
  // The running cell has begun with `exports.tsLastExpr = undefined`, which would hide the accessor.
  Reflect.deleteProperty(cellExports, NAME);
  Object.setPrototypeOf(cellExports, prototype);
}
