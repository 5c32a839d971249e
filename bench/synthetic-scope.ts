import { mkdirSync } from "node:fs";
import pl from "nodejs-polars";
import { writeScopeFiles } from "../src/pipeline/scope-files";
import { savedContent, type Cluster, type ClusterId } from "../src/scope";
import { Dataset, writeJson } from "../src/store";

const WORDS = ["tax", "road", "treaty", "navy", "school", "gold", "land", "court", "farm", "peace", "debt", "union"];

/**
 * Writes a scope of so many short texts without computing anything: blobs on the map, a tenth of the rows unclustered. It has no vectors, so
 * that nothing can be searched or split.
 */
export async function writeSyntheticScope(dataDir: string, name: string, rows: number, clusters = 100): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const dataset = new Dataset(dataDir, name);
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const centres = Array.from({ length: clusters }, () => [next() * 1.8 - 0.9, next() * 1.8 - 0.9] as const);
  const places = new Float32Array(rows * 2);
  const assignment = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const id = next() < 0.1 ? -1 : Math.floor(next() ** 1.5 * clusters);
    assignment[row] = id;
    const [x, y] = id < 0 ? [next() * 2 - 1, next() * 2 - 1] : centres[id];
    const spread = id < 0 ? 0 : 0.08;
    places[2 * row] = Math.max(-1, Math.min(1, x + (next() + next() + next() - 1.5) * spread));
    places[2 * row + 1] = Math.max(-1, Math.min(1, y + (next() + next() + next() - 1.5) * spread));
  }
  const word = (): string => WORDS[Math.floor(next() * WORDS.length)];
  const input = pl.DataFrame([
    pl.Series(
      "text",
      Array.from({ length: rows }, (_, row) => `The ${word()} and the ${word()} of ${row}.`),
      pl.Utf8,
    ),
    pl.Series(
      "year",
      Int32Array.from({ length: rows }, (_, row) => 1790 + (row % 230)),
    ),
  ]);
  const meta = { id: name, length: rows, columns: input.columns, text_column: "text", column_metadata: {} };
  await dataset.writeInput(input, { ...meta, potential_embeddings: [], ls_version: "1.0.0" });
  const made = Array.from({ length: clusters }, (_, id): Cluster => {
    const label = `${word()}, ${word()} ${id}`;
    const byKeywords = { labelSource: "keywords", labelModel: null, labelError: null, stale: false } as const;
    return { id: id as ClusterId, label, description: "", ...byKeywords, swatch: null };
  });
  const content = savedContent(made, assignment);
  const files = {
    input,
    places: { values: places, rows, dimensions: 2 },
    raw: assignment,
    content,
    unclustered: clusters,
  };
  const { keys } = await writeScopeFiles(dataset, "scopes-001", files);
  await writeJson(dataset.path("scopes", "scopes-001.json"), {
    ...{ ls_version: "1.0.0", id: "scopes-001", label: name, description: "", granularity: "rows" },
    ...{ dataset: meta, embedding: { id: "embedding-001", text_column: "text" }, umap: {}, cluster_labels: {} },
    cluster: { n_clusters: clusters, unclustered_cluster: clusters },
    timestamp: "2026-01-01 00:00:00",
    ...keys,
  });
}
