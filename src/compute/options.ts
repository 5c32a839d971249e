import { LatentScopeError } from "../scope";

/** A whole number of at least `least`. @throws LatentScopeError `bad-option` */
export function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw badOption(name, value, `a whole number of at least ${least}`);
}

/** A finite number of at least `least`. @throws LatentScopeError `bad-option` */
export function numberFrom(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw badOption(name, value, `a number of at least ${least}`);
}

/** The error of an option whose value does not fit. */
export function badOption(name: string, value: unknown, wanted: string): LatentScopeError {
  const given = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new LatentScopeError("bad-option", `The option ${name} is ${given}; it has to be ${wanted}.`);
}

/**
 * Checks that `values` holds rows · dimensions numbers.
 * @throws LatentScopeError `bad-option` when rows or dimensions are no counts, `bad-vectors` when the array is none or has another length
 */
export function checkShape(name: string, values: Float32Array, rows: number, dimensions: number): void {
  wholeNumber("rows", rows, 0);
  wholeNumber("dimensions", dimensions, 1);
  if (!(values instanceof Float32Array))
    throw new LatentScopeError("bad-vectors", `The ${name} have to be a Float32Array, row after row.`);
  if (values.length !== rows * dimensions)
    throw new LatentScopeError(
      "bad-vectors",
      `The ${name} hold ${values.length} numbers, but ${rows} rows of ${dimensions} dimensions are ${rows * dimensions}. Check the options rows and dimensions.`,
    );
}

/**
 * The values in memory that a worker may keep: as they are when their memory is shared (no copy), else copied.
 * The caller's own array is never moved away from it.
 */
export function forWorker(values: Float32Array): Float32Array {
  return values.buffer instanceof SharedArrayBuffer ? values : values.slice();
}

/** The buffers of {@link forWorker}'s copies, to be moved to the worker instead of copied once more; shared memory stays where it is. */
export function copiesOf(...arrays: readonly Float32Array[]): ArrayBuffer[] {
  return arrays.flatMap(({ buffer }) => (buffer instanceof SharedArrayBuffer ? [] : [buffer]));
}

/**
 * Checks that `values` holds rows · dimensions finite numbers.
 * @throws LatentScopeError as {@link checkShape}, and `bad-vectors` when a number is not finite
 */
export function checkCoordinates(name: string, values: Float32Array, rows: number, dimensions: number): void {
  checkShape(name, values, rows, dimensions);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new LatentScopeError(
    "bad-vectors",
    `The ${name} have the value ${values[bad]} in row ${Math.floor(bad / dimensions)}: they need finite numbers.`,
  );
}
