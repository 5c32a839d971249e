import type { JSX } from "preact";
import { createPortal } from "preact/compat";
import { useLayoutEffect, useRef } from "preact/hooks";
import { handleKey } from "../keys";
import type { Ui } from "../ui";
import { ClusterList } from "./cluster-list";
import { HoverCard } from "./hover-card";
import { MapOverlay } from "./map-overlay";
import { OutliersDialog } from "./outliers-dialog";
import { SelectionBar } from "./selection-bar";
import { SplitDialog } from "./split-dialog";
import { Announcements } from "./status";
import { Toolbar } from "./toolbar";

/**
 * The whole view: toolbar above, map on the left with what can be done with the selection, clusters on the right (below on narrow outputs), or in their
 * place a dialog.
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
          <div class="ls-dock">
            <Announcements ui={ui} />
            <SelectionBar ui={ui} />
          </div>
        </div>
        <SidePanel ui={ui} />
      </div>
      {createPortal(<MapOverlay ui={ui} />, ui.overlay)}
      {createPortal(<HoverCard ui={ui} />, ui.overlay)}
    </div>
  );
}

function SidePanel({ ui }: { ui: Ui }): JSX.Element | null {
  const session = ui.dialog.value;
  if (session?.kind === "split") return <SplitDialog key="split" ui={ui} session={session} />;
  if (session) return <OutliersDialog key="outliers" ui={ui} session={session} />;
  return ui.panelOpen.value ? <ClusterList ui={ui} /> : null;
}

/** Where keys are typed. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
