import {
  findInside,
  liveMembers,
  UNCLUSTERED,
  type Cluster,
  type ClusterId,
  type Content,
  type NewLabel,
} from "../scope";
import { plural } from "./format";
import { checkLabelOptions, type LabelOptions } from "./label";
import { centralRows } from "./label/central";
import { labelAnew, labellingFailed, type LabelHooks, type LabelReport } from "./label/label-anew";
import { NEIGHBOURS, textsOf, type ClusterLabel } from "./label/make-labels";
import { nearestClusters } from "./label/neighbours";
import type { RowVectors } from "./row-vectors";

/** New labels, and what a model did for them; undefined for keywords. */
export interface ProposedLabels {
  readonly labels: NewLabel[];
  readonly report: LabelReport | undefined;
}

/**
 * Makes new labels for clusters by their rows as they are now. Where a model fails, a label that a person gave or that fits its rows stays; others
 * are made of keywords. The reason is beside the label.
 * @param wanted clusters; left out, all whose labels are stale
 * @throws LatentScopeError `unknown-cluster`, `bad-cluster`, `bad-option`, `unknown-model`, `interrupted`; `labelling-failed` when no label is changed
 * by it
 */
export async function proposeLabels(
  { content, rows, coordinates }: { content: Content; rows: RowVectors; coordinates: Float32Array },
  wanted: readonly number[] | undefined,
  options: LabelOptions,
  hooks: LabelHooks = {},
): Promise<ProposedLabels> {
  checkLabelOptions(options);
  const stale = content.clusters.filter(({ id, stale: old }) => old && id !== UNCLUSTERED).map(({ id }) => id);
  const ids = new Set<number>(wanted ? wanted.map((id) => findInside(content, id, "labelled by a model").id) : stale);
  if (!ids.size) return { labels: [], report: undefined };
  const texts = await rows.texts();
  // all others tell the wanted ones from each other
  const members = liveMembers(content);
  const outside = members.get(UNCLUSTERED) ?? [];
  const clusters = content.clusters.flatMap(({ id, label }): [ClusterId, number[], string][] => {
    const own = members.get(id);
    return own && id !== UNCLUSTERED ? [[id, own, label]] : [];
  });
  const central = centralRows(
    clusters.map(([, own]) => own),
    coordinates,
  );
  const groups = clusters
    .map(([id, , label], i) => {
      const wanted = ids.has(id);
      return { id, ...textsOf(texts, central[i]), wanted, name: wanted ? undefined : label };
    })
    .filter((group) => group.texts.length);
  const near = nearestClusters(
    groups.map((group) => group.rows),
    coordinates,
    NEIGHBOURS,
  );
  const { made, report } = await labelAnew(
    rows.dataset,
    groups,
    textsOf(texts, outside),
    options,
    { neighbours: near },
    hooks,
  );
  const labelled = groups.filter((group) => group.wanted);
  const kept: string[] = [];
  const labels = made.flatMap((label, i): NewLabel[] => {
    const cluster = content.clusters.find(({ id }) => id === labelled[i].id);
    if (!cluster) return [];
    const { error } = label;
    if (error === null) return [newLabel(cluster, label)];
    if (cluster.labelSource !== "user")
      return [stillFits(cluster) ? oldLabel(cluster, error) : newLabel(cluster, label)];
    kept.push(error);
    return [];
  });
  if (kept.length) {
    if (!labels.length) throw labellingFailed(kept[0]);
    hooks.warn?.(
      `${plural(kept.length, "cluster")} kept the label that a person gave, because the model failed: ${kept[0]}`,
    );
  }
  return { labels, report };
}

/** Whether a label is better than keywords, and made of the rows that its cluster has now. */
function stillFits({ labelSource, stale }: Cluster): boolean {
  return !stale && labelSource !== "keywords" && labelSource !== "none";
}

function oldLabel(cluster: Cluster, error: string): NewLabel {
  const { id, label, description, labelSource, labelModel, labelOrigin } = cluster;
  return {
    ...{ cluster: id, replaces: label, label, description, labelModel, labelError: error, labelOrigin },
    labelSource: labelSource as NewLabel["labelSource"],
  };
}

function newLabel(cluster: Cluster, { label, description, source, model, error, origin }: ClusterLabel): NewLabel {
  return {
    cluster: cluster.id,
    replaces: cluster.label,
    label,
    description,
    labelSource: source as NewLabel["labelSource"],
    labelModel: model,
    labelError: error,
    labelOrigin: origin,
  };
}
