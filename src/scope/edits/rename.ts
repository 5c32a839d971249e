import { LatentScopeError } from "../errors";
import { UNCLUSTERED, type ClusterId } from "../ids";
import type { Cluster, Content } from "../state";
import type { EditKind } from "./index";

/** Gives a cluster a label (and a description, when there is one) that no model will overwrite. */
export interface RenameEdit {
  readonly kind: "rename";
  readonly cluster: ClusterId;
  readonly label: string;
  readonly description?: string;
}

/** Longest label, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 200;

export const rename: EditKind<RenameEdit> = {
  apply(content, edit) {
    if (edit.cluster === UNCLUSTERED)
      throw new LatentScopeError(
        "bad-label",
        "Cluster -1 holds the outliers and keeps its label. Rename another cluster.",
      );
    const cluster = findCluster(content, edit.cluster);
    const renamed: Cluster = {
      ...cluster,
      label: cleanLabel(edit.label),
      description: edit.description ?? cluster.description,
      labelSource: "user",
      labelModel: null,
      labelError: null,
      stale: false,
    };
    return { ...content, clusters: content.clusters.map((c) => (c === cluster ? renamed : c)) };
  },
  summary(content, edit) {
    const { label, description } = findCluster(content, edit.cluster);
    return {
      cluster: edit.cluster,
      rows: 0,
      detail: {
        from: label,
        to: cleanLabel(edit.label),
        ...(edit.description === undefined ? {} : { description: [description, edit.description] }),
      },
    };
  },
};

/** The cluster with this id. @throws LatentScopeError `unknown-cluster` */
export function findCluster(content: Content, id: number): Cluster {
  const cluster = content.clusters.find((c) => c.id === id);
  if (cluster) return cluster;
  const ids = content.clusters.map((c) => c.id).filter((c) => c !== UNCLUSTERED);
  const known = ids.length
    ? `The clusters are ${ids.length > 12 ? `${ids.slice(0, 12).join(", ")}, … ${ids[ids.length - 1]}` : ids.join(", ")}.`
    : "This scope has no clusters.";
  throw new LatentScopeError("unknown-cluster", `There is no cluster ${id}. ${known}`);
}

/** A label as it is stored: one line, trimmed. @throws LatentScopeError `bad-label` when empty or longer than {@link MAX_LABEL_LENGTH} */
export function cleanLabel(label: unknown): string {
  if (typeof label !== "string")
    throw new LatentScopeError("bad-label", `A label is a string, not ${label === null ? "null" : typeof label}.`);
  // control characters and line breaks would break one-line displays and the log
  const clean = label.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  if (!clean)
    throw new LatentScopeError("bad-label", "The label is empty. Give the cluster a name of at least one character.");
  if (clean.length > MAX_LABEL_LENGTH)
    throw new LatentScopeError(
      "bad-label",
      `The label has ${clean.length} characters; at most ${MAX_LABEL_LENGTH} fit. Put the rest into the description.`,
    );
  return clean;
}
