import type { JSX } from "preact";
import { MAX_LABEL_LENGTH } from "../../../scope";
import { mergeSelected } from "../actions";
import type { Ui } from "../ui";
import { TextPopover } from "./text-popover";

/** Merges the selected clusters: under a label of their own, or that of the largest. */
export function MergePopover({ ui }: { ui: Ui }): JSX.Element {
  return (
    <TextPopover
      ui={ui}
      name="merge"
      label="Merge clusters"
      field="Label"
      placeholder={ui.selected.value.clusters[0]?.label ?? ""}
      maxLength={MAX_LABEL_LENGTH}
      confirm="Merge"
      onConfirm={(label) => mergeSelected(ui, label)}
    />
  );
}
