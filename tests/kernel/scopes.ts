import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type pl from "nodejs-polars";
import * as latentscope from "../../src";
import type { RunOptions } from "../../src";

/** 150 different sentences of State of the Union addresses. */
export const sentences = [
  ...new Set(JSON.parse(readFileSync(path.resolve(__dirname, "../fixtures/embedding/texts.json"), "utf8")) as string[]),
];
/** The first row has no text. */
export const table = [{ text: "", year: 0 }, ...sentences.map((text, i) => ({ text, year: 1790 + i }))];

export const newDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), "latentscope-edits-"));

/** A scope of {@link table}, made with the fast model. */
export const quickScope = (dataDir: string, options: RunOptions = {}): Promise<latentscope.Scope> =>
  latentscope.run(table, "text", {
    embed: { model: "static" },
    umap: { nEpochs: 20 },
    name: "speeches",
    ...options,
    dataDir,
  });

export const column = <T>(frame: pl.DataFrame, name: string): T[] => frame.getColumn(name).toArray() as T[];

/** Cluster of each row, by `ls_index`. */
export const clustersOf = (scope: latentscope.Scope): number[] => column<number>(scope.rows, "cluster");

/** Ids of the clusters, the largest first, without the outliers. */
export const idsOf = (scope: latentscope.Scope): number[] =>
  column<number>(scope.clusters, "cluster").filter((id) => id !== -1);

/** The row of one cluster in `scope.clusters`. */
export function clusterRow(scope: latentscope.Scope, id: number): Record<string, unknown> {
  const found = scope.clusters.toRecords().find(({ cluster }) => cluster === id);
  if (!found) throw new Error(`there is no cluster ${id}`);
  return found;
}

/** The code of the error of something that fails. */
export async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof latentscope.LatentScopeError) return error.code;
    throw error;
  }
  return "no error";
}
