import type { ScopeStore, Snapshot } from "./sync/scope-store";

/** What `data-status` says. */
export type Status = "ready" | "busy" | "pending" | "offline" | "dead";

/** The status of a whole view: what waits for the kernel goes before how the kernel is, a dead kernel before all. */
export function statusOf({ kernel, pending }: Snapshot): Status {
  if (kernel === "dead" || kernel === "offline") return kernel;
  return pending ? "pending" : kernel;
}

/**
 * Keeps the attributes of a root element that styling and tests hold on to: `data-latentscope`, `data-rows`, `data-selected`, `data-revision`, `data-status`.
 * `override` gives another status while the application is not there.
 */
export function describe(
  root: HTMLElement,
  store: ScopeStore,
  override: () => Status | null,
): { refresh: () => void; stop: () => void } {
  root.dataset.latentscope = store.title;
  root.dataset.rows = String(store.rows);
  const refresh = () => {
    const { snapshot } = store;
    root.dataset.selected = String(snapshot.state.selection.length);
    root.dataset.revision = String(snapshot.revision);
    root.dataset.status = override() ?? statusOf(snapshot);
  };
  refresh();
  return { refresh, stop: store.subscribe(refresh) };
}
