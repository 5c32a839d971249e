import { findInside, liveMembers, UNCLUSTERED, type ClusterId, type Content, type NewLabel } from "../scope";
import { ANSWERS_FILE, checkLabelOptions, labellerOf, type LabelOptions } from "./label";
import { centralRows } from "./label/central";
import { makeLabels, NEIGHBOURS, textsOf } from "./label/make-labels";
import { nearestClusters } from "./label/neighbours";
import type { RowVectors } from "./row-vectors";

/**
 * Makes new labels for clusters by their rows as they are now.
 * @param wanted clusters; left out, all whose labels are stale
 * @throws LatentScopeError `unknown-cluster`, `bad-cluster`, `bad-option`, `unknown-model`, `interrupted`
 */
export async function proposeLabels(
  { content, rows, coordinates }: { content: Content; rows: RowVectors; coordinates: Float32Array },
  wanted: readonly number[] | undefined,
  options: LabelOptions,
  signal?: AbortSignal,
): Promise<NewLabel[]> {
  checkLabelOptions(options);
  const stale = content.clusters.filter(({ id, stale: old }) => old && id !== UNCLUSTERED).map(({ id }) => id);
  const ids = new Set<number>(wanted ? wanted.map((id) => findInside(content, id, "labelled by a model").id) : stale);
  if (!ids.size) return [];
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
  const { made } = await makeLabels(groups, textsOf(texts, outside), await labellerOf(options, signal), {
    signal,
    answersFile: rows.dataset.path("clusters", ANSWERS_FILE),
    neighbours: nearestClusters(
      groups.map((group) => group.rows),
      coordinates,
      NEIGHBOURS,
    ),
  });
  const labelled = groups.filter((group) => group.wanted);
  return made.map(({ label, description, source, model, error, origin }, i) => ({
    cluster: labelled[i].id,
    replaces: content.clusters.find((cluster) => cluster.id === labelled[i].id)?.label ?? "",
    label,
    description,
    labelSource: source as NewLabel["labelSource"],
    labelModel: model,
    labelError: error,
    labelOrigin: origin,
  }));
}
