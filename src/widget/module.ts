import style from "./map/map.css";
import { loadApplication } from "./module/app-registry";
import { Picture } from "./module/picture";
import { describe } from "./root";
import type { WidgetModel } from "./sync/connection";
import { ScopeStore } from "./sync/scope-store";

/** How long the kernel may take before the picture says that it stands alone. */
const KERNEL_PATIENCE_MS = 5000;

const stores = new WeakMap<WidgetModel, ScopeStore>();

/** The one store of a model. It listens from its making on, so that nothing said between two views is missed. */
function storeOf(model: WidgetModel): ScopeStore {
  const store = stores.get(model) ?? new ScopeStore(model);
  stores.set(model, store);
  return store;
}

/**
 * The front end that anywidget loads (https://anywidget.dev/en/afm/). It draws the map at once from the widget's state, and hands over to the
 * application as soon as the kernel has sent it. Without a kernel the picture stays, and says so.
 */
export default {
  initialize({ model }: { model: WidgetModel }): void {
    storeOf(model);
  },

  render({ model, el, signal }: { model: WidgetModel; el: HTMLElement; signal?: AbortSignal }): () => void {
    const store = storeOf(model);
    const root = document.createElement("div");
    root.className = "latentscope";
    root.style.height = `${store.height}px`;
    const sheet = document.createElement("style");
    sheet.textContent = style;
    el.append(sheet, root);

    const detach = store.attach();
    const ended = new AbortController();
    let picture: Picture | null = new Picture(root, store);
    let unmount = () => {};
    let alone = false;
    const description = describe(root, store, () => (picture ? (alone ? "offline" : "busy") : null));
    const patience = setTimeout(() => {
      alone = true;
      picture?.say("No kernel: it is busy or not running. This is the map as it was saved.");
      description.refresh();
    }, KERNEL_PATIENCE_MS);

    const end = () => {
      if (ended.signal.aborted) return;
      ended.abort();
      clearTimeout(patience);
      description.stop();
      detach();
      unmount();
      picture?.destroy();
      root.remove();
      sheet.remove();
    };
    signal?.addEventListener("abort", end);

    loadApplication(model.get("app"), store, ended.signal).then(
      async (application) => {
        if (ended.signal.aborted || !picture) return;
        clearTimeout(patience);
        const mounted = application.mount({ root, store, picture: picture.stage });
        unmount = mounted.unmount;
        await mounted.ready;
        picture.destroy();
        picture = null;
        description.refresh();
      },
      (error: unknown) => {
        clearTimeout(patience);
        picture?.say(`The application could not be loaded (${String(error)}). This is the map as a picture.`);
      },
    );
    return end;
  },
};
