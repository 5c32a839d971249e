import style from "./map/map.css";
import { loadApplication } from "./module/app-registry";
import { KernelLink } from "./module/kernel-link";
import { Picture, stillScope } from "./module/picture";
import { hideSavedPicture } from "./module/saved-picture";
import { describe } from "./root";
import type { WidgetModel } from "./sync/connection";

/** How long the kernel may take before the picture says that it stands alone. */
const KERNEL_PATIENCE_MS = 5000;

const links = new WeakMap<WidgetModel, KernelLink>();

/** The one link of a model. It listens from its making on, so that nothing said before the application is there is missed. */
function linkOf(model: WidgetModel): KernelLink {
  const link = links.get(model) ?? new KernelLink(model);
  links.set(model, link);
  return link;
}

/**
 * The front end that anywidget loads (https://anywidget.dev/en/afm/). It draws the map at once from the widget's state, and hands over to the
 * application as soon as the kernel has sent it. Without a kernel the picture stays, and says so.
 */
export default {
  initialize({ model }: { model: WidgetModel }): void {
    linkOf(model);
  },

  render({ model, el, signal }: { model: WidgetModel; el: HTMLElement; signal?: AbortSignal }): () => void {
    const link = linkOf(model);
    const scope = stillScope((key) => model.get(key));
    const { content, selection } = scope.snapshot.state;
    const root = document.createElement("div");
    root.className = "latentscope";
    root.style.height = `${model.get("height")}px`;
    const sheet = document.createElement("style");
    sheet.textContent = style;
    el.append(sheet, root);

    const showSaved = hideSavedPicture(el, model.get("scope"));
    const ended = new AbortController();
    let picture: Picture | null = new Picture(root, scope);
    let unmount = () => {};
    const { title, rows, revision } = scope;
    const say = (status: "busy" | "offline") =>
      describe(root, { title, rows, revision, content, selected: selection.length, status });
    say("busy");
    const stopWaiting = link.wait();
    const patience = setTimeout(() => {
      picture?.say("No kernel: it is busy or not running. This is the map as it was saved.");
      say("offline");
    }, KERNEL_PATIENCE_MS);

    const end = () => {
      if (ended.signal.aborted) return;
      ended.abort();
      clearTimeout(patience);
      stopWaiting();
      unmount();
      picture?.destroy();
      root.remove();
      sheet.remove();
      showSaved();
    };
    signal?.addEventListener("abort", end);

    loadApplication(model.get("app"), link, ended.signal).then(
      async (application) => {
        // the picture was drawn in this task, when another map of the page has loaded the application before
        await new Promise((next) => setTimeout(next));
        if (ended.signal.aborted || !picture) return;
        clearTimeout(patience);
        stopWaiting();
        const mounted = application.mount({ root, link, picture: picture.stage });
        unmount = mounted.unmount;
        await mounted.ready;
        picture.destroy();
        picture = null;
      },
      (error: unknown) => {
        clearTimeout(patience);
        picture?.say(`The application could not be loaded (${String(error)}). This is the map as a picture.`);
      },
    );
    return end;
  },
};
