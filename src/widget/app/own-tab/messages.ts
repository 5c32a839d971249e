/** What a notebook and a map in a tab of its own say to each other, through a `MessagePort` that the tab makes. */
import type { KernelMessage, MapMessage, WidgetState } from "../../../scope";
import type { TabTheme } from "./theme";

/** What the tab says to the page that opened it, with the port; again after each time that it is loaded. */
export const HELLO = "latentscope-tab";

/** From the notebook to the tab. */
export type ToTab =
  /** The first: what the widget's model holds now. */
  | { readonly type: "start"; readonly state: WidgetState; readonly theme: TabTheme }
  /** The kernel has said something. */
  | { readonly type: "said"; readonly message: KernelMessage; readonly buffers: DataView[] }
  /** The notebook has changed its theme. */
  | { readonly type: "theme"; readonly theme: TabTheme }
  /** The last: the kernel can no longer be reached through this notebook. */
  | { readonly type: "end" };

/** From the tab to the notebook: what the kernel is to be told. */
export interface FromTab {
  readonly message: MapMessage;
  readonly buffers: ArrayBuffer[];
}
