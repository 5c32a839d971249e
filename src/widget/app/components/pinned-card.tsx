import type { JSX, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { selectRows } from "../actions";
import { findSimilar, showRow, stepBack } from "../look-actions";
import { tagsOfRow } from "../selected";
import { typedValue } from "../typed-value";
import type { Ui } from "../ui";
import { number } from "../words";
import { Button } from "./button";
import { CardHead } from "./card-head";
import { giveFocus } from "./popover";
import { RowText } from "./row-text";

/** The card of a row that stays: its whole text, all its columns, and its nearest neighbours to walk to. */
export function PinnedCard({ ui }: { ui: Ui }): JSX.Element | null {
  const row = ui.card.row.value;
  const element = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  const open = row !== null;
  useLayoutEffect(() => {
    if (!open) return;
    opener.current = document.activeElement;
    const card = element.current;
    return () => {
      if (card?.contains(document.activeElement)) giveFocus(opener.current, ui.stage.element);
    };
  }, [open]);
  useLayoutEffect(() => {
    element.current?.querySelector(".ls-pinned-body")?.scrollTo(0, 0);
  }, [row]);
  void ui.viewCount.value; // the theme is the stage's
  void ui.detailsCount.value;
  if (row === null) return null;
  const content = ui.content.value;
  const cluster = content.assignment[row];
  const detail = ui.details.get(row);
  const tags = tagsOfRow(content, row);
  return (
    <section
      ref={element}
      class="ls-pinned"
      data-side={ui.card.side.value}
      role="dialog"
      aria-label={`Row ${number(row)}`}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => cardKey(event, ui)}
    >
      <CardHead
        ui={ui}
        cluster={cluster}
        label={content.clusters.find(({ id }) => id === cluster)?.label ?? ""}
        before={
          ui.card.canGoBack.value && (
            <Button icon="back" name="Back" title="Back to the row before (Backspace)" onClick={() => stepBack(ui)} />
          )
        }
      >
        {content.deleted[row] === 1 && <span class="ls-card-deleted">deleted</span>}
        <span class="ls-card-row">#{number(row)}</span>
        <Button icon="close" name="Close card" title="Close (Escape)" onClick={() => ui.card.close()} />
      </CardHead>
      <div class="ls-pinned-body" tabIndex={0} role="group" aria-label="Text and columns">
        <RowText detail={detail} tags={tags} class="ls-pinned-text" />
        {detail && detail.columns.length > 0 && <Columns ui={ui} columns={detail.columns} />}
        <NearestNeighbours ui={ui} />
      </div>
      <footer class="ls-pinned-foot">
        <button
          type="button"
          class="ls-action"
          title="Select this row (shift adds it)"
          onClick={(event) => selectRows(ui, Uint32Array.of(row), event.shiftKey ? "add" : "replace")}
        >
          Select
        </button>
        <button
          type="button"
          class="ls-action"
          disabled={!detail?.text}
          title="Search for rows that are like this one in meaning"
          onClick={() => detail?.text && findSimilar(ui, detail.text)}
        >
          Find similar
        </button>
      </footer>
    </section>
  );
}

function Columns({ ui, columns }: { ui: Ui; columns: readonly (readonly [string, string | null])[] }): JSX.Element {
  const kinds = new Map(ui.colours.columns.value.map(({ name, kind }) => [name, kind]));
  return (
    <dl class="ls-columns">
      {columns.map(([name, value]) => {
        const typed = value === null ? null : typedValue(value, kinds.get(name));
        return (
          <div key={name}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">
              {typed?.href ? (
                <a href={typed.href} target="_blank" rel="noopener noreferrer">
                  {typed.text}
                </a>
              ) : (
                (typed?.text ?? "–")
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function NearestNeighbours({ ui }: { ui: Ui }): JSX.Element {
  const found = ui.card.neighbours.value;
  const problem = ui.card.problem.value;
  const { assignment } = ui.content.value;
  void ui.detailsCount.value;
  if (found) ui.details.want(found.rows);
  const waiting = ui.snapshot.value.kernel === "ready" ? "Looking for neighbours…" : "When the kernel is free…";
  return (
    <section class="ls-neighbours" aria-label="Nearest in meaning">
      <h3>Nearest in meaning</h3>
      {!found && (
        <p class="ls-legend-state" role="status" dir="auto">
          {problem || waiting}
        </p>
      )}
      {found && (
        <ul>
          {found.rows.map((row, i) => (
            <li key={row}>
              <button
                type="button"
                class="ls-neighbour"
                onClick={(event) => {
                  // the list goes with its row
                  event.currentTarget.closest(".ls-pinned")?.querySelector<HTMLElement>(".ls-pinned-body")?.focus();
                  showRow(ui, row);
                }}
              >
                <span
                  class="ls-swatch"
                  style={{ "--colour": slotColour(slotOf(assignment[row]), ui.stage.swatches, ui.stage.theme) }}
                />
                <bdi class="ls-tag-name">{ui.details.peek(row)?.text?.slice(0, 160) || `#${number(row)}`}</bdi>
                <span class="ls-size">{found.similarities[i].toFixed(2)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function cardKey(event: TargetedKeyboardEvent<HTMLElement>, ui: Ui): void {
  const { key } = event;
  if (key === "Escape") ui.card.close();
  else if (key === "Backspace" || (event.altKey && key === "ArrowLeft")) stepBack(ui);
  else if ((key === "ArrowDown" || key === "ArrowUp") && (event.target as Element).matches(".ls-neighbour")) {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".ls-neighbour")];
    all[all.indexOf(event.target as HTMLElement) + (key === "ArrowDown" ? 1 : -1)]?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
