/** The application: what the small modules hand over to. */
import type { Application } from "../module/app-registry";
import { compareViews } from "./compare/compare-views";
import { mountView } from "./mount-view";

export const mount: Application["mount"] = mountView;
export const compare: Application["compare"] = compareViews;
