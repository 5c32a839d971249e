import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { tagsOfRow } from "../selected";
import type { Ui } from "../ui";
import { number } from "../words";
import { CardHead } from "./card-head";
import { RowText } from "./row-text";
import { useCardPlace } from "./use-card-place";

const MAX_COLUMNS = 6;

/** The row under the pointer: its text, its cluster and some columns. */
export function HoverCard({ ui }: { ui: Ui }): JSX.Element | null {
  const card = useRef<HTMLDivElement>(null);
  const hover = ui.hover.value;
  void ui.detailsCount.value;
  useCardPlace(card, hover, ui.stage.size);
  if (!hover || hover.quiet || hover.row === ui.card.row.value) return null;
  const { content } = ui.stage;
  const id = content.assignment[hover.row];
  const cluster = content.clusters.find((c) => c.id === id);
  const tags = tagsOfRow(content, hover.row);
  const detail = ui.details.get(hover.row);
  return (
    <div ref={card} class="ls-tip ls-card" aria-hidden="true">
      <CardHead ui={ui} cluster={id} label={cluster?.label ?? ""}>
        {content.deleted[hover.row] === 1 && <span class="ls-card-deleted">deleted</span>}
        <span class="ls-card-row">#{number(hover.row)}</span>
      </CardHead>
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
