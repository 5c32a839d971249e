import {
  initialState,
  LatentScopeError,
  replay,
  unpackRows,
  unpackSaved,
  type ClusterId,
  type Edit,
  type KernelMessage,
  type ScopeState,
} from "../../scope";
import { connect, idMaker, ownBuffer, type Connection, type WidgetModel } from "./connection";
import { Heartbeat, type KernelStatus } from "./heartbeat";
import { accept, hasGap, optimistic, propose, refuse, type Optimistic } from "./optimistic";
import { RowDetails } from "./row-details";
import { acceptSelection, proposeSelection, refuseSelection, selection, type Selection } from "./selection";

/** Something that went wrong and that a person should read, such as a refused edit. */
export interface Notice {
  readonly text: string;
  /** Counts up, so that the same text twice is two notices. */
  readonly number: number;
}

/** All that the views of one scope show. Immutable: a change makes a new one. */
export interface Snapshot {
  /** Confirmed by the kernel and pending of this page together, selection included. */
  readonly state: ScopeState;
  /** Revision that the kernel has confirmed. */
  readonly revision: number;
  /** Edits and selections that the kernel has not answered yet. */
  readonly pending: number;
  /** Clusters that a pending edit concerns. */
  readonly pendingClusters: ReadonlySet<number>;
  readonly kernel: KernelStatus;
  readonly notice: Notice | null;
}

/**
 * One scope on one page: every view of a widget model shares it. Edits and selections show at once, go to the kernel, and are confirmed, rebased or dropped by its answers.
 */
export class ScopeStore {
  readonly title: string;
  readonly rows: number;
  readonly height: number;
  readonly positions: Uint16Array;
  readonly details: RowDetails;
  readonly connection: Connection;
  readonly nextId = idMaker();
  snapshot: Snapshot;
  private edits: Optimistic;
  private selected: Selection;
  private notice: Notice | null = null;
  private askedFor = -1;
  private lastPing: { readonly id: string; readonly waiting: ReadonlySet<string> } = { id: "", waiting: new Set() };
  private readonly heartbeat: Heartbeat;
  private readonly listeners = new Set<() => void>();
  private readonly messageListeners = new Set<(message: KernelMessage, buffers: readonly DataView[]) => void>();
  private views = 0;

  constructor(model: WidgetModel) {
    this.title = model.get("title");
    this.rows = model.get("rows");
    this.height = model.get("height");
    this.positions = positionsOf(model.get("positions") as DataView, this.rows);
    const base = initialState(unpackSaved((key) => model.get(key), this.rows));
    this.edits = optimistic(replay(base, model.get("log")));
    this.selected = selection(unpackRows(model.get("selection") as DataView), model.get("selectionRevision"));
    this.connection = connect(model);
    this.heartbeat = new Heartbeat(
      () => this.ping(),
      (status, before) => this.kernelChanged(status, before),
    );
    this.details = new RowDetails(this.connection, this.nextId, this.rows, (delivered) =>
      this.heartbeat.sent(delivered),
    );
    this.snapshot = this.makeSnapshot();
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
  }

  /** Calls back after every change. Returns a function that stops it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back for every message of the kernel. Returns a function that stops it. */
  onMessage(listener: (message: KernelMessage, buffers: readonly DataView[]) => void): () => void {
    this.messageListeners.add(listener);
    return () => this.messageListeners.delete(listener);
  }

  /** A view begins to show this scope: the heartbeat runs while there is one. Returns a function that ends it. */
  attach(): () => void {
    if (this.views++ === 0) this.heartbeat.start();
    let attached = true;
    return () => {
      if (!attached) return;
      attached = false;
      if (--this.views === 0) this.heartbeat.stop();
    };
  }

  /** Makes an edit. Returns false, with a notice, when it does not fit. */
  edit(edit: Edit): boolean {
    const id = this.nextId();
    const revision = this.edits.visible.revision;
    try {
      this.edits = propose(this.edits, { id, edit, time: new Date().toISOString() });
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      this.warn(error.message);
      return false;
    }
    this.heartbeat.sent(this.connection.send({ type: "edit", id, revision, edit }));
    this.changed();
    return true;
  }

