import type { JSX, TargetedKeyboardEvent } from "preact";
import { memo } from "preact/compat";
import { useRef } from "preact/hooks";
import { UNCLUSTERED, type Cluster } from "../../../scope";
import { slotOf } from "../../map/clusters";
import { slotColour } from "../../map/theme";
import { modeOf, selectCluster, startRenaming } from "../actions";
import type { Ui } from "../ui";
import { Icon } from "./icons";
import { RenameInput } from "./rename-input";
import { number, plural } from "./toolbar";

/** The clusters by size: colour, label, number of rows. A click selects the rows of one, a double click renames it. */
export function ClusterList({ ui }: { ui: Ui }): JSX.Element {
  const wanted = ui.filter.value.trim().toLocaleLowerCase();
  const items = ui.items.value;
  const shown = wanted ? items.filter(({ cluster }) => cluster.label.toLocaleLowerCase().includes(wanted)) : items;
  const clusters = items.filter(({ cluster }) => cluster.id !== UNCLUSTERED).length;
  const largest = items.reduce(
    (most, { cluster, size }) => (cluster.id === UNCLUSTERED ? most : Math.max(most, size)),
    1,
  );
  const list = useRef<HTMLDivElement>(null);
  void ui.viewCount.value; // the theme is the stage's
  return (
    <section class="ls-panel" aria-label="Clusters">
      <header class="ls-filter">
        <Icon name="search" />
        <input
          class="ls-input"
          type="search"
          aria-label="Filter clusters"
          placeholder={`Filter ${plural(clusters, "cluster")}`}
          value={ui.filter.value}
          onInput={(event) => (ui.filter.value = event.currentTarget.value)}
        />
      </header>
      <div
        ref={list}
        class="ls-list"
        role="treegrid"
        aria-label="Clusters"
        aria-multiselectable="true"
        aria-rowcount={shown.length}
      >
        {shown.map(({ cluster, size }, index) => (
          <Row
            key={cluster.id}
            ui={ui}
            cluster={cluster}
            size={size}
            share={cluster.id === UNCLUSTERED ? 0 : size / largest}
            selected={ui.selectedInSlot.value[slotOf(cluster.id)]}
            colour={slotColour(slotOf(cluster.id), ui.stage.swatches, ui.stage.theme)}
            first={index === 0}
            pending={ui.snapshot.value.pendingClusters.has(cluster.id)}
            renaming={ui.renaming.value?.place === "list" && ui.renaming.value.cluster === cluster.id}
          />
        ))}
        {!shown.length && <p class="ls-empty">{wanted ? "No label has this text." : "No clusters."}</p>}
      </div>
    </section>
  );
}

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

const Row = memo(({ ui, cluster, size, share, selected, colour, first, pending, renaming }: RowProps) => {
  const outliers = cluster.id === UNCLUSTERED;
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
      onKeyDown={(event) => rowKey(ui, cluster, event)}
      onMouseEnter={() => ui.stage.fade((slot) => slot !== slotOf(cluster.id))}
      onMouseLeave={() => ui.stage.fade(undefined)}
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
      {!outliers && !renaming && (
        <button
          type="button"
          class="ls-pencil"
          tabIndex={-1}
          aria-label={`Rename cluster ${cluster.id}`}
          title="Rename (F2)"
          onClick={(event) => {
            event.stopPropagation();
            startRenaming(ui, cluster.id, "list");
          }}
          onDblClick={(event) => event.stopPropagation()}
        >
          <Icon name="pencil" />
        </button>
      )}
      <span class="ls-size" role="gridcell">
        {selected > 0 && selected < size && <b>{number(selected)} / </b>}
        {number(size)}
      </span>
    </div>
  );
});

function rowKey(ui: Ui, cluster: Cluster, event: TargetedKeyboardEvent<HTMLDivElement>): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLElement>("[role=row]") ?? [])];
  const go = (target: Element | null | undefined) => (target as HTMLElement | null | undefined)?.focus();
  switch (event.key) {
    case "ArrowDown":
      go(row.nextElementSibling);
      break;
    case "ArrowUp":
      go(row.previousElementSibling);
      break;
    case "Home":
      go(rows[0]);
      break;
    case "End":
      go(rows[rows.length - 1]);
      break;
    case "Enter":
    case " ":
      selectCluster(ui, cluster.id, modeOf(event));
      break;
    case "F2":
      startRenaming(ui, cluster.id, "list");
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
