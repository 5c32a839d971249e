import style from "./comparison.css";
import mapStyle from "./map/map.css";
import type { ComparisonState } from "../scope";
import { loadApplication } from "./module/app-registry";
import { KernelLink } from "./module/kernel-link";
import type { WidgetModel } from "./sync/connection";

/** What is used of anywidget's model of a comparison. */
interface ComparisonModel {
  get<K extends keyof ComparisonState>(key: K): ComparisonState[K];
  readonly widget_manager: { get_model(id: string): Promise<WidgetModel> };
}

/** The small front end of two maps side by side: it finds the models of both, and hands over to the application. */
export default {
  async render({ model, el, signal }: { model: ComparisonModel; el: HTMLElement; signal?: AbortSignal }) {
    const sheet = document.createElement("style");
    sheet.textContent = `${mapStyle}\n${style}`;
    const frame = document.createElement("div");
    frame.className = "latentscope-comparison";
    const [left, right, below] = [0, 1, 2].map(() => document.createElement("div"));
    for (const side of [left, right]) {
      side.className = "latentscope";
      side.style.height = `${model.get("height")}px`;
    }
    below.className = "latentscope latentscope-pairs";
    below.setAttribute("role", "status");
    below.textContent = "Waiting for the kernel…";
    frame.append(left, right, below);
    el.append(sheet, frame);

    const ended = new AbortController();
    let unmount = () => {};
    let stopWaiting = () => {};
    const end = () => {
      if (ended.signal.aborted) return;
      ended.abort();
      stopWaiting();
      unmount();
      frame.remove();
      sheet.remove();
    };
    signal?.addEventListener("abort", end);
    try {
      const [a, b] = await Promise.all(model.get("models").map((id) => model.widget_manager.get_model(id)));
      const links = [new KernelLink(a), new KernelLink(b)] as const;
      stopWaiting = links[0].wait();
      const application = await loadApplication(model.get("app"), links[0], ended.signal);
      stopWaiting();
      if (ended.signal.aborted) return end;
      below.removeAttribute("role");
      below.textContent = "";
      unmount = application.compare({
        roots: [left, right],
        links,
        below,
        moved: floats(model.get("moved") as DataView),
      }).unmount;
    } catch (error) {
      below.textContent = `The maps could not be shown (${String(error)}). Run the cell again.`;
    }
    return end;
  },
};

/** The numbers of a buffer, which need not begin at a multiple of four. */
function floats({ buffer, byteOffset, byteLength }: DataView): Float32Array {
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
