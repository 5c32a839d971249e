import { labelledAt } from "../../picture/label-boxes";
import { labelledClusters } from "./label-element";
import type { MapStage } from "./stage";

/** What takes over a drag of something that can be carried. */
export interface Carrying {
  /** The pointer is here now, in CSS pixels of the map area. */
  move(x: number, y: number): void;
  /** The pointer was released. */
  drop(): void;
  /** The drag was broken off. */
  cancel(): void;
}

export interface CarryListener {
  /** The cluster that the carried one would be merged into; null while there is none, and at the end. */
  over(target: number | null): void;
  /** One cluster was dropped on another. */
  merge(carried: number, target: number): void;
  /** A cluster was dropped where there is none. */
  missed(): void;
}

/**
 * Carries the label of a cluster: a ghost of it follows the pointer, and what it is over is the target — another cluster's label, or a point of another cluster.
 * Escape ends it. Null for an element that is no cluster's label.
 */
export function carryLabel(stage: MapStage, element: Element, listener: CarryListener): Carrying | null {
  const clusters = labelledClusters(element);
  const label = element.closest<HTMLElement>(".ls-label[data-cluster]");
  if (!clusters || !label) return null;
  const [carried] = clusters;
  const ghost = label.cloneNode(true) as HTMLElement;
  ghost.className = "ls-ghost";
  delete ghost.dataset.cluster;
  ghost.removeAttribute("title");
  ghost.querySelector(".ls-leader")?.remove();
  stage.element.append(ghost);
  label.dataset.carried = "";
  let target: number | null = null;

  const aim = (next: number | null) => {
    if (next === target) return;
    if (target !== null) delete stage.labels.elementOf(target)?.dataset.target;
    target = next;
    if (next !== null) stage.labels.elementOf(next)?.setAttribute("data-target", "");
    ghost.toggleAttribute("data-target", next !== null);
    listener.over(next);
  };
  const end = () => {
    aim(null);
    ghost.remove();
    delete label.dataset.carried;
    window.removeEventListener("keydown", escape, true);
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end();
    carrying.move = carrying.drop = () => {};
  };
  window.addEventListener("keydown", escape, true);
  const carrying: Carrying = {
    move(x, y) {
      ghost.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
      aim(clusterAt(stage, x, y, carried));
    },
    drop() {
      const into = target;
      end();
      if (into === null) listener.missed();
      else listener.merge(carried, into);
    },
    cancel: end,
  };
  return carrying;
}

/** The other cluster whose label or point is at a place; null where there is none. */
function clusterAt(stage: MapStage, x: number, y: number, carried: number): number | null {
  const labelled = labelledAt(stage.labels.boxes(stage.view.zoom, stage.transform, stage.size), x, y);
  if (labelled !== null) return labelled === carried ? null : labelled;
  const row = stage.rowAt(x, y);
  const { assignment, deleted } = stage.content;
  if (row === null || deleted[row] || assignment[row] < 0 || assignment[row] === carried) return null;
  return assignment[row];
}
