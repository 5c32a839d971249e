import type { KernelMessage, WidgetState } from "../../../scope";
import { onThemeChange } from "../../map/theme";
import type { WidgetModel } from "../../sync/connection";
import type { ScopeStore } from "../../sync/scope-store";
import type { FromTab, ToTab } from "./messages";
import { readTheme } from "./theme";

/**
 * Lets a map in another tab talk with the kernel through the model of a view here, and keeps it in the view's theme. Ends by itself when the tab
 * is closed or the model refuses to send. Returns a function that ends it.
 */
export function relay(
  port: MessagePort,
  tab: Window,
  model: WidgetModel,
  store: ScopeStore,
  root: Element,
): () => void {
  const tell = (message: ToTab) => port.postMessage(message);
  const hear = (message: KernelMessage, buffers: DataView[]) => {
    if (tab.closed) end();
    // the tab has the application
    else if (message.type !== "app") tell({ type: "said", message, buffers });
  };
  const stopTheme = onThemeChange(() => tell({ type: "theme", theme: readTheme(root) }));
  const end = () => {
    stopTheme();
    model.off("msg:custom", hear);
    tell({ type: "end" });
    port.close();
  };
  port.onmessage = ({ data }: MessageEvent<FromTab>) => {
    try {
      model.send(data.message, undefined, data.buffers);
    } catch {
      // as after a restart of the kernel
      end();
    }
  };
  model.on("msg:custom", hear);
  tell({ type: "start", state: stateNow(model, store), theme: readTheme(root) });
  return end;
}

/** The state of a model, which is as old as the page, with what the page has heard since. */
function stateNow(model: WidgetModel, store: ScopeStore): WidgetState {
  return {
    scope: model.get("scope"),
    title: model.get("title"),
    rows: model.get("rows"),
    positions: model.get("positions"),
    from: null,
    revision: model.get("revision"),
    assignment: model.get("assignment"),
    clusters: model.get("clusters"),
    deleted: model.get("deleted"),
    savedAssignment: model.get("savedAssignment"),
    savedClusters: model.get("savedClusters"),
    savedDeleted: model.get("savedDeleted"),
    tags: model.get("tags"),
    nextCluster: model.get("nextCluster"),
    selections: model.get("selections"),
    app: model.get("app"),
    height: model.get("height"),
    themes: model.get("themes"),
    ...store.heard(),
  };
}
