import { labelBoxes, type LabelBox } from "../../picture/label-boxes";
import { isShown, labelCentre, type LabelLayout } from "../../picture/layout-labels";
import type { PlacedLabel } from "../../picture/place-labels";
import { slideLabels, type SlidLabel } from "../../picture/slide-labels";
import type { Size, Transform } from "../../picture/view";
import { FAINT } from "./label-element";
import { LabelLayer } from "./label-layer";

/** The labels of the application: those that the edge of the map would cut slide inside or fade, and one can be asked for. */
export class SlidingLabels extends LabelLayer {
  /** How all labels are laid out: another object when they are laid out anew. */
  get layoutNow(): LabelLayout {
    return this.laidOut;
  }

  /** The centre of a cluster's label in CSS pixels, where it is at this view if it is shown, or else would be; null for a cluster without one. */
  placeOf(cluster: number, t: Transform, size: Size): [x: number, y: number] | null {
    const label = this.laidOut.placed.find((l) => l.id === cluster);
    return label ? labelCentre(slideLabels([label], t, size)[0] ?? label, t) : null;
  }

  /** The element of a cluster's label while it is shown. */
  elementOf(cluster: number): HTMLElement | null {
    return this.shown.get(cluster)?.element ?? null;
  }

  /** Where the labels are that are seen at a view, in CSS pixels. */
  boxes(zoom: number, t: Transform, size: Size): LabelBox[] {
    const placed = this.laidOut.placed.filter((label) => isShown(label, zoom));
    return labelBoxes({ placed: slideLabels(placed, t, size) }, zoom, t);
  }

  protected override inSight(labels: readonly PlacedLabel[], t: Transform, size: Size): readonly SlidLabel[] {
    return slideLabels(labels, t, size);
  }

  protected override show(label: SlidLabel): HTMLElement {
    const element = super.show(label);
    const opacity = label.opacity * (this.laidOut.texts.get(label.id)?.faint ? FAINT : 1);
    element.style.opacity = opacity < 1 ? opacity.toFixed(2) : "";
    return element;
  }
}
