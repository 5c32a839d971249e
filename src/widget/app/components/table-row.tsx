import type { JSX, TargetedMouseEvent } from "preact";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import type { ColumnKind, RowDetail } from "../../../scope";
import { ringRow } from "../look-actions";
import type { SortKey } from "../models/table-model";
import { typedValue } from "../typed-value";
import type { Ui } from "../ui";
import { number } from "../words";

/** A column of the table of rows. */
export interface TableColumn {
  readonly name: string;
  /** What its head shows. */
  readonly title: string;
  /** CSS pixels. */
  readonly width: number;
  /** Whether it takes the room that is left. */
  readonly grows?: boolean;
  readonly sortKey: SortKey | null;
  /** What it shows: something of the map's own, or a column of the input. */
  readonly of: "row" | "cluster" | "text" | "similarity" | { readonly kind: ColumnKind };
}

/** The columns that there are now. */
export function tableColumns(ui: Ui): readonly TableColumn[] {
  const columns = ui.colours.columns.value;
  const mapped = columns.find((column) => column.mapped);
  const digits = String(ui.store.rows).length;
  return [
    { name: "row", title: "#", width: 34 + 8 * digits, sortKey: "row", of: "row" },
    { name: "cluster", title: "●", width: 34, sortKey: "cluster", of: "cluster" },
    ...(ui.search.similarities.value
      ? [{ name: "similarity", title: "Similarity", width: 92, sortKey: "similarity", of: "similarity" } as const]
      : []),
    {
      name: "text",
      title: "Text",
      width: 200,
      grows: true,
      sortKey: mapped ? { column: mapped.name } : null,
      of: "text",
    },
    ...columns
      .filter((column) => column !== mapped)
      .map(({ name, kind }): TableColumn => ({
        name,
        title: name,
        width: kind === "text" ? 160 : 112,
        sortKey: { column: name },
        of: { kind },
      })),
  ];
}

interface RowProps {
  ui: Ui;
  id: string;
  row: number;
  index: number;
  columns: readonly TableColumn[];
  /** Undefined until it has come. */
  detail: RowDetail | undefined;
  selected: boolean;
  active: boolean;
  pinned: boolean;
  onClick: (event: TargetedMouseEvent<HTMLDivElement>) => void;
}

/** One row of the table. */
export function TableRow(props: RowProps): JSX.Element {
  const { ui, id, row, index, columns, detail, selected, active, pinned, onClick } = props;
  return (
    <div
      class="ls-grid-row"
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-busy={!detail || undefined}
      data-row={row}
      data-active={active || undefined}
      data-pinned={pinned || undefined}
      data-deleted={ui.content.value.deleted[row] === 1 || undefined}
      onClick={onClick}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onMouseEnter={() => ringRow(ui, row)}
    >
      {columns.map((column) => (
        <div
          key={column.name}
          class="ls-cell"
          role="gridcell"
          style={{ width: `${column.width}px` }}
          data-grows={column.grows || undefined}
          data-number={isNumber(column) || undefined}
        >
          <Cell ui={ui} column={column} row={row} detail={detail} />
        </div>
      ))}
    </div>
  );
}

/** So much of a text is in its cell: no more is seen of it. */
const MOST_CHARACTERS = 240;

interface CellProps extends Pick<RowProps, "ui" | "row" | "detail"> {
  column: TableColumn;
}

function Cell({ ui, column, row, detail }: CellProps): JSX.Element | null {
  switch (column.of) {
    case "row":
      return <RowNumber ui={ui} row={row} />;
    case "cluster": {
      const id = ui.content.value.assignment[row];
      const label = ui.content.value.clusters.find((cluster) => cluster.id === id)?.label ?? "";
      return (
        <span
          class="ls-swatch"
          role="img"
          aria-label={label}
          title={label}
          style={{ "--colour": slotColour(slotOf(id), ui.stage.swatches, ui.stage.theme) }}
        />
      );
    }
    case "similarity": {
      const value = ui.search.similarities.value?.values[row] ?? NaN;
      return <>{value === value ? value.toFixed(2) : "–"}</>;
    }
    case "text":
      if (!detail) return <span class="ls-placeholder">…</span>;
      return (
        <bdi class="ls-tag-name" data-empty={!detail.text || undefined}>
          {detail.text?.slice(0, MOST_CHARACTERS) || "(no text)"}
        </bdi>
      );
    default: {
      const value = detail?.columns.find(([name]) => name === column.name)?.[1];
      return detail ? (
        <bdi class="ls-tag-name">{value ? typedValue(value.slice(0, MOST_CHARACTERS), column.of.kind).text : "–"}</bdi>
      ) : null;
    }
  }
}

/** The row, or its number among the results of a search. */
function RowNumber({ ui, row }: { ui: Ui; row: number }): JSX.Element {
  const place = ui.search.best.value.indexOf(row);
  return place < 0 ? (
    <>{number(row)}</>
  ) : (
    <>
      <b class="ls-rank">{place + 1}</b> {number(row)}
    </>
  );
}

/** Whether its values are numbers, which stand to the right. */
export function isNumber({ of }: TableColumn): boolean {
  return of === "row" || of === "similarity" || (typeof of === "object" && of.kind === "number");
}
