import type { JSX } from "preact";
import { createPortal } from "preact/compat";
import { useLayoutEffect, useRef } from "preact/hooks";
import { handleKey } from "../keys";
import type { Ui } from "../ui";
import { ClusterCard } from "./cluster-card";
import { EditToast } from "./edit-toast";
import { FilterChips } from "./filter-chips";
import { HelpDialog } from "./help-dialog";
import { HoverCard } from "./hover-card";
import { Legend } from "./legend";
import { MapOverlay } from "./map-overlay";
import { PinnedCard } from "./pinned-card";
import { SelectionBar } from "./selection-bar";
import { SidePanel } from "./side-panel";
import { Announcements } from "./status";
import { Toolbar } from "./toolbar";

/**
 * The whole view: toolbar above, map on the left with filters, legend, card and what can be done with the selection, clusters and rows on the right (below on
 * narrow outputs), or in their place a dialog.
 */
export function App({ ui }: { ui: Ui }): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const { element } = ui.stage;
  useLayoutEffect(() => area.current?.prepend(element), [element]);
  element.dataset.tool = ui.tool.value;
  return (
    <div
      class="ls-frame"
      onKeyDown={(event) => {
        if (isField(event.target) || !handleKey(ui, event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Toolbar ui={ui} />
      <div class="ls-body">
        <div ref={area} class="ls-area">
          <FilterChips ui={ui} />
          <PinnedCard ui={ui} />
          <Legend ui={ui} />
          <div class="ls-dock">
            <Announcements ui={ui} />
            <EditToast ui={ui} />
            <SelectionBar ui={ui} />
          </div>
        </div>
        <SidePanel ui={ui} />
      </div>
      <HelpDialog ui={ui} />
      {createPortal(<MapOverlay ui={ui} />, ui.overlay)}
      {createPortal(<HoverCard ui={ui} />, ui.overlay)}
      {createPortal(<ClusterCard ui={ui} />, ui.overlay)}
    </div>
  );
}

/** Where keys are typed. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
