import { slotOf, type ClusterGeometry } from "../../picture/clusters";
import { slotColour } from "../../picture/slot-colours";
import { densityContours, type DensityContours } from "../../picture/contours";
import type { MapLayer } from "./layers";
import type { MapStage } from "./stage";

/** Why a cluster's contours are drawn. */
export type ContourReason = "hovered" | "selected" | "target";

const SVG = "http://www.w3.org/2000/svg";
/** Contours that were not yet drawn are computed for this long in a frame; the rest follows in the next. */
const BUDGET_MS = 12;

/** Where the clusters lie that are hovered, selected or outlined: density contours in the cluster's colour, over the points and under the labels. */
export class ContourLayer implements MapLayer {
  readonly element = document.createElementNS(SVG, "svg");
  private readonly group = document.createElementNS(SVG, "g");
  private readonly reasons = new Map<ContourReason, readonly number[]>();
  private readonly shown = new Map<string, SVGGElement>();
  private known: { readonly geometry: ClusterGeometry; readonly contours: Map<number, DensityContours | null> };

  constructor(private readonly stage: MapStage) {
    this.known = { geometry: stage.shownGeometry, contours: new Map() };
    this.element.setAttribute("class", "ls-contours");
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.group);
  }

  /** Draws the contours of these clusters, and no longer those that the same reason had before. */
  show(reason: ContourReason, clusters: readonly number[]): void {
    if (String(this.reasons.get(reason) ?? []) === String(clusters)) return;
    this.reasons.set(reason, clusters);
    this.stage.refreshLayers();
  }

  draw(): void {
    const { stage, shown } = this;
    if (this.known.geometry !== stage.shownGeometry) this.forget();
    const { scaleX, scaleY, offsetX, offsetY } = stage.transform;
    this.group.setAttribute("transform", `matrix(${scaleX / 1000} 0 0 ${scaleY / 1000} ${offsetX} ${offsetY})`);
    const gone = new Set(shown.keys());
    const started = performance.now();
    for (const [cluster, reason] of this.wanted()) {
      if (performance.now() - started > BUDGET_MS) {
        requestAnimationFrame(() => stage.refreshLayers());
        return;
      }
      const contours = this.contoursOf(cluster);
      if (!contours) continue;
      const colour = slotColour(slotOf(cluster), stage.swatches, stage.theme);
      const key = [cluster, reason, colour].join(" ");
      gone.delete(key);
      if (!shown.has(key)) this.add(key, cluster, reason, colour, contours);
    }
    for (const key of gone) {
      shown.get(key)?.remove();
      shown.delete(key);
    }
  }

  /** Each cluster once, by the reason that says most. */
  private wanted(): Map<number, ContourReason | "outlined"> {
    const wanted = new Map<number, ContourReason | "outlined">();
    for (const cluster of this.stage.outlined) wanted.set(cluster, "outlined");
    for (const reason of ["selected", "hovered", "target"] as const)
      for (const cluster of this.reasons.get(reason) ?? []) wanted.set(cluster, reason);
    return wanted;
  }

  /** What was drawn is of other rows. */
  private forget(): void {
    this.known = { geometry: this.stage.shownGeometry, contours: new Map() };
    this.shown.clear();
    this.group.replaceChildren();
  }

  private contoursOf(cluster: number): DensityContours | null {
    const { geometry, contours } = this.known;
    const before = contours.get(cluster);
    if (before !== undefined) return before;
    const slot = slotOf(cluster);
    const rows = geometry.order.subarray(geometry.starts[slot] ?? 0, geometry.starts[slot + 1] ?? 0);
    const made = cluster < 0 ? null : densityContours(this.stage.positions, rows);
    contours.set(cluster, made);
    return made;
  }

  private add(key: string, cluster: number, reason: string, colour: string, { outer, inner }: DensityContours): void {
    const group = document.createElementNS(SVG, "g");
    group.dataset.cluster = String(cluster);
    group.dataset.reason = reason;
    group.style.setProperty("--colour", colour);
    for (const [name, path] of [
      ["ls-halo", outer],
      ["ls-outer", outer],
      ["ls-inner", inner],
    ]) {
      const element = document.createElementNS(SVG, "path");
      element.setAttribute("class", name);
      element.setAttribute("d", path);
      group.append(element);
    }
    this.group.append(group);
    this.shown.set(key, group);
  }
}
