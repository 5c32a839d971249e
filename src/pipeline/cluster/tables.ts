import pl from "nodejs-polars";
import { UNCLUSTERED, UNCLUSTERED_LABEL } from "../../scope";
import { int64Lists, text } from "../../store";
import { convexHull } from "../hull";

/** Rows of each cluster, ascending; position = cluster id. */
export function membersOf(labels: Int32Array): number[][] {
  const members: number[][] = Array.from({ length: Math.max(...[-1], ...new Set(labels)) + 1 }, () => []);
  labels.forEach((label, row) => {
    if (label !== UNCLUSTERED) members[label].push(row);
  });
  return members;
}

/** Cluster ids as files have them: rows of no cluster get one more id after the last. */
export function fileIds(labels: Int32Array): Int32Array {
  const unclustered = membersOf(labels).length;
  return labels.map((label) => (label === UNCLUSTERED ? unclustered : label));
}

/** The columns that every label table starts with: position = cluster id in files, rows, hull. The rows of no cluster come last, if there are any. */
export function clusterColumns(
  labels: Int32Array,
  coordinates: Float32Array,
): { members: number[][]; hulls: number[][]; unclustered: boolean } {
  const members = membersOf(labels);
  const hulls = members.map((rows) => convexHull(rows, coordinates));
  const outside = [...labels.keys()].filter((row) => labels[row] === UNCLUSTERED);
  if (outside.length) {
    members.push(outside);
    hulls.push([]);
  }
  return { members, hulls, unclustered: outside.length > 0 };
}

/** The labels that clusters have before any are made. */
export function defaultLabelTable(labels: Int32Array, coordinates: Float32Array): pl.DataFrame {
  const { members, hulls, unclustered } = clusterColumns(labels, coordinates);
  const isOutside = (id: number): boolean => unclustered && id === members.length - 1;
  return pl.DataFrame([
    text(
      "label",
      members.map((_, id) => (isOutside(id) ? UNCLUSTERED_LABEL : `Cluster ${id}`)),
    ),
    text(
      "description",
      members.map((rows, id) => `This is cluster ${id} with ${rows.length} items.`),
    ),
    int64Lists("indices", members),
    int64Lists("hull", hulls),
  ]);
}
