import {
  DEFAULT_LOOK,
  NO_CATEGORY,
  packAssignment,
  type ColumnMeta,
  type KernelMessage,
  type MapMessage,
  type Part,
  type WidgetState,
} from "../../src/scope";
import { LocalModel } from "../../src/widget/sync/local-model";
import type { Points } from "../map/points";
import { labelledClusters, themesOfTens } from "./synthetic";

type Values = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Bytes of a part of an answer. */
const PART_BYTES = 4 * 1024 * 1024;
const CATEGORIES = 20;

/** A widget model whose kernel has every answer ready: what a page does with the answers is measured, not their making. Each comes in a task of its own. */
export class PromptKernel extends LocalModel {
  /** Bytes that the binary values of the widget's state take on the wire, and those of all buffers in messages since, both ways; the application's aside. */
  readonly bytes: { readonly state: number; messages: number };
  /** Answers on their way. */
  waiting = 0;
  private readonly columns: ReadonlyMap<string, { readonly column: ColumnMeta; readonly values: Values }>;
  private readonly order: Uint32Array;
  private readonly found: Uint32Array;
  private readonly similarities: Float32Array;
  private revision = 0;
  private selectionRevision = 0;

  constructor(
    { rows, positions, assignment, clusters }: Points,
    private readonly application: { readonly hash: string; readonly bytes: Uint8Array },
  ) {
    const binary = { positions: wire(positions), assignment: wire(packAssignment(assignment)) };
    super({
      ...{ scope: "bench/scopes-001", title: "bench", rows, ...binary, from: null, revision: 0 },
      ...{
        clusters: labelledClusters(clusters),
        deleted: "" as WidgetState["deleted"],
        savedAssignment: null,
        savedClusters: null,
      },
      ...{ savedDeleted: null, tags: [], nextCluster: clusters, log: [], selection: wire(new Uint32Array(0)) },
      ...{ selectionRevision: 0, selections: [], app: application.hash, height: 560, look: DEFAULT_LOOK },
      themes: themesOfTens(clusters),
    });
    this.bytes = { state: binary.positions.byteLength + binary.assignment.byteLength, messages: 0 };
    const categories = Array.from({ length: CATEGORIES }, (_, i) => `Party ${i}`);
    const year = Float64Array.from({ length: rows }, (_, row) => 1790 + ((row * 7919) % 235));
    const words = Float64Array.from({ length: rows }, (_, row) => 10 ** (1 + ((row * 7919) % 1000) / 300));
    const party = Uint16Array.from({ length: rows }, (_, row) => (row % 7 ? (row * 31) % CATEGORIES : NO_CATEGORY));
    this.columns = new Map([
      ["year", { column: { name: "year", kind: "number" }, values: year }],
      ["words", { column: { name: "words", kind: "number" }, values: words }],
      ["party", { column: { name: "party", kind: "category", categories }, values: party }],
    ]);
    this.order = Uint32Array.from({ length: rows }, (_, row) => rows - 1 - row);
    this.found = Uint32Array.from({ length: Math.floor(rows / 3) }, (_, i) => 3 * i);
    this.similarities = Float32Array.from({ length: rows }, (_, row) => Math.cos(row));
  }

  override send(message: MapMessage, _callbacks?: undefined, buffers: ArrayBuffer[] = []): void {
    for (const { byteLength } of buffers) this.bytes.messages += byteLength;
    switch (message.type) {
      case "ping":
        return this.tell({ type: "pong", id: message.id, revision: this.revision });
      case "app": {
        const { hash, bytes } = this.application;
        return this.tell({ type: "app", id: message.id, hash, part: 0, parts: 1 }, bytes);
      }
      case "edit": {
        const { id, edit } = message;
        const entry = { revision: ++this.revision, id, time: "2026-01-01T00:00:00.000Z", actor: "map", edit } as const;
        return this.tell({ type: "entry", entry });
      }
      case "select": {
        const told = { type: "selection", id: message.id, revision: ++this.selectionRevision } as const;
        return this.tell(told, new Uint32Array(buffers[0]));
      }
      case "rows": {
        const rows = message.rows.map((row) => ({ row, text: `The text of row ${row}.`, columns: [] }));
        return this.tell({ type: "rows", id: message.id, rows });
      }
      case "columns": {
        const columns = [...this.columns.values()].map(({ column: { name, kind } }) => ({ name, kind }));
        return this.tell({ type: "columns", id: message.id, columns });
      }
      case "column": {
        const known = this.columns.get(message.name);
        if (!known) throw new Error(`There is no column ${message.name}.`);
        return this.tellParts(known.values, (part) => ({
          ...{ type: "column", id: message.id, column: known.column },
          ...part,
        }));
      }
      case "order":
        return this.tellParts(this.order, (part) => ({ type: "order", id: message.id, ...part }));
      case "find":
        return this.tellParts(this.found, (part) => ({ type: "found", id: message.id, ...part }));
      case "search":
        return this.tellParts(this.similarities, (part) => ({ type: "similarities", id: message.id, ...part }));
      case "neighbors":
        return this.tell({ type: "neighbors", id: message.id, rows: [0, 1], similarities: [0.9, 0.8] });
      case "look":
        return this.tell({ type: "look", look: message.look });
      default:
        throw new Error(`No answer is ready to "${message.type}".`);
    }
  }

  private tellParts(values: Values, message: (part: Part) => KernelMessage): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    for (let part = 0; part < parts; part++)
      this.tell(message({ part, parts }), bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
  }

  private tell(message: KernelMessage, bytes?: Values): void {
    const buffers = bytes ? [new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)] : [];
    if (message.type !== "app") for (const { byteLength } of buffers) this.bytes.messages += byteLength;
    this.waiting++;
    setTimeout(() => {
      this.waiting--;
      this.hear(message, buffers);
    });
  }
}

/** Values as they arrive: at an odd offset of a larger buffer. */
function wire(values: Uint16Array | Int16Array | Int32Array | Uint32Array): DataView {
  const bytes = new Uint8Array(values.byteLength + 1);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 1);
  return new DataView(bytes.buffer, 1);
}
