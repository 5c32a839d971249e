import { LatentScopeError } from "../errors";
import { UNCLUSTERED, type ClusterId } from "../ids";
import { cleanLabel } from "../labels";
import type { LabelOrigin, LabelSource } from "../state";
import type { EditKind } from "./index";

/**
 * Gives clusters labels that a model made. Making them took time: a cluster that has another label by now than the one that was to be
 * replaced keeps it, for a person may have given it; and one that is gone is left out.
 */
export interface RelabelEdit {
  readonly kind: "relabel";
  readonly labels: readonly NewLabel[];
}

/** A label for a cluster in place of the one that it has. */
export interface NewLabel {
  readonly cluster: ClusterId;
  /** The label that it had when the model was asked. */
  readonly replaces: string;
  readonly label: string;
  readonly description: string;
  readonly labelSource: Exclude<LabelSource, "user">;
  readonly labelModel: string | null;
  /** Why the model failed, when it did: then the label is made of keywords. */
  readonly labelError: string | null;
  readonly labelOrigin?: LabelOrigin | undefined;
}

export const relabel: EditKind<RelabelEdit> = {
  apply(draft, edit) {
    const fitting = edit.labels.filter(({ cluster, replaces }) =>
      draft.content.clusters.some(({ id, label }) => id === cluster && label === replaces),
    );
    if (fitting.some(({ cluster }) => cluster === UNCLUSTERED))
      throw new LatentScopeError("bad-cluster", "Cluster -1 holds the outliers and is labelled by no model.");
    for (const { cluster, label, description, labelSource, labelModel, labelError, labelOrigin } of fitting) {
      const origin = { labelSource, labelModel, labelError, labelOrigin };
      draft.label(cluster, { label: cleanLabel(label), description, ...origin });
    }
    const labels = fitting.map(({ cluster, label, replaces }) => ({ cluster, label, before: replaces }));
    return { cluster: fitting.length === 1 ? fitting[0].cluster : null, rows: 0, detail: { labels } };
  },
  mapClusters: (edit, to) => ({
    ...edit,
    labels: edit.labels.map((label) => ({ ...label, cluster: to(label.cluster) })),
  }),
};
