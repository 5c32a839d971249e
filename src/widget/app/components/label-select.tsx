import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LabelSet } from "../../../scope";
import type { Ui } from "../ui";
import { plural } from "../words";

/** Gives the clusters the labels of another model, where there are some. */
export function LabelSelect({ ui }: { ui: Ui }): JSX.Element | null {
  const [sets, setSets] = useState<readonly LabelSet[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    // without an answer there is nothing to choose from; that the kernel is not there is said elsewhere
    ui.requests.labelSets(abort.signal).then(setSets, () => setSets([]));
    return () => abort.abort();
  }, []);
  if (sets.length < 2) return null;
  return (
    <select
      class="ls-input ls-label-sets"
      aria-label="Labels of"
      title="Give the clusters the labels of another model; those that a person gave stay"
      value=""
      disabled={ui.snapshot.value.relabelling}
      onChange={({ currentTarget }) => {
        ui.store.useLabels(currentTarget.value);
        currentTarget.value = "";
      }}
    >
      <option value="" disabled>
        Labels of…
      </option>
      {sets.map(({ id, model, labels }) => (
        <option key={id} value={id}>
          {`${model.replace(/^latentscope-/, "")} (${plural(labels, "label")}, ${id.replace(/^.*-/, "set ")})`}
        </option>
      ))}
    </select>
  );
}
