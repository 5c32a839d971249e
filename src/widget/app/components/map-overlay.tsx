import type { JSX } from "preact";
import type { Ui } from "../ui";
import { RenameInput } from "./rename-input";

/** What lies over the map: the lasso being drawn, the ring around the row under the pointer, the label being renamed. */
export function MapOverlay({ ui }: { ui: Ui }): JSX.Element {
  void ui.viewCount.value;
  const drawing = ui.drawing.value;
  return (
    <>
      {drawing && (
        <svg class="ls-drawing" aria-hidden="true">
          <path d={`M${pairs(drawing).join("L")}Z`} />
        </svg>
      )}
      <Ring ui={ui} />
      <MapRename ui={ui} />
      {ui.hint.value && <div class="ls-note">{ui.hint.value}</div>}
    </>
  );
}

function Ring({ ui }: { ui: Ui }): JSX.Element | null {
  const hover = ui.hover.value;
  if (!hover) return null;
  const [x, y] = ui.stage.project(hover.row);
  return <div class="ls-ring" style={{ transform: `translate(${x}px, ${y}px)` }} />;
}

const INPUT_WIDTH = 200;

function MapRename({ ui }: { ui: Ui }): JSX.Element | null {
  const renaming = ui.renaming.value;
  if (renaming?.place !== "map") return null;
  const cluster = ui.snapshot.value.state.content.clusters.find((c) => c.id === renaming.cluster);
  if (!cluster) return null;
  const place = ui.stage.labels.placeOf(renaming.cluster, ui.stage.transform, ui.stage.size);
  if (!place) return null;
  const width = Math.min(INPUT_WIDTH, ui.stage.size.width - 16);
  const x = Math.min(ui.stage.size.width - width - 8, Math.max(8, place[0] - width / 2));
  return (
    <div class="ls-map-rename" style={{ transform: `translate(${x}px, ${place[1] - 15}px)`, width: `${width}px` }}>
      <RenameInput ui={ui} cluster={cluster} />
    </div>
  );
}

function pairs(corners: readonly number[]): string[] {
  return Array.from(
    { length: corners.length >> 1 },
    (_, i) => `${corners[2 * i].toFixed(1)} ${corners[2 * i + 1].toFixed(1)}`,
  );
}
