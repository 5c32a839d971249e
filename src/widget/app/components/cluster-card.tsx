import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { labelOrigin } from "../label-origin";
import type { Ui } from "../ui";
import { plural } from "../words";
import { CardHead } from "./card-head";
import { useCardPlace } from "./use-card-place";

/** The cluster whose label is under the pointer: what it is about, and where its label came from. */
export function ClusterCard({ ui }: { ui: Ui }): JSX.Element | null {
  const card = useRef<HTMLDivElement>(null);
  const hover = ui.hoveredLabel.value;
  useCardPlace(card, hover, ui.stage.size);
  const item = hover && ui.items.value.find(({ cluster }) => cluster.id === hover.cluster);
  if (!item || ui.renaming.value) return null;
  const { cluster, size } = item;
  const origin = labelOrigin(cluster);
  return (
    <div ref={card} class="ls-tip ls-card" aria-hidden="true">
      <CardHead ui={ui} cluster={cluster.id} label={cluster.label}>
        <span class="ls-card-row">{plural(size, "row")}</span>
      </CardHead>
      {cluster.description && (
        <p class="ls-card-text" dir="auto">
          {cluster.description}
        </p>
      )}
      {origin && <p class="ls-card-origin">{origin}</p>}
      {cluster.stale && <p class="ls-card-origin">Rows have come or gone since.</p>}
      {cluster.labelError && <p class="ls-card-origin">No model could name it: {cluster.labelError}</p>}
    </div>
  );
}
