import type { JSX } from "preact";
import { createPortal } from "preact/compat";
import { useLayoutEffect, useRef } from "preact/hooks";
import { handleKey } from "../keys";
import type { Ui } from "../ui";
import { ClusterList } from "./cluster-list";
import { HoverCard } from "./hover-card";
import { MapOverlay } from "./map-overlay";
import { Announcements } from "./status";
import { Toolbar } from "./toolbar";

/** The whole view: toolbar above, map on the left, clusters on the right (below on narrow outputs). */
export function App({ ui }: { ui: Ui }): JSX.Element {
  const body = useRef<HTMLDivElement>(null);
  const { element } = ui.stage;
  useLayoutEffect(() => body.current?.prepend(element), [element]);
  element.dataset.tool = ui.tool.value;
  return (
    <div
      class="ls-frame"
      onKeyDown={(event) => {
        if (event.target instanceof HTMLInputElement || !handleKey(ui, event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Toolbar ui={ui} />
      <div ref={body} class="ls-body">
        {ui.panelOpen.value && <ClusterList ui={ui} />}
      </div>
      {createPortal(<MapOverlay ui={ui} />, ui.overlay)}
      {createPortal(<HoverCard ui={ui} />, ui.overlay)}
      <Announcements ui={ui} />
    </div>
  );
}
