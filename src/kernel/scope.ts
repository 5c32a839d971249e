import { inspect } from "node:util";
import pl from "nodejs-polars";
import { checkNumber, type EmbedOptions, type Match, type SearchOptions, type VectorSearch } from "../pipeline";
import { clusterSizes, UNCLUSTERED, type ClusterId, type ScopeState } from "../scope";
import { clustersFrame, editsFrame, int64, rowsFrame, selectionFrame, type RowSource } from "./frames";
import { ScopeMap, type MapSource } from "./map";
import { jupyter } from "./notebook";
import { rowDetails } from "./row-details";
import { toIndices, type RowsLike } from "./rows-like";
import type { ScopeSession } from "./session";
import { writeMapPage } from "./map-page";

/** Default height of a map, in CSS pixels. */
export const DEFAULT_HEIGHT = 560;

/** What a {@link Scope} is made of. */
export interface ScopeParts {
  readonly session: ScopeSession;
  readonly source: RowSource;
  readonly dataset: string;
  readonly scopeId: string;
  /** Folder of the dataset. */
  readonly folder: string;
  readonly textColumn: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Finds rows by their vectors. */
  readonly search: VectorSearch;
}

export interface ScopeEvents {
  /** The selection was set, on a map or in a cell. Called with `scope.selection`. */
  selection: (rows: pl.DataFrame) => void;
  /** An edit, undo or redo was made, on a map or in a cell. Called with the last row of `scope.edits`. */
  edit: (edit: pl.DataFrame) => void;
}

/**
 * A labelled map of a column of text, and the data behind it. As the last expression of a cell it is shown as the map.
 *
 * Its frames are always current; a frame taken earlier never changes. What is edited or selected here is at once on every map of this
 * scope, and the other way round.
 */
export class Scope {
  readonly #parts: ScopeParts;
  readonly #frames = new Map<string, { key: unknown; frame: pl.DataFrame }>();
  #map: ScopeMap | undefined;

  /** @internal use `run` or `open` */
  constructor(parts: ScopeParts) {
    this.#parts = parts;
  }

  /** "scopes-001" */
  get id(): string {
    return this.#parts.scopeId;
  }

  /** Name of the dataset. */
  get name(): string {
    return this.#parts.dataset;
  }

  /** Folder in which everything is saved. */
  get path(): string {
    return this.#parts.folder;
  }

  /** How this scope was made: every parameter, id, version and time of each step. */
  get metadata(): Readonly<Record<string, unknown>> {
    return this.#parts.metadata;
  }

  /**
   * Every row of the input: `ls_index`, the input's columns, then `x`, `y` (in [-1, 1]), `cluster`, `raw_cluster`, `label`, `deleted`, `tags`.
   */
  get rows(): pl.DataFrame {
    return this.#cached("rows", this.#state.content, () => rowsFrame(this.#parts.source, this.#state.content));
  }

  /**
   * One row a cluster, largest first and the outliers (-1) last: `cluster`, `label`, `description`, `size`,
   * `label_source` ("keywords", "llm", "user", "column" or "none"), `label_model`, `label_error`, `stale`.
   */
  get clusters(): pl.DataFrame {
    return this.#cached("clusters", this.#state.content, () => clustersFrame(this.#state.content));
  }

