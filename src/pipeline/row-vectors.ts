import type pl from "nodejs-polars";
import { isObject, type Dataset, type JsonObject } from "../store";
import { Texts } from "./ingest/texts";
import { readVectors, type Vectors } from "./vectors";

/** What the rows of a scope say, as texts and as vectors. Both are read when they are first wanted, and once. */
export class RowVectors {
  /** The JSON of the embedding. */
  readonly embedding: JsonObject;
  #vectors: Promise<Vectors> | undefined;
  #texts: Promise<Texts> | undefined;

  /**
   * @param scope its JSON
   * @param column its texts
   */
  constructor(
    readonly dataset: Dataset,
    scope: JsonObject,
    private readonly column: pl.Series,
  ) {
    this.embedding = isObject(scope["embedding"]) ? scope["embedding"] : {};
  }

  /** The vectors of all rows, in shared memory. @throws LatentScopeError `damaged-file`, `unsupported-input` */
  vectors(): Promise<Vectors> {
    this.#vectors ??= readVectors(this.dataset, String(this.embedding["id"]), this.column.length);
    // what failed once may be there the next time
    this.#vectors.catch(() => (this.#vectors = undefined));
    return this.#vectors;
  }

  texts(): Promise<Texts> {
    return (this.#texts ??= Texts.of(this.column));
  }
}
