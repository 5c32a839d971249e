import {
  LatentScopeError,
  ownBytes,
  unpackRows,
  type ClusterId,
  type ContentEdit,
  type KernelMessage,
  type MapMessage,
  type SplitEdit,
  type SplitOptions,
} from "../../scope";
import type { ScopeStore } from "./scope-store";

/** Where each outlier belongs most probably; the most probable first. */
export interface OutlierTable {
  readonly rows: Uint32Array;
  readonly clusters: Int32Array;
  /** 0 to 1. */
  readonly probabilities: Float32Array;
}

type Question = Extract<MapMessage, { type: "propose-split" | "propose-outliers" }>;

interface Waiting {
  readonly take: (message: KernelMessage, buffers: readonly DataView[]) => void;
  readonly reject: (reason: LatentScopeError) => void;
}

/** Asks the kernel for edits that take it some time to work out. An answer that never comes leaves its promise unsettled. */
export class Proposals {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly store: ScopeStore) {
    store.onMessage((message, buffers) => this.receive(message, buffers));
  }

  /** How a cluster could be split. @throws LatentScopeError `no-parts`, `unknown-cluster` */
  proposeSplit(cluster: ClusterId, options: SplitOptions): Promise<SplitEdit> {
    const id = this.store.nextId();
    return this.ask({ type: "propose-split", id, cluster, options }, (message) =>
      message.type === "proposal" && isSplit(message.edit) ? message.edit : undefined,
    );
  }

  /** Where the outliers could go. */
  proposeOutliers(): Promise<OutlierTable> {
    const id = this.store.nextId();
    return this.ask({ type: "propose-outliers", id }, (message, [rows, clusters, probabilities]) =>
      message.type === "outliers"
        ? {
            rows: unpackRows(rows),
            clusters: new Int32Array(ownBytes(clusters)),
            probabilities: new Float32Array(ownBytes(probabilities)),
          }
        : undefined,
    );
  }

  private ask<T>(
    question: Question,
    read: (message: KernelMessage, buffers: readonly DataView[]) => T | undefined,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const take: Waiting["take"] = (message, buffers) => {
        const answer = read(message, buffers);
        if (answer !== undefined) resolve(answer);
      };
      this.waiting.set(question.id, { take, reject });
      if (this.store.ask(question)) return;
      this.waiting.delete(question.id);
      reject(new LatentScopeError("worker-failed", "The kernel cannot be asked: it is not there any more."));
    });
  }

  private receive(message: KernelMessage, buffers: readonly DataView[]): void {
    if (message.type !== "proposal" && message.type !== "outliers" && message.type !== "refused") return;
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.type === "refused") waiting.reject(new LatentScopeError(message.code, message.message));
    else waiting.take(message, buffers);
  }
}

function isSplit(edit: ContentEdit): edit is SplitEdit {
  return edit.kind === "split";
}
