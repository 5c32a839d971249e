import {
  clusterSizes,
  LatentScopeError,
  rowsInClusters,
  rowSet,
  UNCLUSTERED,
  type ClusterId,
  type Content,
  type RelabelEdit,
  type SplitEdit,
  type SplitOptions,
} from "../../../src/scope";

/** What a kernel might propose, from positions alone: parts side by side from left to right. */
export function splitProposal(
  content: Content,
  positions: Uint16Array,
  cluster: ClusterId,
  { parts, minClusterSize }: SplitOptions,
): SplitEdit {
  const found = content.clusters.find((c) => c.id === cluster);
  if (!found) throw new LatentScopeError("unknown-cluster", `There is no cluster ${cluster}.`);
  const rows = [...rowsInClusters(content, [cluster], { live: true })];
  const count = parts ?? (minClusterSize ? Math.floor(rows.length / minClusterSize) : 3);
  if (count < 2 || count > rows.length)
    throw new LatentScopeError("no-parts", `Cluster ${cluster} has no parts of at least ${minClusterSize} rows.`);
  rows.sort((a, b) => positions[2 * a] - positions[2 * b] || a - b);
  const part = (i: number) =>
    rows.slice(Math.floor((i * rows.length) / count), Math.floor(((i + 1) * rows.length) / count));
  return {
    kind: "split",
    cluster,
    parts: Array.from({ length: count }, (_, i) => ({
      rows: rowSet(part(i)),
      label: `${found.label}, part ${i + 1}`,
      description: "",
      labelSource: "keywords",
      labelModel: "keywords",
    })),
  };
}

/** Each outlier and the cluster whose middle is nearest, the nearest first. */
export function outlierTable(
  content: Content,
  positions: Uint16Array,
): { rows: Uint32Array; clusters: Int32Array; probabilities: Float32Array } {
  const middles = [...clusterSizes(content).keys()]
    .filter((id) => id !== UNCLUSTERED)
    .map((id) => ({ id, ...middle(positions, rowsInClusters(content, [id], { live: true })) }));
  const found = [...rowsInClusters(content, [UNCLUSTERED], { live: true })].map((row) => {
    const distance = ({ x, y }: { x: number; y: number }) =>
      Math.hypot(positions[2 * row] - x, positions[2 * row + 1] - y);
    const nearest = middles.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    return { row, cluster: nearest.id, probability: Math.exp(-distance(nearest) / 16384) };
  });
  found.sort((a, b) => b.probability - a.probability || a.row - b.row);
  return {
    rows: Uint32Array.from(found, ({ row }) => row),
    clusters: Int32Array.from(found, ({ cluster }) => cluster),
    probabilities: Float32Array.from(found, ({ probability }) => probability),
  };
}

/** New labels for some clusters, or for those whose labels are stale. */
export function relabelling({ clusters }: Content, wanted: readonly ClusterId[] | null): RelabelEdit {
  const meant = clusters.filter(({ id, stale }) => (wanted ? wanted.includes(id) : stale));
  return {
    kind: "relabel",
    labels: meant.map(({ id, label }) => ({
      cluster: id,
      replaces: label,
      label: `${label} (new)`,
      description: "What a model says.",
      labelSource: "keywords",
      labelModel: "keywords",
      labelError: null,
    })),
  };
}

/** The labels of a set that a language model made, for all clusters. */
export function labelsOfSet({ clusters }: Content, set: string): RelabelEdit {
  const time = "2026-02-03T04:05:06.000Z";
  return {
    kind: "relabel",
    labels: clusters
      .filter(({ id, labelSource }) => id !== UNCLUSTERED && labelSource !== "user")
      .map(({ id, label }) => ({
        ...{ cluster: id, replaces: label, label: `${set} ${id}`, description: "What a language model says." },
        ...{ labelSource: "llm", labelModel: "openai-test", labelError: null },
        labelOrigin: { time, rows: [1, 2, 3], parameters: { samples: 3 }, promptHash: "0".repeat(64), tokens: 1234 },
      })),
  };
}

function middle(positions: Uint16Array, rows: Uint32Array): { x: number; y: number } {
  let [x, y] = [0, 0];
  for (const row of rows) [x, y] = [x + positions[2 * row], y + positions[2 * row + 1]];
  return { x: x / rows.length, y: y / rows.length };
}
