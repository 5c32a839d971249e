import { effect, signal } from "@preact/signals";
import { render } from "preact";
import type { Application } from "../../module/app-registry";
import { clusterSlots } from "../../../picture/slot-colours";
import { numberScale } from "../colour-by/value-scale";
import { mountView } from "../mount-view";
import type { Ui } from "../ui";
import { ComparisonPanel, type ComparisonColours } from "./comparison-panel";
import style from "./compare.css";
import { linkViews } from "./link-views";

/** Two views side by side, linked, and below them which clusters became which. */
export const compareViews: Application["compare"] = ({ roots, links, below, moved }) => {
  const [a, b] = roots.map((root, i) => mountView({ root, link: links[i] }));
  for (const { ui } of [a, b]) ui.panelOpen.value = false;
  const colours = signal<ComparisonColours>("own");
  const unlink = linkViews(a.ui, b.ui);
  const stop = effect(() => {
    // colours of clusters are those of the contents as they are
    void a.ui.content.value;
    void b.ui.content.value;
    give(a.ui, b.ui, colours.value === "b" ? "clusters" : colours.value === "moved" ? "moved" : null, moved);
    give(b.ui, a.ui, colours.value === "a" ? "clusters" : colours.value === "moved" ? "moved" : null, moved);
  });
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const panel = document.createElement("div");
  below.append(sheet, panel);
  render(<ComparisonPanel a={a.ui} b={b.ui} colours={colours} moved={moved} />, panel);
  return {
    unmount: () => {
      stop();
      unlink();
      render(null, panel);
      below.replaceChildren();
      a.unmount();
      b.unmount();
    },
  };
};

/** Gives a view colours that are not its own: those of the other's clusters, or of how far rows moved. */
function give(to: Ui, from: Ui, what: "clusters" | "moved" | null, moved: Float32Array): void {
  if (what === "clusters") {
    const { geometry, swatches } = from.stage;
    to.colours.given.value = { colouring: { slots: geometry.slots, ...clusterSlots(swatches) } };
  } else if (what === "moved")
    to.colours.given.value = { legend: { kind: "values", title: "Moved", values: moved, scale: numberScale(moved) } };
  else to.colours.given.value = null;
}
