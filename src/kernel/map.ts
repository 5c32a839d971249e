import type { Match, OutlierTable } from "../pipeline";
import {
  LatentScopeError,
  packScope,
  quantise,
  rowSet,
  type KernelMessage,
  type ClusterId,
  type ClusterTheme,
  type Content,
  type ContentEdit,
  type LogEntry,
  type MadeCluster,
  type MapMessage,
  type LabelSet,
  type NewLabel,
  type Part,
  type RowDetail,
  type SplitOptions,
  type TableFormat,
  type WidgetState,
} from "../scope";
import { readApplication } from "./application";
import type { InputColumns } from "./columns";
import type { MimeBundle, WidgetModel } from "./jupyter";
import { jupyter } from "./notebook";
import { savedPicture } from "./saved-picture";
import type { ScopeSession } from "./session";

/** Largest binary part of one message: far below the 10 MiB at which Jupyter drops messages. */
const PART_BYTES = 4 * 1024 * 1024;

export interface MapSource {
  /** "dataset/scopes-001" */
  readonly scope: string;
  readonly title: string;
  readonly coordinates: Float32Array;
  readonly themes: readonly ClusterTheme[];
  readonly columns: InputColumns;
  rowDetails(rows: readonly number[]): RowDetail[];
  /** How near each row is to a text in meaning. */
  similarities(query: string): Promise<Float32Array>;
  /** The rows nearest to a row, best first. */
  neighbors(row: number, k: number): Promise<readonly Match[]>;
  /** Rows as the bytes of a file, in this order. */
  table(rows: Uint32Array, format: TableFormat): Promise<Uint8Array>;
  /** A split of a cluster, that is not made by that. */
  proposeSplit(cluster: ClusterId, options: SplitOptions): Promise<ContentEdit>;
  /** Where each outlier belongs. */
  outlierTable(): Promise<OutlierTable>;
  /** The sets of labels that were made for the clusters. */
  labelSets(): Promise<readonly LabelSet[]>;
  /** The labels of a set, for the clusters as they are now. */
  labelsOfSet(set: string): Promise<readonly NewLabel[]>;
  /** New labels: of these clusters, or of all whose labels are stale. */
  proposeLabels(clusters: readonly ClusterId[] | undefined): Promise<readonly NewLabel[]>;
}

/** The widget state of a scope as it is now: all that a page needs to draw it. */
export function widgetState(
  source: MapSource,
  session: ScopeSession,
  height: number,
  from: Uint16Array | null = null,
): WidgetState {
  const { base, state } = session;
  return {
    scope: source.scope,
    title: source.title,
    rows: state.rows,
    positions: quantise(source.coordinates),
    from,
    ...packScope(base, state),
    selection: state.selection,
    selectionRevision: session.selectionRevision,
    app: readApplication().hash,
    height,
    themes: source.themes,
    look: session.look,
  };
}

/**
 * The maps of one scope: one widget model, of which every cell shows a view. Answers what the views ask and tells them what happens.
 */
export class ScopeMap {
  readonly #model: WidgetModel<WidgetState, MapMessage, KernelMessage>;
  readonly #source: MapSource;
  readonly #session: ScopeSession;
  /** Selections from maps that were made: a page that lost the answer asks again. */
  readonly #selectionsMade = new Set<string>();
  readonly #transport: NonNullable<ReturnType<typeof jupyter>>;
  #picture: { readonly content: Content; readonly bundle: Promise<MimeBundle> } | undefined;

