import {
  LatentScopeError,
  type ColumnInfo,
  type ColumnMeta,
  type KernelMessage,
  type LabelSet,
  type MapMessage,
  type TableFormat,
} from "../../scope";
import { ownBuffer } from "./connection";
import type { ScopeStore } from "./scope-store";

/** A column with its values. */
export type Column = ColumnMeta & { readonly values: Float64Array | Uint16Array };

/** The rows nearest to one, best first. */
export interface Neighbours {
  readonly rows: readonly number[];
  /** Cosines, -1 to 1. */
  readonly similarities: readonly number[];
}

type AnswerType = "columns" | "column" | "order" | "found" | "similarities" | "neighbors" | "label-sets" | "file";
type Answer = Extract<KernelMessage, { type: AnswerType }>;
type QuestionType = "columns" | "column" | "order" | "find" | "search" | "neighbors" | "label-sets" | "export";
type Question = WithoutId<Extract<MapMessage, { type: QuestionType }>>;
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

interface Waiting {
  /** Bytes of the parts that have come, by number. */
  readonly parts: Map<number, DataView>;
  readonly resolve: (answer: { readonly message: Answer; readonly bytes: ArrayBuffer }) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Asks the kernel and gives its answers as promises. A kernel that is busy answers when it is free; what it refuses is rejected with its message,
 * and what is aborted with the signal's reason. Answers to other pages are ignored.
 */
export class Requests {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly store: ScopeStore) {
    store.onMessage((message, buffers) => this.receive(message, buffers));
  }

  /** The columns of the input. */
  async columns(): Promise<readonly ColumnInfo[]> {
    return (await this.ask({ type: "columns" }, "columns")).message.columns;
  }

  /** A column of numbers, dates or categories. */
  async column(name: string): Promise<Column> {
    const { message, bytes } = await this.ask({ type: "column", name }, "column");
    const { column } = message;
    return { ...column, values: column.kind === "category" ? new Uint16Array(bytes) : new Float64Array(bytes) };
  }

  /** All rows in the order of a column's values. */
  async order(name: string, descending: boolean, signal?: AbortSignal): Promise<Uint32Array> {
    return new Uint32Array((await this.ask({ type: "order", name, descending }, "order", { signal })).bytes);
  }

  /** The rows that contain a text, ascending. */
  async find(text: string, signal?: AbortSignal): Promise<Uint32Array> {
    return new Uint32Array((await this.ask({ type: "find", text }, "found", { signal })).bytes);
  }

  /** The similarity of each row to a text: a cosine, or NaN for a row without text. */
  async search(query: string, signal?: AbortSignal): Promise<Float32Array> {
    return new Float32Array((await this.ask({ type: "search", query }, "similarities", { signal })).bytes);
  }

  /** The `k` rows nearest to a row. */
  async neighbours(row: number, k: number, signal?: AbortSignal): Promise<Neighbours> {
    return (await this.ask({ type: "neighbors", row, k }, "neighbors", { signal })).message;
  }

  /** The sets of labels that were made for the clusters. */
  async labelSets(signal?: AbortSignal): Promise<readonly LabelSet[]> {
    return (await this.ask({ type: "label-sets" }, "label-sets", { signal })).message.sets;
  }

  /** Rows as the bytes of a file, in the order given. */
  async file(format: TableFormat, rows: Uint32Array): Promise<ArrayBuffer> {
    return (await this.ask({ type: "export", format }, "file", { buffers: [ownBuffer(rows)] })).bytes;
  }

  private async ask<T extends AnswerType>(
    question: Question,
    type: T,
    { signal, buffers }: { signal?: AbortSignal; buffers?: ArrayBuffer[] } = {},
  ): Promise<{ message: Extract<Answer, { type: T }>; bytes: ArrayBuffer }> {
    signal?.throwIfAborted();
    const id = this.store.nextId();
    const answer = await new Promise<{ message: Answer; bytes: ArrayBuffer }>((resolve, reject) => {
      this.waiting.set(id, { parts: new Map(), resolve, reject });
      signal?.addEventListener("abort", () => this.take(id)?.reject(signal.reason), { once: true });
      if (!this.store.ask({ ...question, id }, buffers))
        this.take(id)?.reject(
          new LatentScopeError("worker-failed", "The kernel cannot be asked: it is not there any more."),
        );
    });
    if (isOfType(answer.message, type)) return { message: answer.message, bytes: answer.bytes };
    throw new LatentScopeError("worker-failed", `The kernel answered "${answer.message.type}" to "${question.type}".`);
  }

  private receive(message: KernelMessage, buffers: readonly DataView[]): void {
    if (!("id" in message) || message.id === null) return;
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    if (message.type === "refused") this.take(message.id)?.reject(new LatentScopeError(message.code, message.message));
    else if (isAnswer(message)) {
      const parts = "parts" in message ? message.parts : 1;
      if (buffers[0]) waiting.parts.set("part" in message ? message.part : 0, buffers[0]);
      if (buffers[0] && waiting.parts.size < parts) return;
      this.take(message.id)?.resolve({ message, bytes: together(waiting.parts) });
    }
  }

  /** What waits for the answer to a question, which waits no longer. */
  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }
}

const answers: ReadonlySet<string> = new Set<AnswerType>([
  "columns",
  "column",
  "order",
  "found",
  "similarities",
  "neighbors",
  "label-sets",
  "file",
]);

function isAnswer(message: KernelMessage): message is Answer {
  return answers.has(message.type);
}

function isOfType<T extends AnswerType>(message: Answer, type: T): message is Extract<Answer, { type: T }> {
  return message.type === type;
}

/** The bytes of all parts in a buffer of their own, which any typed array can show. */
function together(parts: ReadonlyMap<number, DataView>): ArrayBuffer {
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, view]) => view);
  const bytes = new Uint8Array(ordered.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of ordered) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes.buffer;
}
