/** Runs in the browser: a page with one simulated kernel and any number of views, driven by the tests through `window.lab`. */
import type { LabelSet, ClusterTheme } from "../../../src/scope";
import { blobs, type Blobs } from "./blobs";
import { SimulatedKernel, type SimulatedModel } from "./kernel";

interface View {
  readonly el: HTMLElement;
  readonly end: () => void;
}

interface FrontEnd {
  initialize(context: { model: SimulatedModel }): void;
  render(context: { model: SimulatedModel; el: HTMLElement; signal: AbortSignal }): () => void;
}

export interface Lab {
  kernel: SimulatedKernel;
  views: View[];
  start(options: {
    rows: number;
    clusters: number;
    labels?: Record<number, string>;
    kernel?: "alive" | "gone";
    same?: boolean;
    text?: string;
    themes?: readonly ClusterTheme[];
    labelSets?: readonly LabelSet[];
  }): void;
  /** Shows this scope beside another of the same rows, which `other` is the kernel of. */
  compare(options?: { width?: number }): Promise<void>;
  other: SimulatedKernel;
  show(options?: { width?: number; newModel?: boolean }): Promise<number>;
}

const sentences = [
  "The receipts of the Treasury from all sources exceeded the estimates of the last year, and the surplus has been applied to the reduction of the public debt.",
  "I ask the Congress to join me in this effort.",
  "Our farmers need stable prices and open markets abroad, and they shall have both.",
];

let model: SimulatedModel | null = null;
let frontEnd: FrontEnd | null = null;

const application = () => (window as unknown as { application: { hash: string; bytes: Uint8Array } }).application;

const lab: Lab = {
  kernel: undefined as unknown as SimulatedKernel,
  other: undefined as unknown as SimulatedKernel,
  views: [],
  start({ rows, clusters, labels = {}, kernel = "alive", same = false, text, themes = [], labelSets = [] }) {
    let data: Blobs = blobs(rows, clusters);
    if (same) data.positions.fill(32768);
    data = { ...data, clusters: data.clusters.map((c) => ({ ...c, label: labels[c.id] ?? c.label })) };
    lab.kernel = new SimulatedKernel(data, application(), (row) => text ?? sentences[row % sentences.length]);
    lab.kernel.alive = kernel === "alive";
    lab.kernel.themes = themes;
    lab.kernel.labelSets = labelSets;
    model = null;
  },
  async compare({ width = 960 } = {}) {
    const { rows, clusters } = lab.kernel.data;
    lab.other = new SimulatedKernel(blobs(rows, clusters.length - 1, 2), application(), () => "");
    const models = new Map([lab.kernel, lab.other].map((kernel, i) => [`model-${i}`, kernel.open()]));
    const moved = Float32Array.from({ length: rows }, (_, row) => (row === 0 ? NaN : row / rows));
    const state: Record<string, unknown> = {
      ...{ models: [...models.keys()], moved: new DataView(moved.buffer), app: application().hash, height: 480 },
    };
    const comparison = {
      get: (key: string) => state[key],
      widget_manager: { get_model: (id: string) => Promise.resolve(models.get(id)) },
    };
    const el = document.createElement("div");
    el.style.width = `${width}px`;
    document.body.append(el);
    const source = await (await fetch("/comparison.js")).text();
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: front } = (await import(url)) as {
      default: { render(context: { model: object; el: HTMLElement }): Promise<() => void> };
    };
    lab.views.push({ el, end: await front.render({ model: comparison, el }) });
  },
  async show({ width = 960, newModel = false } = {}) {
    if (!model || newModel) model = lab.kernel.open();
    const el = document.createElement("div");
    el.style.width = `${width}px`;
    el.style.marginBottom = "16px";
    document.body.append(el);
    if (!frontEnd || newModel) {
      const source = await (await fetch("/module.js")).text();
      // as anywidget does: a copy of the module for each model
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      frontEnd = ((await import(url)) as { default: FrontEnd }).default;
      frontEnd.initialize({ model });
    }
    const end = frontEnd.render({ model, el, signal: new AbortController().signal });
    return lab.views.push({ el, end }) - 1;
  },
};

(window as unknown as { lab: Lab }).lab = lab;
