import { findInside, rowsInClusters } from "../clusters";
import { LatentScopeError } from "../errors";
import type { ClusterId } from "../ids";
import { cleanLabel } from "../labels";
import type { EditKind } from "./index";

/** Moves all rows of some clusters into the first of them, which keeps its id, and its label unless one is given. The others are gone. */
export interface MergeEdit {
  readonly kind: "merge";
  readonly clusters: readonly ClusterId[];
  readonly label?: string;
}

export const merge: EditKind<MergeEdit> = {
  apply(draft, edit) {
    const ids = [...new Set(edit.clusters)];
    const labels = ids.map((id) => findInside(draft.content, id, "merged").label);
    if (ids.length < 2)
      throw new LatentScopeError(
        "bad-cluster",
        `A merge takes at least two different clusters, and ${ids.length ? `${ids[0]} is one` : "none is given"}.`,
      );
    const [into, ...others] = ids;
    const rows = rowsInClusters(draft.content, others);
    draft.move(rows, into);
    if (edit.label !== undefined) draft.label(into, { label: cleanLabel(edit.label), labelSource: "user" });
    const detail = { clusters: ids, before: labels, ...(edit.label === undefined ? {} : { label: edit.label }) };
    return { cluster: into, rows: rows.length, detail };
  },
  mapClusters: (edit, to) => ({ ...edit, clusters: edit.clusters.map(to) }),
};
