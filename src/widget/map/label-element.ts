import type { LabelText } from "../../picture/label-text";
import type { SetLabel } from "../../picture/layout-labels";
import { leaderOf } from "../../picture/leader";
import type { PlacedLabel } from "../../picture/place-labels";

const SVG = "http://www.w3.org/2000/svg";
/** Radius in CSS pixels of the dot at a label's anchor. */
const DOT = 1.6;

/** Opacity of a label that is not meant just now. */
export const FAINT = 0.3;

/** Says in an element what a label says, with a line to where it belongs if it had to move. Text only. */
export function writeLabel(element: HTMLElement, placed: PlacedLabel, set: SetLabel): void {
  const { text, font, colour, label, faint, clusters } = set;
  element.className = placed.id < 0 ? "ls-label ls-theme" : "ls-label";
  if (placed.id < 0) element.dataset.clusters = clusters.join(",");
  else element.dataset.cluster = String(placed.id);
  element.title = label;
  element.dir = "auto";
  Object.assign(element.style, {
    width: `${placed.width}px`,
    fontSize: `${font.size}px`,
    letterSpacing: font.spacing ? `${font.spacing}px` : "",
    lineHeight: `${placed.height / text.lines.length}px`,
    color: colour,
    opacity: faint ? String(FAINT) : "",
  });
  const lines = text.lines.map((line) => {
    const span = document.createElement("span");
    span.textContent = line;
    return span;
  });
  element.replaceChildren(...leaderElement(placed, text), ...lines);
}

/** The clusters whose label an element is part of: one, or those of a theme. Null for anything else. */
export function labelledClusters(element: Element | null | undefined): readonly number[] | null {
  const { cluster, clusters } = element?.closest<HTMLElement>(".ls-label")?.dataset ?? {};
  return (cluster ?? clusters)?.split(",").map(Number) ?? null;
}

function leaderElement(placed: PlacedLabel, text: LabelText): Element[] {
  const leader = leaderOf(placed, text);
  if (!leader) return [];
  const [x, y] = leader.to;
  const draw = (name: string, attributes: Record<string, string | number>) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  };
  const svg = draw("svg", { class: "ls-leader" });
  const line = `M${leader.from.join(" ")}L${leader.to.join(" ")}`;
  svg.append(
    draw("path", { class: "ls-halo", d: line }),
    draw("path", { d: line }),
    draw("circle", { cx: x, cy: y, r: DOT }),
  );
  return [svg];
}
