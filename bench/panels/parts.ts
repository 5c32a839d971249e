import { clusterGeometry, swatchesOf } from "../../src/picture/clusters";
import { themesOf } from "../../src/picture/themes";
import { homeOf } from "../../src/picture/view";
import { savedContent, type ClusterId } from "../../src/scope";
import { Grid } from "../../src/widget/map/grid";
import { LabelLayer } from "../../src/widget/map/label-layer";
import { blobs } from "../map/points";
import { labelledClusters, themesOfTens } from "./synthetic";

function timed(act: () => void): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

/** The clock of a page has steps of a tenth of a millisecond. */
const AT_ONCE = 100;

/** Times in milliseconds: of making the index of the points; and of finding the row under the pointer, in turns of {@link AT_ONCE} places. */
export function timeHover(rows: number, clusters: number, turns: number): { index: number; hover: number[] } {
  const { positions } = blobs(rows, clusters);
  let grid = new Grid(positions);
  const index = timed(() => (grid = new Grid(positions)));
  const find = (place: number): void => {
    // ten pixels of a map that is 800 wide
    grid.nearest((place * 7919) % 65536, (place * 104729) % 65536, 820, 820);
  };
  const hover = Array.from({ length: turns }, (_, turn) => {
    const time = timed(() => {
      for (let i = 0; i < AT_ONCE; i++) find(turn * AT_ONCE + i);
    });
    return time / AT_ONCE;
  });
  return { index, hover };
}

/** Times in milliseconds of setting and placing all labels. */
export function timeLabels(clusters: number, repetitions: number): number[] {
  const { positions, assignment } = blobs(100_000, clusters);
  const content = savedContent(labelledClusters(clusters), assignment);
  const geometry = clusterGeometry(content, positions);
  const saved = { themes: themesOfTens(clusters), savedAssignment: assignment };
  const scene = {
    ...{
      content,
      focus: null,
      geometry,
      theme: "light" as const,
      home: homeOf(positions),
      size: { width: 800, height: 480 },
    },
    themes: themesOf(saved, geometry, positions),
    swatches: swatchesOf(content, geometry, new Map<ClusterId, number>()),
  } as const;
  const labels = new LabelLayer();
  document.body.append(labels.element);
  const times = Array.from({ length: repetitions }, () => timed(() => labels.layout(scene)));
  labels.element.remove();
  return times;
}
