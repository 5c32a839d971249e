import type { Draft } from "../change";
import type { RowSet } from "../rows";
import { someRows } from "./assign";
import type { EditKind, EditSummary } from "./index";

/** Marks rows as deleted: they keep their place and cluster, and are neither drawn, counted nor found. */
export interface DeleteEdit {
  readonly kind: "delete";
  readonly rows: RowSet;
}

/** Takes the mark off again. */
export interface RestoreEdit {
  readonly kind: "restore";
  readonly rows: RowSet;
}

export const deleteRows: EditKind<DeleteEdit> = { apply: mark, mapClusters: (edit) => edit };
export const restore: EditKind<RestoreEdit> = { apply: mark, mapClusters: (edit) => edit };

function mark(draft: Draft, { kind, rows: set }: DeleteEdit | RestoreEdit): EditSummary {
  const rows = someRows(set, draft.rows, `${kind}d`);
  const count = draft.setDeleted(rows, kind === "delete");
  return { cluster: null, rows: count, detail: { rows: set } };
}
