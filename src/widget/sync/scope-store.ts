import {
  initialState,
  rowList,
  LatentScopeError,
  replay,
  unpackRows,
  unpackSaved,
  type ClusterId,
  type ClusterTheme,
  type Edit,
  type KernelMessage,
  type Look,
  type MapMessage,
  type WidgetState,
} from "../../scope";
import {
  connect,
  idMaker,
  ownBuffer,
  ownPositions,
  type Connection,
  type KernelSays,
  type WidgetModel,
} from "./connection";
import { Heartbeat, type KernelStatus } from "./heartbeat";
import { accept, editMessage, hasGap, optimistic, propose, refuse, type Optimistic } from "./optimistic";
import { acceptSelection, proposeSelection, refuseSelection, selection, type Selection } from "./selection";
import type { Notice, Snapshot } from "./snapshot";

/**
 * One scope on one page: every view of a widget model shares it. Edits and selections show at once, go to the kernel, and are confirmed, rebased or dropped by its answers.
 */
export class ScopeStore {
  readonly title: string;
  readonly rows: number;
  readonly height: number;
  readonly positions: Uint16Array;
  /** Where the rows come from, until a view has shown it. */
  private from: Uint16Array | null;
  readonly themes: readonly ClusterTheme[];
  /** Cluster of each row before any edit. */
  readonly savedAssignment: Int32Array;
  readonly connection: Connection;
  readonly nextId = idMaker();
  snapshot: Snapshot;
  private edits: Optimistic;
  private selected: Selection;
  /** Requests on their way whose refusal is for a person to read, and that are neither edits nor selections; relabelling among them. */
  private readonly asked = new Map<string, MapMessage["type"]>();
  private look: Look;
  private notice: Notice | null = null;
  private askedFor = -1;
  private lastPing: { readonly id: string; readonly waiting: ReadonlySet<string> } = { id: "", waiting: new Set() };
  private readonly heartbeat: Heartbeat;
  private readonly listeners = new Set<() => void>();
  private readonly messageListeners = new Set<(message: KernelMessage, buffers: readonly DataView[]) => void>();
  private views = 0;

