import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { DELETED_SLOT, slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { clearSelection, deleteSelected, restoreSelected, startRenaming } from "../actions";
import { filterToSelection } from "../look-actions";
import { SplitSession } from "../sessions/split-session";
import type { PopoverName, Ui } from "../ui";
import { number, plural } from "../words";
import { Icon } from "./icons";
import { MergePopover } from "./merge-popover";
import { MovePopover } from "./move-popover";
import { NamePopover } from "./name-popover";
import { SummaryPopover } from "./summary-popover";
import { TagPopover } from "./tag-popover";

const popovers = {
  move: MovePopover,
  tag: TagPopover,
  merge: MergePopover,
  name: NamePopover,
  summary: SummaryPopover,
} as const;

/** What is selected and what can be done with it: there while something is selected. On narrow maps what can be done is opened by a button. */
export function SelectionBar({ ui }: { ui: Ui }): JSX.Element | null {
  const id = useId();
  const unfolded = useSignal(false);
  const { rows, deleted, clusters } = ui.selected.value;
  const open = ui.popover.value;
  if (!rows.length || ui.dialog.value) return null;
  const Opened = open && popovers[open];
  return (
    <>
      {Opened && <Opened key={open} ui={ui} />}
      <div
        class="ls-actions"
        role="toolbar"
        aria-label="Selection"
        data-unfolded={unfolded.value || undefined}
        data-opened={open ?? undefined}
      >
        <Chosen ui={ui} />
        <MadeOf ui={ui} />
        <button
          type="button"
          class="ls-action ls-unfold"
          aria-expanded={unfolded.value}
          aria-controls={id}
          title="What can be done with the selection"
          onClick={() => (unfolded.value = !unfolded.value)}
        >
          Actions
          <Icon name={unfolded.value ? "down" : "up"} />
        </button>
        <span class="ls-choices" id={id}>
          {clusters.length === 1 && <ClusterActions ui={ui} />}
          {clusters.length > 1 && <Opener ui={ui} name="merge" label="Merge…" title="Merge these clusters (m)" />}
          <Action label="Filter to selection" title="Let only these rows stay" onClick={() => filterToSelection(ui)}>
            Filter
          </Action>
          <Opener ui={ui} name="move" label="Move to…" title="Move these rows to another cluster" />
          <Opener ui={ui} name="tag" label="Tag…" title="Give these rows a tag, or take one away" />
          <Opener ui={ui} name="name" label="Name selection…" title="Keep this selection under a name">
            Name…
          </Opener>
          {deleted < rows.length && (
            <Action label="Delete rows" title="Delete these rows (Delete)" onClick={() => deleteSelected(ui)}>
              Delete
            </Action>
          )}
          {deleted > 0 && (
            <Action
              label="Restore rows"
              title="Take back the deletion of these rows"
              onClick={() => restoreSelected(ui)}
            >
              Restore
            </Action>
          )}
        </span>
        <button
          type="button"
          class="ls-button ls-clear"
          aria-label="Clear selection"
          title="Clear selection (Escape)"
          onClick={() => clearSelection(ui)}
        >
          <Icon name="close" />
        </button>
      </div>
    </>
  );
}

/** "120 rows", and which clusters these are. */
function Chosen({ ui }: { ui: Ui }): JSX.Element {
  const { rows, deleted, clusters } = ui.selected.value;
  void ui.viewCount.value; // the theme is the stage's
  return (
    <span class="ls-chosen">
      {clusters.slice(0, 5).map(({ id }) => (
        <span
          key={id}
          class="ls-swatch"
          style={{ "--colour": slotColour(slotOf(id), ui.stage.swatches, ui.stage.theme) }}
        />
      ))}
      {clusters.length === 1 && (
        <b class="ls-chosen-label" dir="auto" title={clusters[0].label}>
          {clusters[0].label}
        </b>
      )}
      {clusters.length > 1 && <b>{plural(clusters.length, "cluster")}</b>}
      <span class={clusters.length ? "ls-quiet" : undefined}>
        {clusters.length ? number(rows.length) : plural(rows.length, "row")}
        {deleted > 0 && ` (${deleted === rows.length ? "" : `${number(deleted)} `}deleted)`}
      </span>
    </span>
  );
}

const MOST_SEGMENTS = 7;

/** What the selection is made of at a glance: a bar of its clusters, which opens the bars of each. */
function MadeOf({ ui }: { ui: Ui }): JSX.Element {
  const counts = ui.selectedInSlot.value;
  void ui.viewCount.value; // the theme is the stage's
  const slots = Array.from(counts.keys())
    .filter((slot) => counts[slot] && slot !== DELETED_SLOT)
    .sort((a, b) => counts[b] - counts[a]);
  const open = ui.popover.value === "summary";
  return (
    <button
      type="button"
      class="ls-made-of"
      aria-label="What the selection is made of"
      title={`Of ${plural(slots.length, "cluster")}: open for more`}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-opens="summary"
      onClick={() => (ui.popover.value = open ? null : "summary")}
    >
      {slots.slice(0, MOST_SEGMENTS).map((slot) => (
        <span
          key={slot}
          style={{ flexGrow: counts[slot], background: slotColour(slot, ui.stage.swatches, ui.stage.theme) }}
        />
      ))}
      {slots.length > MOST_SEGMENTS && (
        <span
          style={{
            flexGrow: slots.slice(MOST_SEGMENTS).reduce((sum, slot) => sum + counts[slot], 0),
            background: "var(--ls-line)",
          }}
        />
      )}
    </button>
  );
}

function ClusterActions({ ui }: { ui: Ui }): JSX.Element {
  const [cluster] = ui.selected.value.clusters;
  // the kernel knows it by this id only once it has confirmed what made it
  const pending = ui.snapshot.value.pendingClusters.has(cluster.id);
  return (
    <>
      <Action label="Rename cluster" title="Rename this cluster (F2)" onClick={() => rename(ui, cluster.id)}>
        Rename
      </Action>
      <Action
        label="Split…"
        title="Split this cluster into parts"
        disabled={pending}
        onClick={() => (ui.dialog.value = new SplitSession(ui, cluster))}
      />
      <Action
        label="Relabel"
        title="Have the model give this cluster a new label"
        disabled={pending || ui.snapshot.value.relabelling}
        onClick={() => ui.store.relabel([cluster.id])}
      />
    </>
  );
}

/** In the list where it is to be seen there, else over its label on the map. */
function rename(ui: Ui, cluster: number): void {
  const filter = ui.filter.peek().trim();
  startRenaming(ui, cluster, ui.panelOpen.peek() && !filter ? "list" : "map");
}

interface ActionProps {
  label: string;
  title: string;
  disabled?: boolean;
  onClick: () => void;
  children?: ComponentChildren;
}

function Action({ label, title, disabled, onClick, children }: ActionProps): JSX.Element {
  return (
    <button type="button" class="ls-action" aria-label={label} title={title} disabled={disabled} onClick={onClick}>
      {children ?? label}
    </button>
  );
}

interface OpenerProps extends Omit<ActionProps, "onClick" | "disabled"> {
  ui: Ui;
  name: PopoverName;
}

function Opener({ ui, name, label, title, children }: OpenerProps): JSX.Element {
  const open = ui.popover.value === name;
  return (
    <button
      type="button"
      class="ls-action"
      aria-label={label}
      title={title}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-opens={name}
      onClick={() => (ui.popover.value = open ? null : name)}
    >
      {children ?? label}
    </button>
  );
}
