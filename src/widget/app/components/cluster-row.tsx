import type { JSX, TargetedKeyboardEvent } from "preact";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import { UNCLUSTERED, type Cluster } from "../../../scope";
import { modeOf, selectCluster, startRenaming, toggleDeleted } from "../actions";
import { pointOut, toggleClusterFilter } from "../look-actions";
import { OutliersSession } from "../sessions/outliers-session";
import type { Ui } from "../ui";
import { number } from "../words";
import { Icon, type IconName } from "./icons";
import { RenameInput } from "./rename-input";

interface RowProps {
  ui: Ui;
  cluster: Cluster;
  size: number;
  /** Size against that of the largest cluster. */
  share: number;
  /** Number of its rows that are selected. */
  selected: number;
  colour: string;
  first: boolean;
  pending: boolean;
  renaming: boolean;
}

/** One cluster in the list. */
export const ClusterRow = memo((props: RowProps) => {
  const { ui, cluster, size, share, selected, colour, first, pending, renaming } = props;
  const outliers = cluster.id === UNCLUSTERED;
  const pointed = useRef(false);
  const point = (out: boolean) => {
    if (out || pointed.current) pointOut(ui, out ? [cluster.id] : []);
    pointed.current = out;
  };
  // a row that goes away under the pointer hears of no leaving
  useEffect(() => () => point(false), []);
  return (
    <div
      class="ls-row"
      role="row"
      aria-level={1}
      aria-selected={selected === size}
      tabIndex={first ? 0 : -1}
      data-cluster={cluster.id}
      data-pending={pending || undefined}
      data-outliers={outliers || undefined}
      style={{ "--share": share, "--colour": colour }}
      onClick={(event) => {
        event.currentTarget.focus({ preventScroll: true });
        if (!renaming) selectCluster(ui, cluster.id, modeOf(event));
      }}
      onDblClick={() => startRenaming(ui, cluster.id, "list")}
      onKeyDown={(event) =>
        rowKey(event, (mode) => selectCluster(ui, cluster.id, mode), {
          F2: () => startRenaming(ui, cluster.id, "list"),
          f: () => toggleClusterFilter(ui, cluster.id),
        })
      }
      onMouseEnter={() => point(true)}
      onMouseLeave={() => point(false)}
      onFocus={({ currentTarget }) => point(currentTarget.matches(":focus-visible"))}
      onBlur={() => point(false)}
    >
      <span class="ls-swatch" role="gridcell" aria-hidden="true" />
      <span
        class="ls-name"
        role="gridcell"
        dir="auto"
        title={renaming ? undefined : cluster.description || cluster.label}
      >
        {renaming ? <RenameInput ui={ui} cluster={cluster} /> : cluster.label}
      </span>
      {cluster.stale && !renaming && (
        <span class="ls-stale" role="gridcell" title="Rows have come or gone since this label was made">
          stale
        </span>
      )}
      {outliers ? <AssignOutliers ui={ui} /> : !renaming && <RowButtons ui={ui} cluster={cluster} />}
      <span class="ls-size" role="gridcell">
        {selected > 0 && selected < size && <b>{number(selected)} / </b>}
        {number(size)}
      </span>
    </div>
  );
});

/** The last line of the list: the deleted rows, which are shown and selected by a click. */
export function DeletedRow({ ui, first }: { ui: Ui; first: boolean }): JSX.Element {
  const shown = ui.showDeleted.value;
  const title = shown ? "Hide the deleted rows" : "Show the deleted rows on the map and select them";
  return (
    <div
      class="ls-row"
      role="row"
      aria-level={1}
      aria-selected={shown}
      tabIndex={first ? 0 : -1}
      data-deleted-rows=""
      data-outliers=""
      style={{ "--share": 0, "--colour": "transparent" }}
      title={title}
      onClick={(event) => {
        event.currentTarget.focus({ preventScroll: true });
        toggleDeleted(ui);
      }}
      onKeyDown={(event) => rowKey(event, () => toggleDeleted(ui))}
    >
      <span class="ls-swatch" role="gridcell" aria-hidden="true" data-crossed="" />
      <span class="ls-name" role="gridcell">
        Deleted
      </span>
      <span class="ls-size" role="gridcell">
        {number(ui.deleted.value)}
      </span>
    </div>
  );
}

function AssignOutliers({ ui }: { ui: Ui }): JSX.Element {
  return (
    <span role="gridcell">
      <button
        type="button"
        class="ls-inline"
        aria-label="Assign outliers…"
        title="Move them into the clusters that they are likeliest to belong to"
        onClick={(event) => {
          event.stopPropagation();
          ui.dialog.value = new OutliersSession(ui);
        }}
        onDblClick={(event) => event.stopPropagation()}
      >
        Assign…
      </button>
    </span>
  );
}

function RowButtons({ ui, cluster }: { ui: Ui; cluster: Cluster }): JSX.Element {
  const button = (icon: IconName, name: string, title: string, act: () => void) => (
    <button
      type="button"
      class="ls-pencil"
      tabIndex={-1}
      aria-label={`${name} ${cluster.id}`}
      title={title}
      onClick={(event) => {
        event.stopPropagation();
        act();
      }}
      onDblClick={(event) => event.stopPropagation()}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <span class="ls-row-buttons" role="gridcell">
      {button("funnel", "Filter to cluster", "Show only this cluster, or all again (f)", () =>
        toggleClusterFilter(ui, cluster.id),
      )}
      {button("pencil", "Rename cluster", "Rename (F2)", () => startRenaming(ui, cluster.id, "list"))}
    </span>
  );
}

/** Arrows walk the rows; Enter and space select, as a click with the same keys does; some other keys have actions of their own. */
function rowKey(
  event: TargetedKeyboardEvent<HTMLDivElement>,
  choose: (mode: ReturnType<typeof modeOf>) => void,
  actions: Readonly<Record<string, () => void>> = {},
): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLElement>("[role=row]") ?? [])];
  const go = (target: HTMLElement | undefined) => target?.focus();
  const at = rows.indexOf(row);
  if (event.key === "ArrowDown") go(rows[at + 1]);
  else if (event.key === "ArrowUp") go(rows[at - 1]);
  else if (event.key === "Home") go(rows[0]);
  else if (event.key === "End") go(rows.at(-1));
  else if (event.key === "Enter" || event.key === " ") choose(modeOf(event));
  else if (actions[event.key] && !event.ctrlKey && !event.metaKey) actions[event.key]();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
