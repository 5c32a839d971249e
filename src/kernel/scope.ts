import { inspect } from "node:util";
import pl from "nodejs-polars";
import {
  changesOf,
  checkNumber,
  outliersEdit,
  outlierTable,
  labelsOfSet,
  listLabelSets,
  proposeLabels,
  proposeSplit,
  saveEdits,
  type EmbedOptions,
  type LabelOptions,
  type Match,
  type RowVectors,
  type SearchOptions,
  type VectorSearch,
} from "../pipeline";
import {
  cleanLabel,
  clusterSizes,
  LatentScopeError,
  rowList,
  rowSet,
  UNCLUSTERED,
  type ClusterId,
  type ClusterTheme,
  type ContentEdit,
  type Edit,
  type LogEntry,
  type ScopeState,
  type SplitOptions,
} from "../scope";
import { int64, type Dataset } from "../store";
import { clusterThemes } from "./cluster-themes";
import { InputColumns } from "./columns";
import type { Compared } from "./comparison";
import {
  changesFrame,
  clustersFrame,
  editsFrame,
  labelSetsFrame,
  RowsFrame,
  selectionFrame,
  selectionsFrame,
  tagsFrame,
  type RowSource,
} from "./frames";
import type { Looked } from "./first-look-map";
import { ScopeMap, type MapSource } from "./map";
import { withLabelProgress } from "./label-progress";
import { jupyter } from "./notebook";
import { replayEdits, wantedEdits } from "./replay-report";
import { rowDetails } from "./row-details";
import { toIndices, type RowsLike } from "./rows-like";
import type { ScopeSession } from "./session";
import { tableBytes } from "./table-files";
import { exportTo, type ExportOptions } from "./export";
import { mapPage, writeMapPage } from "./map-page";
import { packRows } from "./packed-rows";
import { NO_FONTS, picture } from "./picture";

/** Default height of a map, in CSS pixels. */
export const DEFAULT_HEIGHT = 560;
/** Most texts and columns that a page holds unasked, in characters of JSON. */
const MOST_TEXTS = 20_000_000;

/** What a {@link Scope} is made of. */
export interface ScopeParts {
  readonly session: ScopeSession;
  readonly source: RowSource;
  readonly dataset: Dataset;
  readonly scopeId: string;
  readonly textColumn: string;
  /** "cluster-001": which clustering it is of. */
  readonly clustering: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What rows say, as texts and vectors. */
  readonly rows: RowVectors;
  /** Groups of the clusters as saved. */
  readonly themes: readonly ClusterTheme[];
  /** Finds rows by their vectors. */
  readonly search: VectorSearch;
  /** Another scope of the same dataset, by its id. */
  readonly sibling: (id: string) => Promise<ScopeSession>;
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
  readonly #rowsFrame: RowsFrame;
  readonly #columns: InputColumns;
  #map: ScopeMap | undefined;
  #looked: Looked | undefined;

  /** @internal use `run` or `open` */
  constructor(parts: ScopeParts) {
    this.#parts = parts;
    this.#rowsFrame = new RowsFrame(parts.source);
    this.#columns = new InputColumns(parts.source.input, parts.textColumn);
  }

  /** "scopes-001" */
  get id(): string {
    return this.#parts.scopeId;
  }

  /** Name of the dataset. */
  get name(): string {
    return this.#parts.dataset.name;
  }

  /** Folder in which everything is saved. */
  get path(): string {
    return this.#parts.dataset.folder;
  }

  /** How this scope was made: every parameter, id, version and time of each step. */
  get metadata(): Readonly<Record<string, unknown>> {
    return this.#parts.metadata;
  }

  /**
   * Every row of the input: `ls_index`, the input's columns, then `x`, `y` (in [-1, 1]), `cluster`, `raw_cluster`, `label`, `deleted`, `tags`.
   */
  get rows(): pl.DataFrame {
    return this.#cached("rows", this.#state.content, () => this.#rowsFrame.of(this.#state.content));
  }

