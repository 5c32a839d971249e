import type { Look, ScopeState } from "../../scope";
import type { Status } from "../root";
import type { KernelStatus } from "./heartbeat";

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
  /** True while new labels are on their way. */
  readonly relabelling: boolean;
  readonly kernel: KernelStatus;
  readonly notice: Notice | null;
  readonly look: Look;
}

/** The status of a whole view: what waits for the kernel goes before how the kernel is, a dead kernel before all. */
export function statusOf({ kernel, pending }: Snapshot): Status {
  if (kernel === "dead" || kernel === "offline") return kernel;
  return pending ? "pending" : kernel;
}