  /** The selected rows of {@link rows}, in the order of the selection. Nothing selected is a frame of 0 rows. */
  get selection(): pl.DataFrame {
    return selectionFrame(this.rows, this.#state.selection);
  }

  /** `ls_index` of the selected rows, in the order of the selection. */
  get selectedIndices(): Uint32Array {
    return this.#state.selection.slice();
  }

  /**
   * The log, oldest edit first: `edit` (number), `time` (UTC), `actor` ("map" or "code"), `kind`, `cluster`, `rows` (count), `detail` (JSON),
   * `undone`.
   */
  get edits(): pl.DataFrame {
    return this.#cached("edits", this.#state.log, () => editsFrame(this.#parts.session.base, this.#state));
  }

  /**
   * Selects rows, here and on every map; `[]` selects nothing. A repeated row counts once.
   * @throws LatentScopeError `bad-rows`, `unknown-cluster`
   */
  select(rows: RowsLike): void {
    this.#parts.session.select(toIndices(this.#state, rows));
  }

  /**
   * Gives a cluster a label, and a description where one is given. No model overwrites it.
   * @throws LatentScopeError `unknown-cluster`, `bad-label`
   */
  rename(cluster: number, label: string, options: { description?: string } = {}): void {
    const { description } = options;
    const edit = { kind: "rename", cluster: cluster as ClusterId, label } as const;
    this.#parts.session.edit(description === undefined ? edit : { ...edit, description }, "code");
  }

  /**
   * The rows whose texts are nearest in meaning to a text: rows of {@link rows} with their `similarity` (the cosine of the vectors), best first.
   * @param query embedded with the model of the map; where that is somebody else's, it is sent there as the texts were
   * @param options.k how many rows, at most. Default: 20
   * @param options.embed options of the embedding that are not in the files, as `apiKey`, or a model of your own
   * @throws LatentScopeError `bad-option`; `unknown-model`, `model-missing` and others of a run, for the option `embed`
   */
  async search(
    query: string,
    options: { k?: number; embed?: EmbedOptions; signal?: AbortSignal } = {},
  ): Promise<pl.DataFrame> {
    const { k, embed = {}, signal } = options;
    return this.#matches(await this.#parts.search.byText(query, embed, this.#found(k, 20, signal)));
  }

  /**
   * The rows nearest to a row by their vectors, without itself: rows of {@link rows} with their `similarity`, best first.
   * @param row its `ls_index`
   * @param options.k how many rows, at most. Default: 10
   * @throws LatentScopeError `bad-rows`, `bad-option`
   */
  async neighbors(row: number, options: { k?: number; signal?: AbortSignal } = {}): Promise<pl.DataFrame> {
    const [checked] = toIndices(this.#state, [row]);
    return this.#matches(await this.#parts.search.byRow(checked, this.#found(options.k, 10, options.signal)));
  }

  /** Takes back the newest edit that stands, whoever made it. @throws LatentScopeError `nothing-to-undo` */
  undo(): void {
    this.#parts.session.edit({ kind: "undo" }, "code");
  }

  /** Makes the edit undone last again. @throws LatentScopeError `nothing-to-redo` */
  redo(): void {
    this.#parts.session.edit({ kind: "redo" }, "code");
  }

  /** Calls `listener` at each event from now on. Returns a function that ends that. */
  on<K extends keyof ScopeEvents>(event: K, listener: ScopeEvents[K]): () => void {
    if (event === "selection") return this.#parts.session.on("selection", () => listener(this.selection));
    return this.#parts.session.on("edit", () => listener(this.edits.tail(1)));
  }

  /**
   * Shows the map in this cell. In a plain Node script writes it as an HTML page into the dataset's folder and says where.
   * @param options.height height of every map of this scope in CSS pixels, 560 by default
   */
  show(options: { height?: number } = {}): void {
    if (!jupyter())
      return writeMapPage(this.#mapSource(), this.#parts.session, options.height ?? DEFAULT_HEIGHT, this.#parts.folder);
    const map = this.#shownMap();
    if (options.height !== undefined) map.setHeight(options.height);
    map.display();
  }

  /** What Jupyter shows when a scope is the last expression of a cell. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return jupyter() ? this.#shownMap().mimebundle() : { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  toString(): string {
    const { assignment } = this.#state.content;
    const sizes = clusterSizes(this.#state.content);
    const outliers = sizes.get(UNCLUSTERED) ?? 0;
    const clusters = sizes.size - Number(sizes.has(UNCLUSTERED));
    const count = (n: number): string => n.toLocaleString("en");
    return `Scope ${this.name}/${this.id}: ${count(assignment.length)} rows, ${count(clusters)} clusters, ${count(outliers)} unclustered (${this.path})`;
  }

  #found(k: number | undefined, preset: number, signal: AbortSignal | undefined): SearchOptions {
    const deleted = new Set(this.#parts.source.deleted);
    return { k: checkNumber("k", k ?? preset, { least: 1, whole: true }), skip: (row) => deleted.has(row), signal };
  }

  #matches(matches: readonly Match[]): pl.DataFrame {
    const order = pl.DataFrame([
      int64(
        "ls_index",
        Int32Array.from(matches, ({ row }) => row),
      ),
      pl.Series(
        "similarity",
        matches.map(({ similarity }) => similarity),
        pl.Float64,
      ),
    ]);
    const rows = order.join(this.rows, { on: "ls_index", how: "left" });
    return rows.select(...this.rows.columns, "similarity");
  }

  get #state(): ScopeState {
    return this.#parts.session.state;
  }

  /** The frame made for `key` (a part of the immutable state), as a copy that the caller may change. */
  #cached(name: string, key: unknown, make: () => pl.DataFrame): pl.DataFrame {
    const known = this.#frames.get(name);
    if (known && known.key === key) return known.frame.clone();
    const frame = make();
    this.#frames.set(name, { key, frame });
    return frame.clone();
  }

  #shownMap(): ScopeMap {
    return (this.#map ??= new ScopeMap(this.#mapSource(), this.#parts.session, DEFAULT_HEIGHT));
  }

  #mapSource(): MapSource {
    const { dataset, scopeId, source, textColumn } = this.#parts;
    return {
      scope: `${dataset}/${scopeId}`,
      title: dataset,
      coordinates: source.coordinates,
      rowDetails: (rows) => rowDetails(source.input, textColumn, rows),
    };
  }
}
