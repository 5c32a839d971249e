import { useComputed } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { flagsOf } from "../../../scope";
import { modeOf, selectRows } from "../actions";
import { ringRow, showRow } from "../look-actions";
import type { Sort, SortKey } from "../models/table-model";
import { scrollHeight } from "../rows/virtual-scroll";
import { useVirtualScroll } from "../rows/use-virtual-scroll";
import type { Ui } from "../ui";
import { Icon } from "./icons";
import { isNumber, tableColumns, TableRow, type TableColumn } from "./table-row";

const ROW_HEIGHT = 30;
const HEAD_HEIGHT = 30;

/**
 * A table of any number of rows, of which those in sight are on the page. The focus is the table's; arrows walk its rows, Enter goes to one on the map,
 * space selects.
 */
export function RowsTable({ ui }: { ui: Ui }): JSX.Element {
  const id = useId();
  const { table, details } = ui;
  const { source, rows } = table.shown.value;
  const [active, setActive] = useState(0);
  const anchor = useRef(0);
  const scroll = useVirtualScroll(rows.length, ROW_HEIGHT, HEAD_HEIGHT);
  const columns = tableColumns(ui);
  const selected = useComputed(() => flagsOf(ui.snapshot.value.state.selection, ui.store.rows));
  const { first, end } = scroll;
  const inSight = rows.subarray(first, end);
  void ui.detailsCount.value;
  void ui.viewCount.value; // the theme is the stage's
  useEffect(() => details.want([...inSight]));
  const query = ui.search.similarities.value;
  const sort = table.sort.value;
  useEffect(() => {
    setActive(0);
    scroll.reset();
  }, [source, query, sort]);
  useEffect(() => () => ringRow(ui, null), []);
  const at = Math.min(active, rows.length - 1);

  const choose = (index: number, mode: ReturnType<typeof modeOf>, range: boolean) => {
    const [from, to] = range ? [Math.min(anchor.current, index), Math.max(anchor.current, index)] : [index, index];
    if (!range) anchor.current = index;
    const remove = mode === "add" && !range && selected.peek()[rows[index]];
    selectRows(ui, rows.slice(from, to + 1), remove ? "remove" : mode);
  };
  const key = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || !rows.length) return;
    const page = Math.max(1, Math.floor(scroll.list.viewport / ROW_HEIGHT) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[
      event.key
    ];
    if (step !== undefined) {
      const next = Math.min(rows.length - 1, Math.max(0, at + step));
      setActive(next);
      scroll.show(next);
      ringRow(ui, rows[next]);
    } else if (event.key === "Enter") showRow(ui, rows[at]);
    else if (event.key === " ") choose(at, event.shiftKey ? "replace" : "add", event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={scroll.scroller}
      class="ls-grid"
      role="grid"
      tabIndex={0}
      aria-label="Rows"
      aria-multiselectable="true"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-busy={table.sorting.value}
      aria-activedescendant={at >= first && at < end ? `${id}-${rows[at]}` : undefined}
      onKeyDown={key}
      onMouseLeave={() => ringRow(ui, null)}
    >
      <div class="ls-grid-space" role="presentation" style={{ height: `${scrollHeight(scroll.list) + HEAD_HEIGHT}px` }}>
        <div class="ls-grid-window" role="presentation" style={{ height: `${scroll.list.viewport + HEAD_HEIGHT}px` }}>
          <div class="ls-grid-head" role="row" aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.name} ui={ui} column={column} sort={sort} />
            ))}
          </div>
          <div class="ls-grid-rows" role="presentation">
            <div role="presentation" style={{ transform: `translateY(${scroll.offset}px)` }}>
              {Array.from(inSight, (row, i) => (
                <TableRow
                  key={row}
                  ui={ui}
                  id={`${id}-${row}`}
                  row={row}
                  index={first + i}
                  columns={columns}
                  detail={details.peek(row)}
                  selected={selected.value[row] === 1}
                  active={first + i === at}
                  pinned={ui.card.row.value === row}
                  onClick={(event) => {
                    setActive(first + i);
                    if (event.shiftKey) choose(first + i, "replace", true);
                    else if (event.ctrlKey || event.metaKey || event.altKey) choose(first + i, modeOf(event), false);
                    else {
                      anchor.current = first + i;
                      showRow(ui, row);
                    }
                  }}
                />
              ))}
            </div>
          </div>
        </div>
      </div>
      {!rows.length && <p class="ls-empty">{source === "search" ? "Nothing found." : "No rows."}</p>}
    </div>
  );
}

/** The head of a column: a click sorts by it, a second one the other way round, a third one not at all. */
function Head({ ui, column, sort }: { ui: Ui; column: TableColumn; sort: Sort | null }): JSX.Element {
  const { sortKey } = column;
  const own = sort !== null && sortKey !== null && sameKey(sort.by, sortKey) ? sort : null;
  const state = own ? (own.descending ? "descending" : "ascending") : "none";
  return (
    <div
      class="ls-cell"
      role="columnheader"
      aria-sort={sortKey === null ? undefined : state}
      style={{ width: `${column.width}px` }}
      data-grows={column.grows || undefined}
      data-number={isNumber(column) || undefined}
    >
      {sortKey === null ? (
        <bdi>{column.title}</bdi>
      ) : (
        <button
          type="button"
          class="ls-sort"
          aria-label={`Sort by ${column.name}`}
          title={`Sort by ${column.name}`}
          onClick={() => (ui.table.sort.value = nextSort(own, sortKey))}
        >
          <bdi class="ls-tag-name">{column.title}</bdi>
          {own && <Icon name={own.descending ? "down" : "up"} />}
        </button>
      )}
    </div>
  );
}

function nextSort(own: Sort | null, by: SortKey): Sort | null {
  if (!own) return { by, descending: by === "similarity" };
  const turned = own.descending === (by === "similarity");
  return turned ? { by, descending: !own.descending } : null;
}

function sameKey(a: SortKey, b: SortKey): boolean {
  return typeof a === "object" && typeof b === "object" ? a.column === b.column : a === b;
}