  /** @param earlier messages that came before there was a store */
  constructor(model: WidgetModel, earlier: readonly KernelSays[] = []) {
    this.title = model.get("title");
    this.rows = model.get("rows");
    this.height = model.get("height");
    this.positions = ownPositions(model.get("positions") as DataView, this.rows);
    const base = initialState(unpackSaved((key) => model.get(key)));
    this.themes = model.get("themes");
    this.savedAssignment = base.content.assignment;
    this.edits = optimistic(replay(base, model.get("log")));
    this.selected = selection(unpackRows(model.get("selection") as DataView), model.get("selectionRevision"));
    this.look = model.get("look");
    const from = model.get("from");
    this.from = from && ownPositions(from as DataView, this.rows);
    this.connection = connect(model);
    this.heartbeat = new Heartbeat(
      () => this.ping(),
      (status, before) => this.kernelChanged(status, before),
    );
    this.snapshot = this.makeSnapshot();
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
    for (const [message, buffers] of earlier) this.receive(message, buffers);
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

  /** What the kernel has said of what changes, for a page that opens now. */
  heard(): Pick<WidgetState, "log" | "selection" | "selectionRevision" | "look"> {
    return {
      log: this.edits.confirmed.log.map(({ entry }) => entry),
      selection: new DataView(ownBuffer(this.selected.confirmed)),
      selectionRevision: this.selected.revision,
      look: this.look,
    };
  }

  /** Where the rows come from, for the first view that asks; null for the others. */
  takeFrom(): Uint16Array | null {
    const { from } = this;
    this.from = null;
    return from;
  }

  /** Makes an edit; one that would change nothing is none. Returns false, with a notice, when it does not fit. */
  edit(edit: Edit): boolean {
    const id = this.nextId();
    const revision = this.edits.visible.revision;
    try {
      this.edits = propose(this.edits, { id, edit, time: new Date().toISOString() });
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      if (error.code === "no-change") return true;
      this.warn(error.message);
      return false;
    }
    this.ask(editMessage(this.edits.pending[this.edits.pending.length - 1], revision));
    this.changed();
    return true;
  }

  rename(cluster: ClusterId, label: string): boolean {
    return this.edit({ kind: "rename", cluster, label });
  }

  /** Takes back the newest edit that is shown, and no other that may have come since. */
  undo(): boolean {
    return this.edit({ kind: "undo", entry: this.edits.visible.done.at(-1)?.entry.id });
  }

  redo(): boolean {
    return this.edit({ kind: "redo", entry: this.edits.visible.undone.at(-1)?.entry.id });
  }

  select(rows: Uint32Array): void {
    const id = this.nextId();
    this.selected = proposeSelection(this.selected, id, rows);
    this.ask({ type: "select", id }, [ownBuffer(rows)]);
    this.changed();
  }

  /** Gives the selection a name. Returns false, with a notice, when it cannot have it. */
  nameSelection(name: string): boolean {
    return this.edit({ kind: "remember", name, rows: rowList(this.selected.visible) });
  }

  forgetSelection(name: string): boolean {
    return this.edit({ kind: "forget", name });
  }

  /** Selects what has this name. */
  recallSelection(name: string): void {
    const rows = this.edits.visible.content.selections.get(name);
    if (rows) this.select(rows);
  }

  /** Gives the clusters the labels of a set that was made before. */
  useLabels(set: string): void {
    this.request({ type: "use-labels", id: this.nextId(), set });
  }

  /** Has a model label these clusters, or those whose labels are stale. */
  relabel(clusters: readonly ClusterId[] | null): void {
    this.request({ type: "relabel", id: this.nextId(), clusters });
  }

  /** Looks at the map in another way, here and in every other view. */
  setLook(look: Partial<Look>): void {
    this.look = { ...this.look, ...look };
    this.ask({ type: "look", look: this.look });
    this.changed();
  }

  /** Says something that went wrong. */
  warn(text: string): void {
    this.notice = { text, number: (this.notice?.number ?? 0) + 1 };
    this.changed();
  }

  /** Sends what the kernel should answer. Returns false when it cannot be reached. */
  ask(message: MapMessage, buffers?: ArrayBuffer[]): boolean {
    const delivered = this.connection.send(message, buffers);
    this.heartbeat.sent(delivered);
    return delivered;
  }

  private request(message: Extract<MapMessage, { id: string }>): void {
    if (this.ask(message)) this.asked.set(message.id, message.type);
    this.changed();
  }

  private receive(message: KernelMessage, buffers: readonly DataView[]): void {
    this.heartbeat.heard();
    switch (message.type) {
      case "entry":
        this.takeEntries(message);
        break;
      case "refused":
        this.takeRefusal(message);
        break;
      case "selection":
        if (message.id !== null) this.asked.delete(message.id);
        this.selected = acceptSelection(this.selected, message.id, message.revision, unpackRows(buffers[0]));
        this.changed();
        break;
      case "pong":
        // answers come in order: what was sent before the question and has no answer by now was lost, or its answer was
        if (message.id === this.lastPing.id) this.resend(this.lastPing.waiting);
        this.askedFor = -1;
        if (message.revision > this.edits.confirmed.revision) this.askForEntries();
        break;
      case "look":
        this.look = message.look;
        this.changed();
        break;
      default:
        break;
    }
    for (const listener of this.messageListeners) listener(message, buffers);
  }

  /** A refusal of what another page asked for is not for this one. */
  private takeRefusal({ id, code, message }: Extract<KernelMessage, { type: "refused" }>): void {
    const asked = this.asked.get(id);
    const own = asked !== undefined || this.waiting().includes(id);
    this.asked.delete(id);
    this.edits = refuse(this.edits, id);
    this.selected = refuseSelection(this.selected, id);
    if (!own) return;
    if (code !== "no-change") this.warn(message);
    else if (asked === "relabel") this.warn("No label is stale.");
    else this.changed();
  }

  private takeEntries({ entry }: Extract<KernelMessage, { type: "entry" }>): void {
    try {
      this.edits = accept(this.edits, [entry]);
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      this.warn(`This map no longer follows the kernel. Reload the page. (${error.message})`);
      return;
    }
    this.asked.delete(entry.id);
    if (hasGap(this.edits)) this.askForEntries();
    this.changed();
  }

  private askForEntries(): void {
    const { revision } = this.edits.confirmed;
    if (this.askedFor === revision) return;
    this.askedFor = revision;
    this.ask({ type: "entries", revision });
  }

  /** Ids of the edits and the selection that have no answer yet. */
  private waiting(): string[] {
    const waiting = this.edits.pending.map((edit) => edit.id);
    return this.selected.pending ? [...waiting, this.selected.pending.id] : waiting;
  }

  private ping(): boolean {
    this.lastPing = { id: this.nextId(), waiting: new Set(this.waiting()) };
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
    pending.forEach((edit, i) => {
      if (ids.has(edit.id)) this.connection.send(editMessage(edit, confirmed.revision + i));
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
    return {
      state: { ...this.edits.visible, selection: this.selected.visible },
      revision: this.edits.confirmed.revision,
      pending: this.edits.pending.length + (this.selected.pending ? 1 : 0),
      pendingClusters: this.edits.pendingClusters,
      // one that a silent kernel was asked for may never come
      relabelling: this.heartbeat.status !== "dead" && [...this.asked.values()].includes("relabel"),
      kernel: this.heartbeat.status,
      notice: this.notice,
      look: this.look,
    };
  }
}
