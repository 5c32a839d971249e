import { setImmediate as nextTurn } from "node:timers/promises";
import type pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";
import {
  columnMetadata,
  Dataset,
  defaultDatasetName,
  ensureWritable,
  provenance,
  PROVENANCE,
  resolveDataDir,
  type Meta,
} from "../../store";
import { provenanceOf, type RunContext, type StepOutcome } from "../context";
import { plural } from "../format";
import type { TableInput } from "../types";
import { checkTable, checkTextColumn, checkTexts, storableFrame } from "./columns";
import { contentHash } from "./content-hash";
import { readTable } from "./read-table";
import { Texts } from "./texts";

/** Version of the files that the Python tool writes in this layout. */
export const LS_VERSION = "1.0.0";

export interface Ingested extends StepOutcome {
  readonly dataset: Dataset;
  readonly meta: Meta;
  /** The table as stored. */
  readonly frame: pl.DataFrame;
  /** Name of the text column as stored. */
  readonly textColumn: string;
  /** The texts to map. */
  readonly texts: Texts;
  /** SHA-256 (hex) of the table. */
  readonly contentHash: string;
}

/**
 * Step 1: checks a table and writes it as a new dataset, or finds the one that holds it.
 * @throws LatentScopeError for a table or column that cannot be mapped; `data-dir-not-writable`; `bad-name` when the name is taken by
 * another table
 */
export async function ingest(
  input: TableInput,
  textColumn: string,
  options: { name?: string; dataDir?: string },
  context: RunContext,
): Promise<Ingested> {
  return context.step("ingest", async (clock) => {
    const warn = (message: string): void => context.warn(message);
    const table = await readTable(input, warn);
    checkTable(table);
    checkTextColumn(table, textColumn);
    await nextTurn();
    const { frame, names } = storableFrame(table, textColumn, warn);
    const column = names.get(textColumn) ?? textColumn;
    // each of these takes some milliseconds for every thousand rows: the event loop gets its turns
    await nextTurn();
    const texts = await Texts.of(frame.getColumn(column));
    checkTexts(texts, textColumn);

    const dataDir = resolveDataDir(options.dataDir);
    // described meanwhile, in polars' own threads
    const [hash, described] = await Promise.all([contentHash(frame), describe(frame)]);
    const dataset = new Dataset(dataDir, options.name ?? defaultDatasetName(column, hash));
    await ensureWritable(dataDir);
    await context.lock(dataset, "ingest");
    await dataset.removeLeftovers();
    const existing = await dataset.readMeta();
    if (existing) await checkSameTable(dataset, existing, hash, frame);
    await nextTurn();
    const meta = existing ?? {
      ...{ id: dataset.name, length: frame.height, columns: [...frame.columns], text_column: column },
      ...described,
      ls_version: LS_VERSION,
      [PROVENANCE]: provenanceOf(hash, clock),
    };
    if (!existing) await dataset.writeInput(frame, meta);
    const missing = texts.length - texts.rows.length;
    const summary = missing
      ? `${plural(frame.height, "row")}, ${plural(missing, "row")} without text`
      : plural(frame.height, "row");
    return {
      id: dataset.name,
      reused: existing !== undefined,
      summary,
      dataset,
      meta,
      frame,
      textColumn: column,
      texts,
      contentHash: hash,
    };
  });
}

async function describe(frame: pl.DataFrame): Promise<Pick<Meta, "column_metadata" | "potential_embeddings">> {
  const columns = await Promise.all(
    frame.columns.map(async (column) => [column, await columnMetadata(frame.getColumn(column))] as const),
  );
  return {
    column_metadata: Object.fromEntries(columns),
    potential_embeddings: columns.filter(([, { type }]) => type === "array").map(([column]) => column),
  };
}

/** A dataset is never overwritten: its name belongs to the table that it was made from. */
async function checkSameTable(dataset: Dataset, meta: Meta, hash: string, frame: pl.DataFrame): Promise<void> {
  // other tools record no hash
  const found = provenance(meta)?.key ?? (await contentHash(await dataset.readInput()));
  if (found === hash) return;
  throw new LatentScopeError(
    "bad-name",
    `The dataset "${dataset.name}" in ${dataset.dataDir} holds another table (${plural(meta.length, "row")} with the columns ` +
      `${meta.columns.join(", ")}; this one has ${plural(frame.height, "row")} with ${frame.columns.join(", ")}). ` +
      "Nothing was changed. Choose another name, leave the name out to have one made from the content, or delete that folder.",
  );
}
