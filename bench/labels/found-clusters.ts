import { kmeans, umap } from "../../src/compute";
import { membersOf } from "../../src/pipeline/cluster";
import { staticModel } from "../../src/pipeline/embed/static";
import { centralRows } from "../../src/pipeline/label/central";

/** Clusters that a map of some texts has, the most central texts first, and the class of most of their texts. */
export interface FoundClusters {
  readonly texts: string[][];
  readonly truth: number[];
}

const SEED = 42;
const CLUSTERS_PER_CLASS = 2;

/** Clusters of a map by the static model, twice as many as there are classes; those of which no class has half of the texts are left out. */
export async function foundClusters(classes: readonly (readonly string[])[]): Promise<FoundClusters> {
  const texts = classes.flat();
  const classOf = classes.flatMap((own, label) => own.map(() => label));
  const model = staticModel({});
  const dimensions = model.dimensions ?? 0;
  const values = new Float32Array(texts.length * dimensions);
  const ignore = (): void => undefined;
  const { signal } = new AbortController();
  await model.embed(texts, {
    ...{ known: () => false, signal, warn: ignore, note: ignore },
    deliver: (positions, vectors) => {
      Array.from(positions).forEach((at, i) =>
        values.set(vectors.subarray(i * dimensions, (i + 1) * dimensions), at * dimensions),
      );
    },
  });
  const shape = { rows: texts.length, dimensions, nNeighbors: 25, minDist: 0.1, seed: SEED };
  const places = await umap(values, shape);
  const k = CLUSTERS_PER_CLASS * classes.length;
  const { labels } = await kmeans(places, { rows: texts.length, dimensions: 2, k, seed: SEED });
  const found: FoundClusters = { texts: [], truth: [] };
  for (const rows of centralRows(membersOf(labels), places)) {
    const counts = classes.map((_, label) => rows.filter((row) => classOf[row] === label).length);
    const most = counts.indexOf(Math.max(...counts));
    if (counts[most] < rows.length / 2) continue;
    found.texts.push(rows.map((row) => texts[row]));
    found.truth.push(most);
  }
  return found;
}
