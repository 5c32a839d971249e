import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { OutliersSession } from "../sessions/outliers-session";
import type { Ui } from "../ui";
import { number, percent, plural } from "../words";
import { Dialog } from "./dialog";

/** Where outliers would go, before they do: as many as a slider says, the most probable first. */
export function OutliersDialog({ ui, session }: { ui: Ui; session: OutliersSession }): JSX.Element {
  const id = useId();
  const outliers = session.outliers.value;
  const least = session.least.value;
  const left = Math.max(least, Math.min(outliers, session.left.value));
  const rows = ui.store.rows - ui.deleted.value;
  const amount = `${plural(left, "row")} (${percent(left / Math.max(1, rows))})`;
  const table = session.table.value;
  return (
    <Dialog
      ui={ui}
      label="Assign outliers"
      title="Assign outliers"
      confirm="Assign"
      ready={session.moved.value > 0}
      onConfirm={() => session.apply()}
    >
      <div class="ls-slider">
        <label for={id}>
          Leave unclustered: <b>{amount}</b>
        </label>
        <input
          id={id}
          type="range"
          aria-label="Rows left unclustered"
          aria-valuetext={amount}
          min={least}
          max={outliers}
          step={1}
          value={left}
          disabled={!table?.rows.length}
          onInput={(event) => session.leave(Number(event.currentTarget.value))}
        />
        <div class="ls-slider-ends">
          <span>{number(least)}</span>
          <span>{number(outliers)}</span>
        </div>
      </div>
      <div class="ls-dialog-state" role="status" data-problem={session.problem.value ? "" : undefined} dir="auto">
        {session.problem.value || sentence(session)}
      </div>
    </Dialog>
  );
}

function sentence(session: OutliersSession): string {
  const table = session.table.value;
  const summary = session.summary.value;
  if (!table) return "Looking where they belong…";
  if (!table.rows.length) return "No cluster is near enough to any of them.";
  if (!summary) return "Nothing moves yet: drag to the left, and the most probable go first.";
  const { rows, clusters, probability } = summary;
  return `${plural(rows, "row")} ${rows === 1 ? "moves" : "move"} into ${plural(clusters, "cluster")}, the least probable with ${percent(probability)}.`;
}
