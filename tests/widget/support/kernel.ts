import {
  applyEntry,
  DEFAULT_LOOK,
  initialState,
  LatentScopeError,
  mapClusters,
  packScope,
  savedContent,
  select,
  type Actor,
  type ClusterId,
  type ClusterTheme,
  type Edit,
  type ErrorCode,
  type KernelMessage,
  type LabelSet,
  type LogEntry,
  type Look,
  type MadeCluster,
  type MapMessage,
  type Part,
  type SavedContent,
  type ScopeState,
} from "../../../src/scope";
import type { Blobs } from "./blobs";
import { labelsOfSet, outlierTable, relabelling, splitProposal } from "./proposals";
import { columnOf, columns, orderOf, rowColumns, similarityOf } from "./table";

type Binary = Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Float32Array;
type Listener = (content: KernelMessage, buffers: DataView[]) => void;

/** The kernel's side of one widget model, with the real reducer behind it; as a real one, it answers in order, and only when it is not busy. */
export class SimulatedKernel {
  state: ScopeState;
  selectionRevision = 0;
  look: Look = DEFAULT_LOOK;
  /** Where the rows come from in pages that open from now on. */
  from: Uint16Array | null = null;
  themes: readonly ClusterTheme[] = [];
  labelSets: readonly LabelSet[] = [];
  busy = false;
  /** False when the process has gone: messages are lost. */
  alive = true;
  /** True when the model's comm has been closed: sending throws. */
  closed = false;
  /** Every message of the map, as it was sent. */
  readonly received: MapMessage[] = [];
  readonly models: SimulatedModel[] = [];
  private readonly queue: (() => void)[] = [];
  private readonly seen = new Map<string, KernelMessage>();
  /** Ids of the clusters that each edit made. */
  private readonly made = new Map<string, readonly ClusterId[]>();
  private readonly saved: SavedContent;

  constructor(
    readonly data: Blobs,
    private readonly application: { hash: string; bytes: Uint8Array } = { hash: "none", bytes: new Uint8Array(0) },
    private readonly textOf: (row: number) => string | null = (row) => `Text of row ${row}.`,
  ) {
    this.saved = savedContent(data.clusters, data.assignment);
    this.state = initialState(this.saved);
  }

  /** The widget model of a page that opens now. */
  open(): SimulatedModel {
    const packed = packScope(this.saved, this.state);
    const { savedAssignment } = packed;
    const model = new SimulatedModel(this, {
      scope: "blobs/scopes-001",
      title: "blobs",
      rows: this.data.rows,
      positions: view(this.data.positions),
      from: this.from && view(this.from),
      ...packed,
      assignment: view(packed.assignment as Int32Array),
      savedAssignment: savedAssignment && view(savedAssignment as Int32Array),
      selection: view(this.state.selection),
      selectionRevision: this.selectionRevision,
      app: this.application.hash,
      height: 560,
      look: this.look,
      themes: this.themes,
    });
    this.models.push(model);
    return model;
  }

  /** An edit in a cell. */
  edit(edit: Edit, actor: Actor = "code"): void {
    this.apply({ edit, actor, id: `code-${this.state.revision + 1}` });
  }

  /** A selection in a cell. */
  select(rows: ArrayLike<number>, id: string | null = null): void {
    this.state = select(this.state, rows);
    this.tell({ type: "selection", id, revision: ++this.selectionRevision }, this.state.selection);
  }

  /** The cell ends: what came in the meantime is answered. */
  idle(): void {
    this.busy = false;
    for (const task of this.queue.splice(0)) task();
  }

  /** What the map said. */
  take(message: MapMessage, buffers: readonly ArrayBuffer[]): void {
    if (this.closed) throw new Error("Cannot send");
    this.received.push(structuredClone(message));
    if (!this.alive) return;
    this.queue.push(() => this.answer(message, buffers));
    queueMicrotask(() => {
      if (!this.busy) for (const task of this.queue.splice(0)) task();
    });
  }

