import { findInside } from "../clusters";
import { LatentScopeError } from "../errors";
import { UNCLUSTERED, type ClusterId } from "../ids";
import { rowsOf, type RowSet } from "../rows";
import type { EditKind } from "./index";

/** Moves outliers into the clusters that they are likeliest to belong to. */
export interface OutliersEdit {
  readonly kind: "outliers";
  readonly moves: readonly { readonly cluster: ClusterId; readonly rows: RowSet }[];
}

export const outliers: EditKind<OutliersEdit> = {
  apply(draft, edit) {
    const taken = new Uint8Array(draft.rows);
    let count = 0;
    const to = edit.moves.map((move) => {
      const { id } = findInside(draft.content, move.cluster, "given outliers in this way");
      const rows = rowsOf(move.rows, draft.rows);
      for (const row of rows) {
        if (draft.content.assignment[row] !== UNCLUSTERED)
          throw new LatentScopeError("bad-rows", `Row ${row} is no outlier any more: it is in a cluster.`);
        if (taken[row]) throw new LatentScopeError("bad-rows", `Row ${row} is given to two clusters.`);
        taken[row] = 1;
      }
      count += rows.length;
      draft.move(rows, id);
      return { cluster: id, rows: rows.length };
    });
    return { cluster: UNCLUSTERED, rows: count, detail: { to } };
  },
  mapClusters: (edit, to) => ({
    ...edit,
    moves: edit.moves.map(({ cluster, rows }) => ({ cluster: to(cluster), rows })),
  }),
};
