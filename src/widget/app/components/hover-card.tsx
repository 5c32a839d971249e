import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { tagsOfRow } from "../selected";
import type { Ui } from "../ui";
import { number } from "../words";
import { RowText } from "./row-text";

const MAX_COLUMNS = 6;
const DISTANCE = 14;

/** The row under the pointer: its text, its cluster and some columns. */
export function HoverCard({ ui }: { ui: Ui }): JSX.Element | null {
  const card = useRef<HTMLDivElement>(null);
  const hover = ui.hover.value;
  void ui.detailsCount.value;
  useLayoutEffect(() => {
    const element = card.current;
    if (!element || !hover) return;
    const { width, height } = ui.stage.size;
    const { offsetWidth, offsetHeight } = element;
    const right = hover.x + DISTANCE + offsetWidth <= width || hover.x < offsetWidth + DISTANCE;
    const below = hover.y + DISTANCE + offsetHeight <= height || hover.y < offsetHeight + DISTANCE;
    const x = right ? Math.min(hover.x + DISTANCE, width - offsetWidth - 4) : hover.x - DISTANCE - offsetWidth;
    const y = below ? Math.min(hover.y + DISTANCE, height - offsetHeight - 4) : hover.y - DISTANCE - offsetHeight;
    element.style.transform = `translate(${Math.max(4, Math.round(x))}px, ${Math.max(4, Math.round(y))}px)`;
  });
  if (!hover || hover.quiet || hover.row === ui.card.row.value) return null;
  const { content } = ui.stage;
  const id = content.assignment[hover.row];
  const cluster = content.clusters.find((c) => c.id === id);
  const tags = tagsOfRow(content, hover.row);
  const detail = ui.details.get(hover.row);
  return (
    <div ref={card} class="ls-tip ls-card" aria-hidden="true">
      <div class="ls-card-head">
        <span class="ls-swatch" style={{ "--colour": slotColour(slotOf(id), ui.stage.swatches, ui.stage.theme) }} />
        <span class="ls-card-label" dir="auto">
          {cluster?.label ?? ""}
        </span>
        {content.deleted[hover.row] === 1 && <span class="ls-card-deleted">deleted</span>}
        <span class="ls-card-row">#{number(hover.row)}</span>
      </div>
      <RowText detail={detail} tags={tags} class="ls-card-text" />
      {detail && detail.columns.length > 0 && (
        <div class="ls-card-columns">
          {detail.columns.slice(0, MAX_COLUMNS).map(([name, value]) => (
            <div key={name}>
              <span class="ls-card-name" dir="auto">
                {name}
              </span>
              <span class="ls-card-value" dir="auto">
                {value ?? "–"}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
