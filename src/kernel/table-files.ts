import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pl from "nodejs-polars";
import { kindOf, sinkParquet } from "../store";

/**
 * Writes a frame as it is, its rows in their order, off the main thread. Parquet is compressed with snappy, which every reader knows; lists stay
 * lists but in CSV, which has none: there they are joined by ", ".
 */
export async function writeTable(
  file: string,
  frame: pl.DataFrame,
  format: "parquet" | "csv" | "jsonl",
): Promise<void> {
  const inOrder = { maintainOrder: true };
  if (format === "csv") await flat(frame).lazy().sinkCSV(file, inOrder).collect();
  else if (format === "jsonl") await frame.lazy().sinkNdJson(file, inOrder).collect();
  else await sinkParquet(file, frame);
}

/** The bytes of such a file. */
export async function tableBytes(frame: pl.DataFrame, format: "parquet" | "csv"): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "latentscope-"));
  try {
    const file = path.join(folder, `table.${format}`);
    await writeTable(file, frame, format);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A frame whose columns are single values: texts in place of lists, which are all that a table of ours has beside these. */
function flat(frame: pl.DataFrame): pl.DataFrame {
  const columns = frame.columns.map((name) => {
    const isList = ["List", "FixedSizeList", "Array"].includes(kindOf(frame.getColumn(name)));
    return isList ? pl.col(name).cast(pl.List(pl.Utf8)).lst.join(", ").alias(name) : pl.col(name);
  });
  return frame.select(...columns);
}
