import { UNCLUSTERED, UNCLUSTERED_LABEL, type Cluster, type ClusterId, type ClusterTheme } from "../../src/scope";

/** So many clusters and the outliers', with labels of two to four words. */
export function labelledClusters(count: number): Cluster[] {
  return Array.from({ length: count + 1 }, (_, i): Cluster => ({
    ...{ id: (i - 1) as ClusterId, description: "", labelSource: "keywords", labelModel: null, labelError: null },
    label:
      i - 1 === UNCLUSTERED ? UNCLUSTERED_LABEL : `Cluster ${["number", "of number", "with number"][i % 3]} ${i - 1}`,
    ...{ stale: false, swatch: null },
  }));
}

/** Themes of ten clusters each. */
export function themesOfTens(clusters: number): ClusterTheme[] {
  return Array.from({ length: Math.floor(clusters / 10) }, (_, i) => ({
    label: `Theme number ${i}`,
    clusters: Array.from({ length: 10 }, (__, k) => (10 * i + k) as ClusterId),
  }));
}
