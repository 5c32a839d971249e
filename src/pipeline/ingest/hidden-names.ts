import pl from "nodejs-polars";
import type { Warn } from "./files";

/** Members of a frame that are used here: in a frame with a column of such a name, the column is in the member's place. */
const MEMBERS = new Set([
  ...["columns", "height", "width", "getColumn", "lazy", "inner", "_df", "clone", "toRecords", "frameEqual"],
  ...[
    "filter",
    "select",
    "join",
    "drop",
    "head",
    "tail",
    "sort",
    "withColumn",
    "withColumns",
    "writeIPC",
    "writeIPCStream",
  ],
]);

/** True for a DataFrame of nodejs-polars, of any copy of it, whatever its columns are called. */
export function isFrame(value: object): value is pl.DataFrame {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "DataFrame";
}

/** A frame whose members can be used: columns of their names get "_input" at the end. */
export function withoutHiddenNames(frame: pl.DataFrame, warn: Warn): pl.DataFrame {
  // the keys of a frame are its columns, and no column can stand before them
  const names = Reflect.ownKeys(frame).map(String);
  const hidden = names.filter((name) => MEMBERS.has(name));
  if (!hidden.length) return frame;
  const taken = new Set(names);
  const columns = names.map((name) => {
    const column = Reflect.getOwnPropertyDescriptor(frame, name)?.value as pl.Series;
    if (!MEMBERS.has(name)) return column;
    let free = `${name}_input`;
    while (taken.has(free)) free += "_";
    taken.add(free);
    warn(`Renamed "${name}" to "${free}": a frame with a column of that name cannot be used.`);
    return column.clone().rename(free);
  });
  return pl.DataFrame(columns);
}
