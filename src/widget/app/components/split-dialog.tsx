import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { MAX_LABEL_LENGTH, rowsOf, type SplitEdit } from "../../../scope";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import type { SplitSession } from "../sessions/split-session";
import type { Ui } from "../ui";
import { number, plural } from "../words";
import { Dialog } from "./dialog";

const PARTS = [2, 3, 4, 5, 6, 7, 8];
const DEFAULT_LEAST = 15;

/** A split of a cluster before it is made: how many parts, what they are called. */
export function SplitDialog({ ui, session }: { ui: Ui; session: SplitSession }): JSX.Element {
  const proposal = session.proposal.value;
  const problem = session.problem.value;
  return (
    <Dialog
      ui={ui}
      label="Split cluster"
      title={
        <>
          Split “<bdi>{session.cluster.label}</bdi>”
        </>
      }
      confirm="Split"
      ready={proposal !== null}
      onConfirm={() => session.apply()}
    >
      <Options session={session} />
      <div class="ls-dialog-state" role="status" data-problem={problem ? "" : undefined} dir="auto">
        {problem || (proposal ? plural(proposal.parts.length, "part") : "Looking for parts…")}
      </div>
      {proposal && <Parts ui={ui} session={session} proposal={proposal} />}
    </Dialog>
  );
}

/** By number, or by density. */
function Options({ session }: { session: SplitSession }): JSX.Element {
  const { parts, minClusterSize } = session.options.value;
  const [least, setLeast] = useState(DEFAULT_LEAST);
  const byDensity = minClusterSize !== undefined;
  return (
    <div class="ls-fields">
      <label class="ls-field">
        <span>Parts</span>
        <select
          class="ls-input"
          value={byDensity ? "density" : (parts ?? "auto")}
          onChange={({ currentTarget: { value } }) =>
            session.ask(
              value === "auto" ? {} : value === "density" ? { minClusterSize: least } : { parts: Number(value) },
            )
          }
        >
          <option value="auto">Auto</option>
          {PARTS.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
          <option value="density">By density</option>
        </select>
      </label>
      {byDensity && (
        <label class="ls-field">
          <span>At least</span>
          <input
            class="ls-input"
            type="number"
            aria-label="Rows in a part, at least"
            min={2}
            step={1}
            value={least}
            onChange={({ currentTarget }) => {
              const rows = Math.max(2, Math.round(Number(currentTarget.value)) || DEFAULT_LEAST);
              currentTarget.value = String(rows);
              setLeast(rows);
              session.ask({ minClusterSize: rows });
            }}
          />
          <span class="ls-quiet">rows each</span>
        </label>
      )}
    </div>
  );
}

function Parts({ ui, session, proposal }: { ui: Ui; session: SplitSession; proposal: SplitEdit }): JSX.Element {
  const { nextCluster } = ui.snapshot.value.state;
  const { swatches, theme } = ui.stage;
  void ui.viewCount.value; // the theme is the stage's
  return (
    <ul class="ls-parts">
      {proposal.parts.map((part, i) => (
        <li key={i} class="ls-part">
          <span class="ls-swatch" style={{ "--colour": slotColour(slotOf(nextCluster + i), swatches, theme) }} />
          <input
            class="ls-input"
            aria-label={`Label of part ${i + 1}`}
            dir="auto"
            spellcheck={false}
            maxLength={MAX_LABEL_LENGTH}
            value={session.labels.value[i]}
            onInput={(event) => session.relabel(i, event.currentTarget.value)}
          />
          <span class="ls-size">{number(rowsOf(part.rows, ui.store.rows).length)}</span>
        </li>
      ))}
    </ul>
  );
}