  tell(message: KernelMessage, ...buffers: Binary[]): void {
    for (const model of this.models) model.deliver(structuredClone(message), buffers.map(view));
  }

  private answer(message: MapMessage, buffers: readonly ArrayBuffer[]): void {
    switch (message.type) {
      case "ping":
        return this.tell({ type: "pong", id: message.id, revision: this.state.revision });
      case "entries":
        for (const { entry } of this.state.log.slice(message.revision)) this.tell({ type: "entry", entry });
        return;
      case "rows":
        return this.tell({
          type: "rows",
          id: message.id,
          rows: message.rows.map((row) => ({ row, text: this.textOf(row), columns: rowColumns(row) })),
        });
      case "columns":
        return this.tell({ type: "columns", id: message.id, columns });
      case "column": {
        const found = columnOf(message.name, this.data.rows);
        if (!found) return this.refuse(message.id, "no-such-column", `There is no column "${message.name}".`);
        const { column, values } = found;
        return this.tellParts(values, (part) => ({ type: "column", id: message.id, column, ...part }));
      }
      case "order": {
        const rows = orderOf(message.name, message.descending, this.data.rows);
        if (!rows) return this.refuse(message.id, "no-such-column", `There is no column "${message.name}".`);
        return this.tellParts(rows, (part) => ({ type: "order", id: message.id, ...part }));
      }
      case "find": {
        const wanted = message.text.toLowerCase();
        const rows = this.rows().filter((row) => this.textOf(row)?.toLowerCase().includes(wanted));
        return this.tellParts(rows, (part) => ({ type: "found", id: message.id, ...part }));
      }
      case "search": {
        if (message.query === "unsearchable")
          return this.refuse(message.id, "model-missing", "The model of this embedding is not there.");
        const values = Float32Array.from(this.rows(), (row) => similarityOf(message.query, this.textOf(row), row));
        return this.tellParts(values, (part) => ({ type: "similarities", id: message.id, ...part }));
      }
      case "neighbors": {
        const rows = this.nearest(message.row).slice(0, message.k);
        const similarities = rows.map((_, i) => 0.95 - 0.03 * i);
        return this.tell({ type: "neighbors", id: message.id, rows, similarities });
      }
      case "label-sets":
        return this.tell({ type: "label-sets", id: message.id, sets: this.labelSets });
      case "use-labels": {
        const edit = labelsOfSet(this.state.content, message.set);
        return this.refusable(message.id, () => this.apply({ edit, actor: "map", id: message.id }));
      }
      case "export": {
        const rows = [...new Uint32Array(buffers[0])];
        const bytes = new TextEncoder().encode(`${message.format}\n${rows.join("\n")}\n`);
        return this.tellParts(bytes, (part) => ({ type: "file", id: message.id, ...part }));
      }
      case "app": {
        const { hash, bytes } = this.application;
        const half = Math.ceil(bytes.length / 2);
        this.tell({ type: "app", id: message.id, hash, part: 0, parts: 2 }, bytes.subarray(0, half));
        return this.tell({ type: "app", id: message.id, hash, part: 1, parts: 2 }, bytes.subarray(half));
      }
      case "edit": {
        const before = this.seen.get(message.id);
        if (before) return this.tell(before);
        const { id, edit, made = [] } = message;
        return this.refusable(id, () => this.apply({ edit: this.resolve(edit, made), actor: "map", id }));
      }
      case "select":
        return this.refusable(message.id, () => this.select(new Uint32Array(buffers[0]), message.id));
      case "propose-split":
        return this.refusable(message.id, () => {
          const edit = splitProposal(this.state.content, this.data.positions, message.cluster, message.options);
          this.tell({ type: "proposal", id: message.id, edit });
        });
      case "propose-outliers": {
        const { rows, clusters, probabilities } = outlierTable(this.state.content, this.data.positions);
        return this.tell({ type: "outliers", id: message.id }, rows, clusters, probabilities);
      }
      case "look":
        this.look = message.look;
        return this.tell({ type: "look", look: this.look });
      case "relabel":
        return this.refusable(message.id, () =>
          this.apply({ edit: relabelling(this.state.content, message.clusters), actor: "map", id: message.id }),
        );
    }
  }

