import { findInside } from "../clusters";
import type { ClusterId } from "../ids";
import { cleanDescription, cleanLabel } from "../labels";
import type { EditKind } from "./index";

/** Gives a cluster a label (and a description, when there is one) that no model will overwrite. */
export interface RenameEdit {
  readonly kind: "rename";
  readonly cluster: ClusterId;
  readonly label: string;
  readonly description?: string;
}

export const rename: EditKind<RenameEdit> = {
  apply(draft, edit) {
    const before = findInside(draft.content, edit.cluster, "renamed");
    const label = cleanLabel(edit.label);
    const description = edit.description === undefined ? before.description : cleanDescription(edit.description);
    draft.label(before.id, { label, description, labelSource: "user" });
    const described = edit.description === undefined ? {} : { description };
    return { cluster: before.id, rows: 0, detail: { label, ...described, before: before.label } };
  },
  mapClusters: (edit, to) => ({ ...edit, cluster: to(edit.cluster) }),
};
