import { clusterSizes, type Content } from "../scope";

/** What the attributes of a root element tell. */
export interface Described {
  readonly title: string;
  readonly rows: number;
  readonly selected: number;
  readonly revision: number;
  readonly content: Content;
  readonly status: Status;
}

/** What `data-status` says. */
export type Status = "ready" | "busy" | "pending" | "offline" | "dead";

/** Number of deleted rows. */
export function countDeleted(content: Content): number {
  let count = 0;
  for (const { rows, size } of clusterSizes(content).values()) count += rows - size;
  return count;
}

/**
 * Writes the attributes of a root element that styling and tests hold on to: `data-latentscope`, `data-rows`, `data-selected`, `data-revision`, `data-status`,
 * `data-deleted`.
 */
export function describe(root: HTMLElement, { title, rows, selected, revision, content, status }: Described): void {
  Object.assign(root.dataset, { latentscope: title, rows, selected, revision, status, deleted: countDeleted(content) });
}
