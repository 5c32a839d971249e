import type { ComponentChildren, JSX } from "preact";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import type { Ui } from "../ui";

interface CardHeadProps {
  ui: Ui;
  /** Id of the cluster that the card belongs to. */
  cluster: number;
  label: string;
  /** What stands before the cluster's colour. */
  before?: ComponentChildren;
  /** What stands after the label. */
  children: ComponentChildren;
}

/** The head of a card: the colour and the label of its cluster, and what else is said in a word. */
export function CardHead({ ui, cluster, label, before, children }: CardHeadProps): JSX.Element {
  void ui.viewCount.value; // the theme is the stage's
  return (
    <header class="ls-card-head">
      {before}
      <span class="ls-swatch" style={{ "--colour": slotColour(slotOf(cluster), ui.stage.swatches, ui.stage.theme) }} />
      <span class="ls-card-label" dir="auto">
        {label}
      </span>
      {children}
    </header>
  );
}
