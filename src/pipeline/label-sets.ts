import type pl from "nodejs-polars";
import { LatentScopeError, matchClusters, UNCLUSTERED, type Content, type LabelSet, type NewLabel } from "../scope";
import { listParts, provenance, readParquet, textAt, type Dataset, type Run } from "../store";
import { quotedList } from "./format";
import { savedLabels, type SavedLabel } from "./saved-labels";

/** The sets of labels of a clustering, oldest first. */
export async function listLabelSets(dataset: Dataset, clustering: string): Promise<LabelSet[]> {
  return Promise.all(
    (await dataset.labelSets(clustering)).map(async (set) => ({
      id: set.id,
      model: textAt(set.json, "model_id"),
      labels: savedLabels(await tableOf(dataset, set), set.json).filter((label) => label && label.labelError === null)
        .length,
      created: provenance(set.json)?.created ?? "",
    })),
  );
}

/**
 * The labels of a set for the clusters as they are now: a cluster gets that of the saved one with which it shares most rows. Labels of persons stay, and so do those
 * of clusters that are none of the set's any more.
 * @throws LatentScopeError `not-found`, `damaged-file`
 */
export async function labelsOfSet(
  dataset: Dataset,
  clustering: string,
  id: string,
  content: Content,
): Promise<NewLabel[]> {
  const sets = await dataset.labelSets(clustering);
  const set = sets.find((one) => one.id === id);
  if (!set)
    throw new LatentScopeError(
      "not-found",
      `There is no set of labels "${id}" for ${clustering}. There are ${quotedList(sets.map((one) => one.id))}.`,
    );
  const table = await tableOf(dataset, set);
  const labels = savedLabels(table, set.json);
  const assignment = assignmentOf(table, labels, content.assignment.length);
  return matchClusters(content.assignment, assignment).flatMap(({ before, after }): NewLabel[] => {
    const cluster = content.clusters.find((one) => one.id === before);
    const saved = labels[after];
    if (!cluster || !saved || cluster.labelSource === "user") return [];
    const { labelSource } = saved;
    return labelSource === "user" ? [] : [{ cluster: before, replaces: cluster.label, ...saved, labelSource }];
  });
}

function tableOf(dataset: Dataset, { id }: Run): Promise<pl.DataFrame> {
  return readParquet(dataset.path("clusters", `${id}.parquet`));
}

/** The position of each row's label; -1 for rows of none. */
function assignmentOf(table: pl.DataFrame, labels: readonly (SavedLabel | null)[], rows: number): Int32Array {
  const assignment = new Int32Array(rows).fill(UNCLUSTERED);
  const { lengths, values } = listParts(table.getColumn("indices"));
  const members = values.toArray() as ArrayLike<number | bigint>;
  let at = 0;
  (lengths.toArray() as (number | null)[]).forEach((length, position) => {
    for (const end = at + (length ?? 0); at < end; at++)
      if (labels[position]) assignment[Number(members[at])] = position;
  });
  return assignment;
}
