import type { JSX } from "preact";
import { UNCLUSTERED } from "../../../scope";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import type { Ui } from "../ui";
import { number, plural } from "../words";
import { ClusterRow, DeletedRow } from "./cluster-row";
import { Icon } from "./icons";
import { Keepsakes } from "./keepsakes";
import { LabelSelect } from "./label-select";

/** The clusters by size: colour, label, number of rows. A click selects the rows of one, a double click renames it. */
export function ClusterList({ ui }: { ui: Ui }): JSX.Element {
  const wanted = ui.filter.value.trim().toLocaleLowerCase();
  const items = ui.items.value;
  const shown = wanted ? items.filter(({ cluster }) => cluster.label.toLocaleLowerCase().includes(wanted)) : items;
  const inside = items.filter(({ cluster }) => cluster.id !== UNCLUSTERED);
  const largest = inside.reduce((most, { size }) => Math.max(most, size), 1);
  const deleted = ui.deleted.value > 0 && !wanted;
  void ui.viewCount.value; // the theme is the stage's
  return (
    <>
      <header class="ls-filter">
        <span class="ls-search">
          <Icon name="search" />
          <input
            class="ls-input"
            type="search"
            aria-label="Filter clusters"
            placeholder={`Filter ${plural(inside.length, "cluster")}`}
            value={ui.filter.value}
            onInput={(event) => (ui.filter.value = event.currentTarget.value)}
          />
        </span>
        <LabelSelect ui={ui} />
        <RelabelStale ui={ui} />
      </header>
      <div
        class="ls-list"
        role="treegrid"
        aria-label="Clusters"
        aria-multiselectable="true"
        aria-rowcount={shown.length + Number(deleted)}
      >
        {shown.map(({ cluster, size }, index) => (
          <ClusterRow
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
        {deleted && <DeletedRow ui={ui} first={!shown.length} />}
        {!shown.length && !deleted && <p class="ls-empty">{wanted ? "No label has this text." : "No clusters."}</p>}
      </div>
      <Keepsakes ui={ui} />
    </>
  );
}

/** There while labels are stale: has the model make them anew. */
function RelabelStale({ ui }: { ui: Ui }): JSX.Element | null {
  const stale = ui.items.value.filter(({ cluster }) => cluster.stale).length;
  const busy = ui.snapshot.value.relabelling;
  if (!stale && !busy) return null;
  return (
    <button
      type="button"
      class="ls-action ls-relabel"
      aria-label="Relabel stale labels"
      title="Have the model label the clusters anew whose rows have come or gone"
      aria-busy={busy}
      disabled={busy}
      onClick={() => ui.store.relabel(null)}
    >
      {busy ? "Relabelling…" : `Relabel ${number(stale)} stale`}
    </button>
  );
}
