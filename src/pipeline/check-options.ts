import { LatentScopeError } from "../scope";

/**
 * One of some names. Any string is let through here, because options that are kept in a variable have type `string`; the names are checked
 * when they are used.
 */
export type OneOf<Names extends string> = Names | (string & Record<never, never>);

/** Checks that an object of options has no names that nobody reads: a typing error would otherwise be a default. @throws LatentScopeError `bad-option` */
export function checkKnown(where: string, options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null)
    throw new LatentScopeError("bad-option", `${where} is an object of options, not ${String(options)}.`);
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new LatentScopeError(
        "bad-option",
        `${where} has no option "${name}". Its options are ${known.join(", ")}.`,
      );
}

/** Checks a number. @throws LatentScopeError `bad-option` */
export function checkNumber(
  name: string,
  value: unknown,
  { least, greatest = Infinity, whole = false }: { least: number; greatest?: number; whole?: boolean },
): number {
  const good =
    typeof value === "number" &&
    value >= least &&
    value <= greatest &&
    (whole ? Number.isInteger(value) : Number.isFinite(value));
  if (good) return value;
  const range = greatest === Infinity ? `of at least ${least}` : `from ${least} to ${greatest}`;
  throw new LatentScopeError(
    "bad-option",
    `${name} is a ${whole ? "whole " : ""}number ${range}, not ${JSON.stringify(value) ?? String(value)}.`,
  );
}
