import { findCluster } from "../clusters";
import { LatentScopeError } from "../errors";
import type { ClusterId } from "../ids";
import { cleanLabel } from "../labels";
import { rowsOf, type RowSet } from "../rows";
import type { EditKind } from "./index";

/** Moves rows into a cluster that is there (-1: into none), or into a new one with this label. */
export type AssignEdit = {
  readonly kind: "assign";
  readonly rows: RowSet;
} & ({ readonly cluster: ClusterId } | { readonly label: string });

export const assign: EditKind<AssignEdit> = {
  apply(draft, edit) {
    const rows = someRows(edit.rows, draft.rows, "moved");
    const isNew = "label" in edit;
    const cluster = isNew
      ? draft.make({ label: cleanLabel(edit.label), labelSource: "user" })
      : findCluster(draft.content, edit.cluster).id;
    const count = draft.move(rows, cluster);
    return { cluster, rows: count, detail: { rows: edit.rows, ...(isNew ? { label: cleanLabel(edit.label) } : {}) } };
  },
  mapClusters: (edit, to) => ("cluster" in edit ? { ...edit, cluster: to(edit.cluster) } : edit),
};

/** The rows of an edit that needs some. @throws LatentScopeError `bad-rows` */
export function someRows(set: RowSet, count: number, what: string): Uint32Array {
  const rows = rowsOf(set, count);
  if (!rows.length)
    throw new LatentScopeError("bad-rows", `No rows are given to be ${what}. Select some, or name them.`);
  return rows;
}
