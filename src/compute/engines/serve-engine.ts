import type { Kernels } from "../kernels/kernels";
import { threadedKernels } from "../kernels/threads";
import type { LayoutReport } from "../umap/layout-vectors";
import { serveTask } from "../worker-task";
import type { LayoutTask } from "./engine";
import type { LayoutProgress } from "./worker-engine";

/** The running layout is sent no more often than this. */
const LAYOUT_EVERY_MS = 100;

/** The worker's side of `layoutInWorker`: call it once, at the top level of the worker's module. */
export function serveEngine(layout: (kernels: Kernels, task: LayoutTask, report: LayoutReport) => Float32Array): void {
  serveTask<LayoutTask, Float32Array>((task, post) => {
    const tell = (progress: LayoutProgress): void => post(progress);
    let next = 0;
    return layout(threadedKernels(task.threads), task, {
      neighbors: (done) => tell({ phase: "neighbors", done, total: task.rows }),
      epoch(done, total, current) {
        const due = performance.now() >= next;
        if (due) next = performance.now() + LAYOUT_EVERY_MS;
        tell({ phase: "layout", done, total, layout: due ? current() : undefined });
      },
    });
  });
}
