import mapStyle from "../../map/map.css";
import { KernelLink } from "../../module/kernel-link";
import { mountView } from "../mount-view";
import { HELLO, type ToTab } from "./messages";
import style from "./own-tab.css";
import { TabModel } from "./tab-model";
import { applyTheme } from "./theme";

const ALONE = "The notebook no longer shows this map. Open it there again.";

/** Shows the map of the page that has opened this one, in all of this page; a word where there is none. */
export function mountTab(): void {
  const opener = window.opener as Window | null;
  if (!opener) {
    document.body.textContent = ALONE;
    return;
  }
  const { port1, port2 } = new MessageChannel();
  let model: TabModel | null = null;
  let endView = () => {};
  port1.onmessage = ({ data }: MessageEvent<ToTab>) => {
    switch (data.type) {
      case "start":
        applyTheme(data.theme);
        model = new TabModel(data.state, port1);
        endView = show(model);
        return;
      case "said":
        return model?.hear(data.message, data.buffers);
      case "theme":
        return applyTheme(data.theme);
      case "end":
        model?.end();
        endView();
    }
  };
  opener.postMessage(HELLO, origin, [port2]);
}

/** Fills the page with a view. Returns a function that says that it has come to its end. */
function show(model: TabModel): () => void {
  document.title = model.get("title");
  const sheet = document.createElement("style");
  sheet.textContent = `${mapStyle}\n${style}`;
  const root = document.createElement("div");
  root.className = "latentscope";
  document.body.append(sheet, root);
  const { ui } = mountView({ root, link: new KernelLink(model) });
  return () => {
    ui.hint.value = ALONE;
    // what cannot be sent tells the store that there is no kernel
    ui.store.ask({ type: "ping", id: ui.store.nextId() });
  };
}
