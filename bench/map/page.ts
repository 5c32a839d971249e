/** Runs in the browser: draws the same points with each system in turn and times it. */
import { blobs, lassoPolygon } from "./points";
import { systems } from "./systems";

/** Times of one system in one repetition, in milliseconds. */
export interface Times {
  /** From the points in memory to the first frame that is done. */
  firstFrame: number;
  /** Of each frame: the script until all is asked of WebGL. */
  script: number[];
  /** Of each frame: until WebGL is done. */
  frame: number[];
  lasso: number[];
  /** Rows in the lasso; NaN for a system without one. */
  inLasso: number;
}

export type SystemName = keyof typeof systems;

declare global {
  interface Window {
    bench: (name: SystemName, rows: number, clusters: number, frames: number, lassos: number) => Promise<Times>;
  }
}

window.bench = async (name, rows, clusters, frames, lassos) => {
  const points = blobs(rows, clusters);
  const polygon = lassoPolygon();
  const container = document.createElement("div");
  document.body.append(container);
  const started = performance.now();
  const system = await systems[name](container, points);
  system.finish();
  const times: Times = { firstFrame: performance.now() - started, script: [], frame: [], lasso: [], inLasso: NaN };
  system.frame(0);
  system.finish();
  for (let i = 1; i <= frames; i++) {
    const start = performance.now();
    system.frame(i / frames);
    const asked = performance.now();
    system.finish();
    times.script.push(asked - start);
    times.frame.push(performance.now() - start);
  }
  for (let i = 0; i < lassos; i++) {
    const start = performance.now();
    times.inLasso = system.lasso(polygon);
    times.lasso.push(performance.now() - start);
  }
  system.end();
  container.remove();
  return times;
};