  /**
   * One row a cluster, largest first and the outliers (-1) last: `cluster`, `label`, `description`, `size`, `theme` (what the group of clusters
   * is called that it belongs to; null where there are few clusters), `label_source` ("keywords", "llm", "user", "column" or "none"), `label_model`,
   * `label_error`; how the model made the label: `label_time` (ISO 8601), `label_rows` (`ls_index` of the rows that it was shown or quotes),
   * `label_tokens`, `label_prompt` (SHA-256), `label_parameters` (JSON); and `stale` (rows have come or gone since a model made the label).
   * Deleted rows do not count.
   */
  get clusters(): pl.DataFrame {
    return this.#cached("clusters", this.#state.content, () => {
      const { content } = this.#state;
      const { themes, session } = this.#parts;
      return clustersFrame(content, clusterThemes({ themes, savedAssignment: session.base.assignment }, content));
    });
  }

  /** The selected rows of {@link rows}, in the order of the selection. Nothing selected is a frame of 0 rows. */
  get selection(): pl.DataFrame {
    return selectionFrame(this.rows, this.#state.selection);
  }

  /** `ls_index` of the selected rows, in the order of the selection. */
  get selectedIndices(): Uint32Array {
    return this.#state.selection.slice();
  }

  /** The selections that were given a name, oldest first: `name`, `rows` (count). `scope.select({ selection: name })` selects one again. */
  get selections(): pl.DataFrame {
    return this.#cached("selections", this.#state.content.selections, () => selectionsFrame(this.#state.content));
  }

  /** The tags: `tag`, `rows` (count, deleted ones aside). */
  get tags(): pl.DataFrame {
    return this.#cached("tags", this.#state.content, () => tagsFrame(this.#state.content));
  }

  /**
   * The log, oldest edit first: `edit` (number), `time` (UTC), `actor` ("map", "code", or "files" for other programs that changed the files),
   * `kind`, `cluster`, `rows` (count), `detail` (JSON), `undone`, `scope`.
   */
  get edits(): pl.DataFrame {
    const scope = `${this.name}/${this.id}`;
    return this.#cached("edits", this.#state.log, () => editsFrame(this.#state, scope));
  }

  /**
   * What became of the clusters of the scope before, when UMAP or the clustering was run again: one row for each cluster of either.
   * `change` ("kept": matched by the rows that both have, with its id, its colour and a person's label; "new"; "gone"), `cluster`, `label`,
   * `previous_label`, `label_kept`, `rows`, `previous_rows`, `shared`, `overlap` (0 to 1). No rows for the first scope of a dataset.
   */
  get changes(): pl.DataFrame {
    return changesFrame(changesOf(this.#parts.metadata));
  }

  /**
   * Selects rows, here and on every map; `[]` selects nothing. A repeated row counts once.
   * @param options.as a name under which the selection is kept: an edit of its own
   * @throws LatentScopeError `bad-rows`, `other-dataset`, `unknown-cluster`, `unknown-tag`, `unknown-selection`; `bad-name`
   */
  select(rows: RowsLike, options: { as?: string } = {}): void {
    const indices = this.#indices(rows);
    const { as: name } = options;
    if (name !== undefined) this.#edit({ kind: "remember", name, rows: rowList(indices) });
    this.#parts.session.select(indices);
  }

  /** Forgets a named selection. @throws LatentScopeError `unknown-selection` */
  forget(name: string): void {
    this.#edit({ kind: "forget", name });
  }

  /**
   * Gives a cluster a label, and a description where one is given. No model overwrites it.
   * @throws LatentScopeError `unknown-cluster`, `bad-cluster` (-1), `bad-label`
   */
  rename(cluster: number, label: string, options: { description?: string } = {}): void {
    const { description } = options;
    const edit = { kind: "rename", cluster: cluster as ClusterId, label } as const;
    this.#edit(description === undefined ? edit : { ...edit, description });
  }

  /**
   * Moves all rows of some clusters into the first of them. The others are gone; their ids are not given again.
   * @param label of the cluster; without one the first keeps its own, which is stale when a model made it
   * @returns id of the first
   * @throws LatentScopeError `unknown-cluster`, `bad-cluster` (fewer than two, or -1), `bad-label`
   */
  merge(clusters: readonly number[], label?: string): number {
    const edit = { kind: "merge", clusters: clusters as readonly ClusterId[] } as const;
    this.#edit(label === undefined ? edit : { ...edit, label });
    return clusters[0];
  }

  /**
   * Splits a cluster by the vectors of its rows, into new clusters with labels of their own.
   * @param options.parts into so many, around means (spherical k-means)
   * @param options.minClusterSize by density (HDBSCAN), into parts of at least so many rows. Without either: into 2 to 6 parts, as tell best
   * from each other
   * @param options.label as the option `label` of a run. Default: keywords. A part for which a model fails gets keywords, and the reason
   * @returns ids of the parts, the largest first
   * @throws LatentScopeError `unknown-cluster`, `bad-cluster`, `bad-option`; `no-parts` when it does not fall into parts
   */
  async split(
    cluster: number,
    options: SplitOptions & { label?: LabelOptions; signal?: AbortSignal } = {},
  ): Promise<number[]> {
    const { label = {}, signal, ...how } = options;
    const { edit } = await withLabelProgress(this.id, signal, (hooks) =>
      proposeSplit(this.#numbers(), cluster as ClusterId, how, { label, ...hooks }),
    );
    return this.#madeBy(this.#edit(edit));
  }

  /**
   * Moves rows into a cluster.
   * @param to its id, -1 for none; or a label: that of a cluster that is there, or of a new one
   * @returns id of the cluster
   * @throws LatentScopeError `bad-rows` (also for none), `unknown-cluster`, `bad-label`; `bad-cluster` when several clusters have that label
   */
  assign(rows: RowsLike, to: number | string): number {
    const set = rowSet(this.#indices(rows));
    if (typeof to === "number") {
      this.#edit({ kind: "assign", rows: set, cluster: to as ClusterId });
      return to;
    }
    const label = cleanLabel(to);
    const known = this.#state.content.clusters.filter((cluster) => cluster.label === label);
    if (known.length > 1)
      throw new LatentScopeError(
        "bad-cluster",
        `The clusters ${known.map(({ id }) => id).join(" and ")} have the label "${label}". Say which one by its id.`,
      );
    const target = known.length ? { cluster: known[0].id } : { label };
    const [made = target.cluster] = this.#madeBy(this.#edit({ kind: "assign", rows: set, ...target }));
    return Number(made);
  }

  /** Marks rows as deleted: they stay in {@link rows}, and are neither drawn, counted nor found. @throws LatentScopeError `bad-rows` */
  delete(rows: RowsLike): void {
    this.#edit({ kind: "delete", rows: rowSet(this.#indices(rows)) });
  }

  /** Takes the mark off again. @throws LatentScopeError `bad-rows` */
  restore(rows: RowsLike): void {
    this.#edit({ kind: "restore", rows: rowSet(this.#indices(rows)) });
  }

  /** Gives rows a tag. @throws LatentScopeError `bad-rows`, `bad-name` */
  tag(rows: RowsLike, tag: string): void {
    this.#edit({ kind: "tag", rows: rowSet(this.#indices(rows)), tag });
  }

  /** Takes a tag from rows. @throws LatentScopeError `bad-rows`, `unknown-tag` */
  untag(rows: RowsLike, tag: string): void {
    this.#edit({ kind: "untag", rows: rowSet(this.#indices(rows)), tag });
  }

  /**
   * Gives clusters labels by their rows as they are now.
   * @param clusters which; left out, those whose labels are stale. A person's label is replaced only when its cluster is named
   * @param options as the option `label` of a run. Default: keywords. Where a model fails, the reason is in `label_error`; a label that a person gave
   * or that is not stale stays, others are made of keywords
   * @returns the number of new labels, those included that failed
   * @throws LatentScopeError `unknown-cluster`, `bad-cluster` (-1), `bad-option`, `unknown-model`, `interrupted`; `labelling-failed` when
   * all that were asked for failed and are labels of a person
   */
  async relabel(clusters?: readonly number[], options: LabelOptions & { signal?: AbortSignal } = {}): Promise<number> {
    const { signal, ...how } = options;
    const { labels } = await withLabelProgress(this.id, signal, (hooks) =>
      proposeLabels(this.#numbers(), clusters, how, hooks),
    );
    if (labels.length) this.#edit({ kind: "relabel", labels });
    return labels.length;
  }

  /**
   * The sets of labels that were made for these clusters, by `label` of any options, oldest first.
   * @returns `labels` (its id), `model`, `clusters` (how many it has a label for), `created`
   */
  async labelSets(): Promise<pl.DataFrame> {
    const { dataset, clustering } = this.#parts;
    return labelSetsFrame(await listLabelSets(dataset, clustering));
  }

  /**
   * Gives the clusters the labels of a set that was made before, in one undo step. A cluster that was edited gets the label of the one with which it shares
   * most rows; labels that a person gave stay.
   * @param labels id of the set: "cluster-001-labels-002"
   * @returns the number of clusters that it has a label for
   * @throws LatentScopeError `not-found`
   */
  async useLabels(labels: string): Promise<number> {
    const { dataset, clustering } = this.#parts;
    const found = await labelsOfSet(dataset, clustering, labels, this.#state.content);
    if (found.length) this.#edit({ kind: "relabel", labels: found });
    return found.length;
  }

  /**
   * Moves outliers into the clusters that they likeliest belong to, the most probable first, until so many are left.
   * @param options.share part of all rows that stays unclustered, 0 to 1
   * @returns the rows moved: `ls_index`, `cluster`, `probability` (0 to 1: the density at which the row joins its cluster, against that in the
   * middle of the cluster)
   * @throws LatentScopeError `bad-option`
   */
  async setOutliers({ share, signal }: { share: number; signal?: AbortSignal }): Promise<pl.DataFrame> {
    checkNumber("share", share, { least: 0, greatest: 1 });
    const { content } = this.#state;
    const sizes = clusterSizes(content);
    const rows = [...sizes.values()].reduce((sum, { size }) => sum + size, 0);
    const table = await outlierTable(this.#numbers(), signal);
    const now = sizes.get(UNCLUSTERED)?.size ?? 0;
    const count = Math.max(0, Math.min(table.rows.length, now - Math.floor(share * rows)));
    if (count) this.#edit(outliersEdit(table, count));
    return pl.DataFrame([
      int64("ls_index", Int32Array.from(table.rows.subarray(0, count))),
      int64("cluster", table.clusters.slice(0, count)),
      pl.Series("probability", Array.from(table.probabilities.subarray(0, count)), pl.Float64),
    ]);
  }

  /**
   * Makes the edits of another run of this dataset here: rows are the same by `ls_index`, clusters are those that share most rows.
   * @param edits the other scope, or its `edits`, all or some
   * @returns what became of each: `edit`, `kind`, `outcome` ("applied", "partly", "already", "left out"), `code`, `reason`
   * @throws LatentScopeError `bad-option`, `other-dataset`, `not-found`
   */
  async replay(edits: Scope | pl.DataFrame): Promise<pl.DataFrame> {
    const apply = (edit: ContentEdit): void => void this.#edit(edit);
    const { session } = this.#parts;
    if (edits instanceof Scope) {
      this.#checkDataset(edits.name);
      return replayEdits(session, edits.#parts.session, undefined, apply);
    }
    const wanted = wantedEdits(edits);
    if (!wanted) return replayEdits(session, session, new Set(), apply);
    const [dataset, id] = wanted.scope.split("/");
    this.#checkDataset(dataset);
    return replayEdits(session, await this.#parts.sibling(id), wanted.numbers, apply);
  }

  /**
   * Writes the edits into the files that Latent Scope reads: labels, clusters, hulls, deleted rows, tags, transactions. (The edits themselves are on
   * the disk as soon as they are made.)
   * @throws LatentScopeError `data-dir-not-writable`, `damaged-file`, `interrupted`
   */
  async save(options: { signal?: AbortSignal } = {}): Promise<void> {
    const { session, source, dataset, scopeId } = this.#parts;
    const scope = { ...source, base: session.base, dataset, scopeId };
    const adopt = (outside: readonly ContentEdit[]): ScopeState => {
      session.refresh();
      this.adopt(outside);
      return session.state;
    };
    await saveEdits(scope, adopt, options.signal);
  }

  /** @internal Goes on from the first look of the run that made this scope: its map comes from there, and what was selected there is. */
  lookedAt(looked: Looked): void {
    this.#looked = looked;
    if (looked.selection.length) this.#parts.session.select(looked.selection);
  }

  /** @internal What is compared with another scope. */
  compared(): Compared {
    return { content: this.#state.content, coordinates: this.#parts.source.coordinates };
  }

  /** @internal Id of the widget model of its maps. */
  mapModel(): string {
    return this.#shownMap().modelId;
  }

  /** @internal Takes in what other programs have done to the files. */
  adopt(outside: readonly ContentEdit[]): void {
    for (const edit of outside)
      try {
        this.#parts.session.edit(edit, "files");
      } catch (error) {
        if (!(error instanceof LatentScopeError)) throw error;
        if (error.code !== "no-change") process.stderr.write(`A change in the files was left out: ${error.message}\n`);
      }
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
    const [checked] = this.#indices([row]);
    return this.#matches(await this.#parts.search.byRow(checked, this.#found(options.k, 10, options.signal)));
  }

  /** Takes back the newest edit that stands, whoever made it. @throws LatentScopeError `nothing-to-undo` */
  undo(): void {
    this.#edit({ kind: "undo" });
  }

  /** Makes the edit undone last again. @throws LatentScopeError `nothing-to-redo` */
  redo(): void {
    this.#edit({ kind: "redo" });
  }

  /** Calls `listener` at each event from now on. Returns a function that ends that. */
  on<K extends keyof ScopeEvents>(event: K, listener: ScopeEvents[K]): () => void {
    if (event === "selection") return this.#parts.session.on("selection", () => listener(this.selection));
    return this.#parts.session.on("edit", () => listener(this.edits.tail(1)));
  }

  /**
   * Writes the scope to a file, in the format that its extension names: .parquet, .csv and .jsonl are tables of {@link rows} (in CSV, tags are
   * joined by ", "); .png and .svg are pictures of the map; .html is one page with the map, which needs no kernel and no network.
   *
   *     await scope.export("outliers.csv", { rows: { cluster: -1 } })
   *
   * @param file relative to the working directory; its folder is there already. What was in it is replaced
   * @returns the absolute path
   * @throws LatentScopeError `bad-option` for other extensions and sizes; `not-writable`; those of {@link select} for `rows`; `interrupted`
   */
  async export(file: string, options: ExportOptions = {}): Promise<string> {
    const { session, source, textColumn } = this.#parts;
    const { rows, signal, texts, ...look } = options;
    const indices = rows === undefined ? null : this.#indices(rows);
    const shown = indices && rowSet(indices);
    const { title, coordinates, themes } = this.#mapSource();
    return exportTo(
      file,
      {
        rows: () => (indices ? selectionFrame(this.rows, indices) : this.rows),
        picture: async (format) => {
          const { bytes, labelled } = await picture(
            { ...{ title, coordinates, themes, shown }, state: this.#state, savedAssignment: session.base.assignment },
            format,
            look,
            signal,
          );
          if (!labelled) process.stderr.write(`${NO_FONTS}\n`);
          return bytes;
        },
        page: async () => {
          const { height, theme } = look;
          const most = texts === undefined ? MOST_TEXTS : texts ? Infinity : 0;
          const packed = most ? await packRows(source.input, textColumn, most, signal) : null;
          return mapPage(this.#mapSource(), session, { height, theme, shown, rows: packed });
        },
      },
      signal,
    );
  }

  /**
   * Shows the map in this cell. In a plain Node script writes it as an HTML page into the dataset's folder and says where.
   * @param options.height height of every map of this scope in CSS pixels: 560 by default, and as the window in a page
   */
  show(options: { height?: number } = {}): void {
    if (!jupyter()) return writeMapPage(this.#mapSource(), this.#parts.session, options.height, this.path);
    const map = this.#shownMap();
    if (options.height !== undefined) map.setHeight(options.height);
    map.display();
  }

  /**
   * Colours the points of every map of this scope.
   * @param column a column of the input with numbers, dates or few different values; "cluster" (as at first) or "tags"
   * @throws LatentScopeError `no-such-column`
   */
  colorBy(column: string): void {
    if (column === "cluster" || column === "tags") return this.#parts.session.setLook({ colorBy: column });
    this.#columns.check(column);
    this.#parts.session.setLook({ colorBy: { column } });
  }

  /**
   * Has every map of this scope show some rows only, the others faintly: what a person filters by there comes on top.
   * @param rows null for all
   * @throws LatentScopeError `bad-rows` and others, as {@link select}
   */
  filter(rows: RowsLike | null): void {
    this.#parts.session.setLook({ filter: rows === null ? null : rowSet(this.#indices(rows)) });
  }

  /**
   * Has every map of this scope that is shown move to some rows, or to all for null.
   * @throws LatentScopeError `bad-rows` (also for none) and others, as {@link select}
   */
  zoomTo(rows: RowsLike | null): void {
    const indices = rows === null ? Uint32Array.from({ length: this.#state.rows }, (_, i) => i) : this.#indices(rows);
    if (!indices.length) throw new LatentScopeError("bad-rows", "There are no rows to move to.");
    this.#map?.zoomTo(indices);
  }

  /** What Jupyter shows when a scope is the last expression of a cell. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return jupyter() ? this.#shownMap().mimebundle() : { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  toString(): string {
    const sizes = clusterSizes(this.#state.content);
    const outliers = sizes.get(UNCLUSTERED)?.size ?? 0;
    const clusters = sizes.size - Number(sizes.has(UNCLUSTERED));
    const rows = [...sizes.values()].reduce((sum, { size }) => sum + size, 0);
    const count = (n: number): string => n.toLocaleString("en");
    return `Scope ${this.name}/${this.id}: ${count(rows)} rows, ${count(clusters)} clusters, ${count(outliers)} unclustered (${this.path})`;
  }

  #found(k: number | undefined, preset: number, signal: AbortSignal | undefined): SearchOptions {
    const { deleted } = this.#state.content;
    return { k: checkNumber("k", k ?? preset, { least: 1, whole: true }), skip: (row) => deleted[row] === 1, signal };
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
    // another kernel may have edited this scope
    this.#parts.session.refresh();
    return this.#parts.session.state;
  }

  /** Makes an edit in a cell. A cell may run again: one that changes nothing any more is no error, and is not logged. */
  #edit(edit: Edit): LogEntry | undefined {
    try {
      return this.#parts.session.edit(edit, "code");
    } catch (error) {
      if (error instanceof LatentScopeError && error.code === "no-change") return undefined;
      throw error;
    }
  }

  #madeBy(entry: LogEntry | undefined): number[] {
    return entry ? [...this.#parts.session.madeBy(entry.id)] : [];
  }

  #indices(rows: RowsLike): Uint32Array {
    const { textColumn } = this.#parts;
    return toIndices({ state: this.#state, rows: () => this.rows, textColumn }, rows);
  }

  /** What numbers are computed from. */
  #numbers() {
    const { rows, source } = this.#parts;
    return { content: this.#state.content, rows, coordinates: source.coordinates };
  }

  #checkDataset(name: string): void {
    if (name === this.name) return;
    throw new LatentScopeError(
      "other-dataset",
      `These are edits of the dataset "${name}", and this scope is of "${this.name}": their rows are not the same.`,
    );
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
    return (this.#map ??= new ScopeMap(
      this.#mapSource(),
      this.#parts.session,
      DEFAULT_HEIGHT,
      this.#looked?.positions,
    ));
  }

  #mapSource(): MapSource {
    const { dataset, scopeId, source, textColumn, search, clustering } = this.#parts;
    return {
      scope: `${dataset.name}/${scopeId}`,
      title: dataset.name,
      coordinates: source.coordinates,
      themes: this.#parts.themes,
      columns: this.#columns,
      similarities: (query) => search.similarities(query, {}),
      neighbors: (row, k) => search.byRow(this.#indices([row])[0], this.#found(k, k, undefined)),
      table: (rows, format) => tableBytes(selectionFrame(this.rows, this.#indices(rows)), format),
      rowDetails: (rows) => rowDetails(source.input, textColumn, rows),
      proposeSplit: async (cluster, options) => (await proposeSplit(this.#numbers(), cluster, options)).edit,
      outlierTable: () => outlierTable(this.#numbers()),
      proposeLabels: async (clusters) => (await proposeLabels(this.#numbers(), clusters, {})).labels,
      labelSets: () => listLabelSets(dataset, clustering),
      labelsOfSet: (id) => labelsOfSet(dataset, clustering, id, this.#state.content),
    };
  }
}
