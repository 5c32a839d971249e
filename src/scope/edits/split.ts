import { findInside } from "../clusters";
import { LatentScopeError } from "../errors";
import type { ClusterId } from "../ids";
import { cleanLabel } from "../labels";
import { rowsOf, type RowSet } from "../rows";
import type { LabelOrigin, LabelSource } from "../state";
import type { EditKind } from "./index";

/** Puts the rows of a cluster into new ones. The cluster itself is gone, unless some of its rows are in no part. */
export interface SplitEdit {
  readonly kind: "split";
  readonly cluster: ClusterId;
  readonly parts: readonly ProposedPart[];
}

/** One part of a cluster that is to be split. */
export interface ProposedPart {
  readonly rows: RowSet;
  readonly label: string;
  readonly description: string;
  readonly labelSource: LabelSource;
  readonly labelModel: string | null;
  /** Why the model failed, when it did: then the label is made of keywords. */
  readonly labelError?: string | null;
  readonly labelOrigin?: LabelOrigin | undefined;
}

export const split: EditKind<SplitEdit> = {
  apply(draft, edit) {
    const { id, label } = findInside(draft.content, edit.cluster, "split");
    const parts = edit.parts.map((part) => rowsOf(part.rows, draft.rows));
    if (parts.length < 2 || parts.some(({ length }) => !length))
      throw new LatentScopeError("no-parts", `Cluster ${id} is split into at least two parts, each with a row.`);
    const taken = new Uint8Array(draft.rows);
    for (const rows of parts)
      for (const row of rows) {
        if (taken[row]) throw new LatentScopeError("bad-rows", `Row ${row} is in two parts of cluster ${id}.`);
        taken[row] = 1;
        if (draft.content.assignment[row] !== id)
          throw new LatentScopeError("bad-rows", `Row ${row} is not in cluster ${id}, which is to be split.`);
      }
    const made = edit.parts.map((part, i) => {
      const { description, labelSource, labelModel, labelError = null, labelOrigin } = part;
      const label = cleanLabel(part.label);
      const cluster = draft.make({ label, description, labelSource, labelModel, labelError, labelOrigin });
      draft.move(parts[i], cluster);
      return { cluster, label: part.label, rows: parts[i].length };
    });
    return {
      cluster: id,
      rows: parts.reduce((sum, { length }) => sum + length, 0),
      detail: { before: label, parts: made },
    };
  },
  mapClusters: (edit, to) => ({ ...edit, cluster: to(edit.cluster) }),
};