  /** @param from where rows come from in pages that see the map when it is made: quantised x, y pairs */
  constructor(source: MapSource, session: ScopeSession, height: number, from: Uint16Array | null = null) {
    const transport = jupyter();
    if (!transport) throw new Error("a map needs a notebook");
    this.#transport = transport;
    this.#source = source;
    this.#session = session;
    this.#model = new transport.WidgetModel({
      esm: readApplication().module,
      state: widgetState(source, session, height, from),
      // what edits change is put together when a page asks for it, not at every edit
      late: () => ({ ...packScope(session.base, session.state), from: null }),
      text: `Map of ${source.title} (${session.state.rows.toLocaleString("en")} rows)`,
    });
    this.#model.onMessage((message, buffers) => this.#receive(message, buffers));
    session.on("edit", (entry) => this.#model.send({ type: "entry", entry }));
    session.on("selection", (_state, id) => this.#announceSelection(id));
    session.on("look", (look) => {
      this.#model.updateSilently({ look });
      this.#model.send({ type: "look", look });
    });
  }

  get modelId(): string {
    return this.#model.id;
  }

  /** Shows a view of the map in the cell that runs now, and below it a picture for where there is no kernel. */
  display(): void {
    this.#model.display();
    this.#displayPicture();
  }

  /** A view of the map as an output, without a picture. */
  view(): Record<string, unknown> {
    return this.#model.mimebundle();
  }

  /** The map as an output: what Jupyter stores for a cell whose last expression is a scope. The picture comes as another output of that cell. */
  mimebundle(): Record<string, unknown> {
    this.#displayPicture();
    return this.view();
  }

  setHeight(height: number): void {
    this.#model.update({ height });
  }

  /** Has every view show these rows. */
  zoomTo(rows: Uint32Array): void {
    this.#model.send({ type: "zoom", rows: rowSet(rows) });
  }

  /** A picture of the contents as they are now, made once for all cells that show them. */
  #displayPicture(): void {
    const { content } = this.#session.state;
    if (this.#picture?.content !== content)
      this.#picture = { content, bundle: savedPicture(this.#source, this.#session) };
    new this.#transport.CellDisplay().later(this.#picture.bundle);
  }

  #receive(message: MapMessage, buffers: readonly DataView[]): void {
    switch (message.type) {
      case "ping":
        // another kernel may have edited the same scope
        this.#session.refresh();
        return this.#model.send({ type: "pong", id: message.id, revision: this.#session.state.revision });
      case "rows":
        return this.#model.send({
          type: "rows",
          id: message.id,
          rows: this.#source.rowDetails(this.#inRange(message.rows)),
        });
      case "entries":
        return this.#session.state.log
          .slice(message.revision)
          .forEach(({ entry }) => this.#model.send({ type: "entry", entry }));
      case "app":
        return this.#sendApplication(message.id);
      case "edit":
        return this.#orRefuse(message.id, () => this.#edit(message.id, message.edit, message.made));
      case "select":
        return this.#orRefuse(message.id, () => this.#select(message.id, buffers[0]));
      case "look":
        return this.#session.setLook(message.look);
      case "columns":
        return this.#later(message.id, async () => {
          this.#model.send({ type: "columns", id: message.id, columns: await this.#source.columns.infos() });
        });
      case "column":
        return this.#later(message.id, async () => {
          const { column, values } = await this.#source.columns.values(message.name);
          this.#sendInParts({ type: "column", id: message.id, column }, values);
        });
      case "order":
        return this.#later(message.id, async () => {
          const order = await this.#source.columns.order(message.name, message.descending);
          this.#sendInParts({ type: "order", id: message.id }, order);
        });
      case "find":
        return this.#later(message.id, async () => {
          this.#sendInParts({ type: "found", id: message.id }, await this.#source.columns.find(message.text));
        });
      case "search":
        return this.#later(message.id, async () => {
          const similarities = await this.#source.similarities(message.query);
          this.#sendInParts({ type: "similarities", id: message.id }, similarities);
        });
      case "neighbors":
        return this.#later(message.id, async () => {
          const found = await this.#source.neighbors(message.row, message.k);
          const rows = found.map(({ row }) => row);
          const similarities = found.map(({ similarity }) => similarity);
          this.#model.send({ type: "neighbors", id: message.id, rows, similarities });
        });
      case "export":
        return this.#later(message.id, async () => {
          const bytes = await this.#source.table(uint32(buffers[0]), message.format);
          this.#sendInParts({ type: "file", id: message.id }, bytes);
        });
      case "propose-split":
        return this.#later(message.id, async () => {
          const edit = await this.#source.proposeSplit(message.cluster, message.options);
          this.#model.send({ type: "proposal", id: message.id, edit });
        });
      case "propose-outliers":
        return this.#later(message.id, async () => {
          const { rows, clusters, probabilities } = await this.#source.outlierTable();
          this.#model.send({ type: "outliers", id: message.id }, [rows, clusters, probabilities]);
        });
      case "label-sets":
        return this.#later(message.id, async () => {
          this.#model.send({ type: "label-sets", id: message.id, sets: await this.#source.labelSets() });
        });
      case "use-labels":
        return this.#later(message.id, async () => {
          const labels = await this.#source.labelsOfSet(message.set);
          this.#edit(message.id, { kind: "relabel", labels });
        });
      case "relabel":
        return this.#later(message.id, async () => {
          const labels = await this.#source.proposeLabels(message.clusters ?? undefined);
          this.#edit(message.id, { kind: "relabel", labels });
        });
    }
  }

  #edit(id: string, edit: LogEntry["edit"], made?: readonly MadeCluster[]): void {
    const before = this.#session.state.revision;
    const entry = this.#session.edit(edit, "map", id, made);
    // a repeated request: its entry was announced before the page (re)connected
    if (entry.revision <= before) this.#model.send({ type: "entry", entry });
  }

  #select(id: string, rows: DataView | undefined): void {
    if (this.#selectionsMade.has(id)) return this.#announceSelection(id);
    this.#session.select(uint32(rows), id);
    this.#selectionsMade.add(id);
  }

  #orRefuse(id: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  /** Does what takes time, while the kernel goes on. */
  #later(id: string, act: () => Promise<void>): void {
    act().catch((error: unknown) => this.#refuse(id, error));
  }

  #refuse(id: string, error: unknown): void {
    if (!(error instanceof LatentScopeError)) throw error;
    this.#model.send({ type: "refused", id, code: error.code, message: error.message });
  }

  #announceSelection(id: string | null): void {
    // a copy: messages are sent by reference, and the state's own array stays ours
    const selection = this.#session.state.selection.slice();
    const selectionRevision = this.#session.selectionRevision;
    this.#model.updateSilently({ selection, selectionRevision });
    this.#model.send({ type: "selection", id, revision: selectionRevision }, [selection]);
  }

  #sendApplication(id: string): void {
    const { gzipped, hash } = readApplication();
    this.#sendInParts({ type: "app", id, hash }, gzipped);
  }

  /** Sends an answer whose bytes are too many for one message. Nothing is one empty part. */
  #sendInParts(message: WithoutPart<KernelMessage>, values: ArrayBufferView): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    for (let part = 0; part < parts; part++)
      this.#model.send({ ...message, part, parts }, [bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)]);
  }

  #inRange(rows: readonly number[]): number[] {
    return rows.filter((row) => Number.isInteger(row) && row >= 0 && row < this.#session.state.rows);
  }
}

/** Messages of which there is a part for each piece of their bytes, before they are cut. */
type WithoutPart<M> = M extends Part ? Omit<M, keyof Part> : never;

function uint32(bytes: DataView | undefined): Uint32Array {
  if (!bytes || bytes.byteLength % 4 !== 0)
    throw new LatentScopeError("bad-rows", "A selection comes as a buffer of Uint32 rows.");
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
