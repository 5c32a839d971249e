import type { JSX } from "preact";
import { MAX_NAME_LENGTH } from "../../../scope";
import type { Ui } from "../ui";
import { TextPopover } from "./text-popover";

/** Keeps the selection under a name. */
export function NamePopover({ ui }: { ui: Ui }): JSX.Element {
  return (
    <TextPopover
      ui={ui}
      name="name"
      label="Name selection"
      field="Name"
      placeholder="Name of this selection"
      maxLength={MAX_NAME_LENGTH}
      confirm="Save"
      onConfirm={(name) => ui.store.nameSelection(name)}
    />
  );
}
