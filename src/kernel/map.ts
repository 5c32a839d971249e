import {
  LatentScopeError,
  packAssignment,
  quantise,
  type KernelMessage,
  type LogEntry,
  type MapMessage,
  type RowDetail,
  type WidgetState,
} from "../scope";
import { readApplication } from "./application";
import type { WidgetModel } from "./jupyter";
import { jupyter } from "./notebook";
import type { ScopeSession } from "./session";

/** Largest binary part of one message: far below the 10 MiB at which Jupyter drops messages. */
const PART_BYTES = 4 * 1024 * 1024;

export interface MapSource {
  /** "dataset/scopes-001" */
  readonly scope: string;
  readonly title: string;
  readonly coordinates: Float32Array;
  rowDetails(rows: readonly number[]): RowDetail[];
}

/** The widget state of a scope as it is now: all that a page needs to draw it. */
export function widgetState(source: MapSource, session: ScopeSession, height: number): WidgetState {
  const { base, state } = session;
  return {
    scope: source.scope,
    title: source.title,
    rows: state.rows,
    positions: quantise(source.coordinates),
    assignment: packAssignment(base.assignment),
    clusters: base.clusters,
    log: state.log,
    selection: state.selection,
    selectionRevision: session.selectionRevision,
    app: readApplication().hash,
    height,
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

  constructor(source: MapSource, session: ScopeSession, height: number) {
    const transport = jupyter();
    if (!transport) throw new Error("a map needs a notebook");
    this.#source = source;
    this.#session = session;
    this.#model = new transport.WidgetModel({
      esm: readApplication().module,
      state: widgetState(source, session, height),
      text: `Map of ${source.title} (${session.state.rows.toLocaleString("en")} rows)`,
    });
    this.#model.onMessage((message, buffers) => this.#receive(message, buffers));
    session.on("edit", (entry, state) => {
      this.#model.updateSilently({ log: state.log });
      this.#model.send({ type: "entry", entry });
    });
    session.on("selection", (_state, id) => this.#announceSelection(id));
  }

  /** Shows a view of the map in the cell that runs now. */
  display(): void {
    this.#model.display();
  }

  /** The map as an output: what Jupyter stores for a cell whose last expression is a scope. */
  mimebundle(): Record<string, unknown> {
    return this.#model.mimebundle();
  }

  setHeight(height: number): void {
    this.#model.update({ height });
  }

  #receive(message: MapMessage, buffers: readonly DataView[]): void {
    switch (message.type) {
      case "ping":
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
          .forEach((entry) => this.#model.send({ type: "entry", entry }));
      case "app":
        return this.#sendApplication(message.id);
      case "edit":
        return this.#orRefuse(message.id, () => this.#edit(message.id, message.edit));
      case "select":
        return this.#orRefuse(message.id, () => this.#select(message.id, buffers[0]));
    }
  }

  #edit(id: string, edit: LogEntry["edit"]): void {
    const before = this.#session.state.revision;
    const entry = this.#session.edit(edit, "map", id);
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
      if (!(error instanceof LatentScopeError)) throw error;
      this.#model.send({ type: "refused", id, code: error.code, message: error.message });
    }
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
    const parts = Math.ceil(gzipped.length / PART_BYTES);
    for (let part = 0; part < parts; part++) {
      const bytes = gzipped.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      this.#model.send({ type: "app", id, hash, part, parts }, [bytes]);
    }
  }

  #inRange(rows: readonly number[]): number[] {
    return rows.filter((row) => Number.isInteger(row) && row >= 0 && row < this.#session.state.rows);
  }
}

function uint32(bytes: DataView | undefined): Uint32Array {
  if (!bytes || bytes.byteLength % 4 !== 0)
    throw new LatentScopeError("bad-rows", "A selection comes as a buffer of Uint32 rows.");
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
