/** Runs in the browser: the whole widget beside a kernel that has its answers ready, driven by its controls. */
import frontEnd from "../../src/widget/module";
import { blobs } from "../map/points";
import { actions, type ActionName } from "./actions";
import { timeHover, timeLabels } from "./parts";
import { PromptKernel } from "./prompt-kernel";

/** What the benchmark does with the page. */
export interface Panels {
  /** Makes the data. */
  prepare(rows: number, clusters: number): Promise<void>;
  /** Shows the map; nothing is awaited. */
  show(): void;
  act(name: ActionName): void;
  /** Settled when nothing is left to be done: all is answered, drawn, and the browser idle. */
  idle(): Promise<void>;
  /** Bytes over the comm: of the state, and of messages since. */
  bytes(): { readonly state: number; readonly messages: number };
  end(): void;
  readonly timeHover: typeof timeHover;
  readonly timeLabels: typeof timeLabels;
}

declare global {
  interface Window {
    panels: Panels;
  }
}

// what is measured is the script: a frame of a million points may take a second where there is no GPU
for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"] as const)
  WebGL2RenderingContext.prototype[name] = () => {};

const UNDER_WAY = '.ls-app[data-waiting], [data-status="pending"], .ls-grid[aria-busy="true"]';
let kernel: PromptKernel | null = null;
let end = () => {};

window.panels = {
  async prepare(rows, clusters) {
    const bytes = new Uint8Array(await (await fetch("/application")).arrayBuffer());
    kernel = new PromptKernel(blobs(rows, clusters), { hash: "bench", bytes });
  },
  show() {
    if (!kernel) throw new Error("There is nothing to show.");
    const el = document.createElement("div");
    document.body.append(el);
    frontEnd.initialize({ model: kernel });
    end = frontEnd.render({ model: kernel, el });
  },
  act: (name) => actions[name](),
  async idle() {
    do {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => requestIdleCallback(resolve));
    } while (kernel?.waiting || document.querySelector(UNDER_WAY));
  },
  bytes: () => kernel?.bytes ?? { state: 0, messages: 0 },
  end() {
    end();
    document.body.replaceChildren();
    kernel = null;
  },
  timeHover,
  timeLabels,
};
