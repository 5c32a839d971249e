import { runInWorker, workerFile } from "../compute/worker-task";
import { LatentScopeError } from "../scope";
import { isObject, provenance } from "../store";
import { findProvider, type EmbedOptions } from "./embed";
import { FailedTexts } from "./embed/provider";
import type { RowVectors } from "./row-vectors";

export interface SimilarityTask {
  readonly values: Float32Array;
  readonly dimensions: number;
  readonly query: Float32Array;
}

/** A row, and how near it is to what was looked for: the cosine, -1 to 1. */
export interface Match {
  readonly row: number;
  readonly similarity: number;
}

/** What {@link VectorSearch} finds. */
export interface SearchOptions {
  /** How many rows, at most. */
  readonly k: number;
  /** Rows that are not found. */
  readonly skip: (row: number) => boolean;
  readonly signal?: AbortSignal;
}

/** Finds rows of a dataset by the vectors of one embedding: all are compared, in a worker thread. */
export class VectorSearch {
  constructor(private readonly rows: RowVectors) {}

  /**
   * The rows nearest to a text, best first. It is embedded as the texts were, after the model's prompt for queries.
   * @param options options of the embedding that are not in the files, as a key, or another way to the same model
   * @throws LatentScopeError `unknown-model` where the files do not say how to reach the model; as a run, for the option `embed`
   */
  async byText(query: string, options: EmbedOptions, search: SearchOptions): Promise<Match[]> {
    return this.nearest(await this.embed(query, options, search.signal), search);
  }

  /** How near each row is to a text, as {@link byText} has it: the cosine; NaN for rows without text. */
  async similarities(query: string, options: EmbedOptions, signal?: AbortSignal): Promise<Float32Array> {
    const { similarities, rows } = await this.compare(await this.embed(query, options, signal), signal);
    const known = new Float32Array(similarities.length).fill(NaN);
    for (const row of rows) known[row] = similarities[row];
    return known;
  }

  /** The rows nearest to a row, best first and without it. */
  async byRow(row: number, search: SearchOptions): Promise<Match[]> {
    const { values, dimensions } = await this.rows.vectors();
    const vector = values.slice(row * dimensions, (row + 1) * dimensions);
    return this.nearest(vector, { ...search, skip: (other) => other === row || search.skip(other) });
  }

  private async nearest(query: Float32Array, { k, skip, signal }: SearchOptions): Promise<Match[]> {
    const { similarities, rows } = await this.compare(query, signal);
    const wanted = rows.filter((row) => !skip(row));
    wanted.sort((a, b) => similarities[b] - similarities[a] || a - b);
    return Array.from(wanted.subarray(0, k), (row) => ({ row, similarity: similarities[row] }));
  }

  /** The cosine of a vector and that of each row, and the rows for which it says something. */
  private async compare(
    query: Float32Array,
    signal?: AbortSignal,
  ): Promise<{ similarities: Float32Array; rows: Int32Array }> {
    const { values, dimensions } = await this.rows.vectors();
    const file = workerFile(__dirname, "similarity-worker.js");
    const similarities = await runInWorker<SimilarityTask, Float32Array>(
      file,
      { values, dimensions, query },
      { what: "Searching", signal },
    );
    // rows without text have a vector that says nothing
    return { similarities, rows: (await this.rows.texts()).rows };
  }

  private async embed(query: string, options: EmbedOptions, signal: AbortSignal | undefined): Promise<Float32Array> {
    if (typeof query !== "string" || !query.trim())
      throw new LatentScopeError("bad-option", "Rows are searched by a text that is not empty.");
    const { embedding } = this.rows;
    const recorded = provenance(embedding)?.["options"];
    const known: EmbedOptions = isObject(recorded) ? recorded : {};
    if (options.model === undefined && known.model === undefined)
      throw new LatentScopeError(
        "unknown-model",
        `The files do not say how to reach the model "${String(embedding["model_id"])}" of ${String(embedding["id"])}. Name it: search(query, { embed: { model } }).`,
      );
    const provider = await findProvider({ ...known, ...options }, signal);
    if ("vectorsOf" in provider)
      throw new LatentScopeError(
        "unknown-model",
        `The vectors came with the table (${provider.name}), so that no text can be compared with them unless you name the model that made them: search(query, { embed: { model } }).`,
      );
    const { dimensions } = await this.rows.vectors();
    let found: Float32Array | undefined;
    const ignore = (): void => undefined;
    await provider
      .embed([provider.prompts.query + query], {
        ...{ known: () => false, signal, warn: ignore, note: ignore },
        deliver: (_positions, vectors) => (found = vectors),
      })
      .catch((error: unknown) => {
        throw error instanceof FailedTexts ? error.reason : error;
      });
    const vector = found;
    if (!vector || vector.length < dimensions)
      throw new LatentScopeError(
        "bad-vectors",
        `The model "${provider.name}" makes vectors of ${vector?.length ?? 0} dimensions, and those of the rows have ${dimensions}: it is another model.`,
      );
    // vectors that were shortened are the first numbers of the whole ones
    return vector.slice(0, dimensions);
  }
}
