import { useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useId, useRef } from "preact/hooks";
import type { PanelTab, Ui } from "../ui";
import { number } from "../words";
import { ClusterList } from "./cluster-list";
import { OutliersDialog } from "./outliers-dialog";
import { RowsPanel } from "./rows-panel";
import { SplitDialog } from "./split-dialog";

const tabs: readonly (readonly [PanelTab, string])[] = [
  ["clusters", "Clusters"],
  ["rows", "Rows"],
];

/** Beside the map, or below it on narrow outputs: clusters and rows as tabs, or in their place a dialog. */
export function SidePanel({ ui }: { ui: Ui }): JSX.Element | null {
  const id = useId();
  const session = ui.dialog.value;
  const width = useSignal<number | null>(null);
  const panel = useRef<HTMLElement>(null);
  if (session?.kind === "split") return <SplitDialog key="split" ui={ui} session={session} />;
  if (session) return <OutliersDialog key="outliers" ui={ui} session={session} />;
  if (!ui.panelOpen.value) return null;
  const tab = ui.tab.value;
  return (
    <section
      ref={panel}
      class="ls-panel"
      aria-label="Clusters and rows"
      style={width.value === null ? undefined : { "--ls-panel-width": `${width.value}px` }}
    >
      <Splitter
        width={width.value}
        onWidth={(wanted) => (width.value = wanted)}
        measure={() => panel.current?.offsetWidth ?? LEAST}
      />
      <div class="ls-tabs" role="tablist" aria-label="Beside the map" onKeyDown={(event) => switchTab(event, ui)}>
        {tabs.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            class="ls-tab"
            aria-selected={tab === name}
            aria-controls={tab === name ? `${id}-panel` : undefined}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => (ui.tab.value = name)}
          >
            {label}
            {name === "clusters" && <span class="ls-size">{number(Math.max(0, insideCount(ui)))}</span>}
          </button>
        ))}
      </div>
      <div class="ls-tabpanel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`}>
        {tab === "clusters" ? <ClusterList ui={ui} /> : <RowsPanel ui={ui} />}
      </div>
    </section>
  );
}

function insideCount(ui: Ui): number {
  return ui.items.value.filter(({ cluster }) => cluster.id >= 0).length;
}

function switchTab(event: TargetedKeyboardEvent<HTMLDivElement>, ui: Ui): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const list = event.currentTarget;
  ui.tab.value = ui.tab.peek() === "rows" ? "clusters" : "rows";
  event.preventDefault();
  event.stopPropagation();
  queueMicrotask(() => list.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
}

const LEAST = 220;
const MOST = 900;
const STEP = 24;

interface SplitterProps {
  /** In CSS pixels; null for that of the style sheet. */
  width: number | null;
  onWidth: (width: number) => void;
  measure: () => number;
}

/** The left edge of the panel, which is dragged or moved by arrow keys. */
function Splitter({ width, onWidth, measure }: SplitterProps): JSX.Element {
  const from = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const set = (wanted: number) => onWidth(Math.round(Math.min(MOST, Math.max(LEAST, wanted))));
  return (
    <div
      class="ls-splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={width ?? LEAST}
      tabIndex={0}
      onMouseDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width: measure() };
      }}
      onPointerMove={(event) => {
        if (from.current) set(from.current.width + from.current.x - event.clientX);
      }}
      onPointerUp={() => (from.current = null)}
      onPointerCancel={() => (from.current = null)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
        if (step === undefined) return;
        set(measure() + step);
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