  rename(cluster: ClusterId, label: string): boolean {
    return this.edit({ kind: "rename", cluster, label });
  }

  select(rows: Uint32Array): void {
    const id = this.nextId();
    this.selected = proposeSelection(this.selected, id, rows);
    this.heartbeat.sent(this.connection.send({ type: "select", id }, [ownBuffer(rows)]));
    this.changed();
  }

  private warn(text: string): void {
    this.notice = { text, number: (this.notice?.number ?? 0) + 1 };
    this.changed();
  }

  private receive(message: KernelMessage, buffers: readonly DataView[]): void {
    this.heartbeat.heard();
    switch (message.type) {
      case "entry":
        this.takeEntries(message);
        break;
      case "refused":
        this.edits = refuse(this.edits, message.id);
        this.selected = refuseSelection(this.selected, message.id);
        this.warn(message.message);
        break;
      case "selection":
        this.selected = acceptSelection(this.selected, message.id, message.revision, unpackRows(buffers[0]));
        this.changed();
        break;
      case "rows":
        this.details.receive(message.id, message.rows);
        break;
      case "pong":
        // answers come in order: what was sent before the question and has no answer by now was lost, or its answer was
        if (message.id === this.lastPing.id) this.resend(this.lastPing.waiting);
        this.askedFor = -1;
        if (message.revision > this.edits.confirmed.revision) this.askForEntries();
        break;
      case "app":
        break;
    }
    for (const listener of this.messageListeners) listener(message, buffers);
  }

  private takeEntries({ entry }: Extract<KernelMessage, { type: "entry" }>): void {
    try {
      this.edits = accept(this.edits, [entry]);
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      this.warn(`This map no longer follows the kernel. Reload the page. (${error.message})`);
      return;
    }
    if (hasGap(this.edits)) this.askForEntries();
    this.changed();
  }

  private askForEntries(): void {
    const { revision } = this.edits.confirmed;
    if (this.askedFor === revision) return;
    this.askedFor = revision;
    this.heartbeat.sent(this.connection.send({ type: "entries", revision }));
  }

  private ping(): boolean {
    const waiting = this.edits.pending.map((edit) => edit.id);
    if (this.selected.pending) waiting.push(this.selected.pending.id);
    this.lastPing = { id: this.nextId(), waiting: new Set(waiting) };
    return this.connection.send({ type: "ping", id: this.lastPing.id });
  }

  private kernelChanged(status: KernelStatus, before: KernelStatus): void {
    // a kernel that was silent may have lost what it was told
    if (status === "ready" && before === "dead") this.heartbeat.askNow();
    this.changed();
  }

  /** Sends what is still unanswered once more: the kernel knows by its id what it has had already. */
  private resend(ids: ReadonlySet<string>): void {
    const { confirmed, pending } = this.edits;
    pending.forEach(({ id, edit }, i) => {
      if (ids.has(id)) this.connection.send({ type: "edit", id, revision: confirmed.revision + i, edit });
    });
    const { pending: selecting } = this.selected;
    if (selecting && ids.has(selecting.id))
      this.connection.send({ type: "select", id: selecting.id }, [ownBuffer(selecting.rows)]);
  }

  private changed(): void {
    this.snapshot = this.makeSnapshot();
    for (const listener of this.listeners) listener();
  }

  private makeSnapshot(): Snapshot {
    const clusters = this.edits.pending.flatMap(({ edit }) => ("cluster" in edit ? [edit.cluster as number] : []));
    return {
      state: { ...this.edits.visible, selection: this.selected.visible },
      revision: this.edits.confirmed.revision,
      pending: this.edits.pending.length + (this.selected.pending ? 1 : 0),
      pendingClusters: new Set(clusters),
      kernel: this.heartbeat.status,
      notice: this.notice,
    };
  }
}

/** The positions in an array of their own: what arrives may not be aligned to two bytes. */
function positionsOf(view: DataView, rows: number): Uint16Array {
  return new Uint16Array(view.buffer.slice(view.byteOffset, view.byteOffset + rows * 4));
}
