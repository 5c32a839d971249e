/** The application: what the small modules hand over to. */
import type { Application } from "../module/app-registry";
import { compareViews } from "./compare/compare-views";
import { mountView } from "./mount-view";
import { OwnTab } from "./own-tab/own-tab";

export { mountTab } from "./own-tab/mount-tab";
export const mount: Application["mount"] = (context) =>
  mountView(context, OwnTab.possible ? new OwnTab(context.link.model, context.root) : undefined);
export const compare: Application["compare"] = compareViews;