  /** An edit of clusters by the ids that they have got here. */
  private resolve(edit: Edit, made: readonly MadeCluster[]): Edit {
    return mapClusters(edit, (id) => {
      const maker = made.find(({ cluster }) => cluster === id);
      const known = maker ? this.made.get(maker.by)?.[maker.part] : id;
      if (known === undefined) throw new LatentScopeError("unknown-cluster", `Cluster ${id} was not made.`);
      return known;
    });
  }

  private apply(edit: Omit<LogEntry, "revision" | "time">): void {
    const entry: LogEntry = { ...edit, revision: this.state.revision + 1, time: "2026-01-01T00:00:00.000Z" };
    const first = this.state.nextCluster;
    this.state = applyEntry(this.state, entry);
    const made = Array.from({ length: this.state.nextCluster - first }, (_, i) => (first + i) as ClusterId);
    this.made.set(entry.id, made);
    const message: KernelMessage = { type: "entry", entry };
    this.seen.set(entry.id, message);
    this.tell(message);
  }

  private rows(): Uint32Array {
    return Uint32Array.from({ length: this.data.rows }, (_, row) => row);
  }

  /** The other rows by their distance on the map. */
  private nearest(row: number): number[] {
    const { positions } = this.data;
    const distance = (other: number): number =>
      Math.hypot(positions[2 * other] - positions[2 * row], positions[2 * other + 1] - positions[2 * row + 1]);
    return [...this.rows()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b) || a - b);
  }

  /** An answer in two parts, the second of which comes first: a page puts them in their order. */
  private tellParts(values: Binary | Float64Array, message: (part: Part) => KernelMessage): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const half = bytes.length >> 1;
    this.tell(message({ part: 1, parts: 2 }), bytes.subarray(half));
    this.tell(message({ part: 0, parts: 2 }), bytes.subarray(0, half));
  }

  private refuse(id: string, code: ErrorCode, message: string): void {
    this.tell({ type: "refused", id, code, message });
  }

  private refusable(id: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      this.tell({ type: "refused", id, code: error.code, message: error.message });
    }
  }
}

/** A widget model as anywidget gives it to `render`. */
export class SimulatedModel {
  private readonly listeners = new Set<Listener>();
  /** True while messages of the kernel get lost on the way. */
  lossy = false;
  /** True while they are held up. */
  slow = false;
  private readonly held: (() => void)[] = [];

  constructor(
    private readonly kernel: SimulatedKernel,
    private readonly state: Record<string, unknown>,
  ) {}

  get(key: string): never {
    return this.state[key] as never;
  }

  on(_event: "msg:custom", listener: Listener): void {
    this.listeners.add(listener);
  }

  off(_event: "msg:custom", listener: Listener): void {
    this.listeners.delete(listener);
  }

  send(content: MapMessage, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.kernel.take(content, buffers);
  }

  deliver(content: KernelMessage, buffers: DataView[]): void {
    if (this.lossy) return;
    const arrive = () => {
      for (const listener of this.listeners) listener(content, buffers);
    };
    if (this.slow) this.held.push(arrive);
    else arrive();
  }

  /** What was held up arrives: in the order of `order`, its indices taken round; what is left then as it was sent. */
  release(order: readonly number[] = []): void {
    const waiting = this.held.splice(0);
    const rest = new Set(waiting);
    for (const index of order) {
      const arrive = waiting[index % waiting.length];
      arrive?.();
      rest.delete(arrive);
    }
    for (const arrive of rest) arrive();
  }
}

function view(values: Binary): DataView {
  const bytes = new Uint8Array(values.byteLength + 1);
  // as over the wire: at an odd offset of a larger buffer
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 1);
  return new DataView(bytes.buffer, 1);
}
