import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Ui } from "../ui";
import { CategoryLegend } from "./category-legend";
import { Icon } from "./icons";
import { ValueLegend } from "./value-legend";

/** A map of at least this size, in CSS pixels, has room for a legend beside what can be done with a selection. */
const ROOMY = { width: 420, height: 320 };

/** What the colours of the points mean, where it is not the clusters; what is chosen in it filters. */
export function Legend({ ui }: { ui: Ui }): JSX.Element | null {
  const id = useId();
  const legend = ui.colours.legend.value;
  const state = ui.colours.state.value;
  const chosen = useSignal<boolean | null>(null);
  const roomy = useComputed(() => {
    void ui.viewCount.value; // the size is the stage's
    return ui.stage.size.width >= ROOMY.width && ui.stage.size.height >= ROOMY.height;
  });
  const { colorBy } = ui.snapshot.value.look;
  const wanted = typeof colorBy === "object" ? colorBy.column : null;
  if (!legend && wanted === null) return null;
  const open = chosen.value ?? roomy.value;
  const title = legend?.title ?? wanted ?? "";
  return (
    <section class="ls-legend" aria-label={`Legend: ${title}`} onMouseDown={(event) => event.stopPropagation()}>
      <button
        type="button"
        class="ls-legend-title"
        aria-expanded={open}
        aria-controls={id}
        title={open ? "Fold the legend" : "Unfold the legend"}
        onClick={() => (chosen.value = !open)}
      >
        <bdi>{title}</bdi>
        <Icon name={open ? "down" : "up"} />
      </button>
      <div id={id} hidden={!open}>
        {!legend && (
          <p class="ls-legend-state" role="status" dir="auto">
            {state === "…" ? "Waiting for the kernel…" : state}
          </p>
        )}
        {open && legend?.kind === "values" && <ValueLegend ui={ui} legend={legend} />}
        {open && legend?.kind === "categories" && <CategoryLegend ui={ui} legend={legend} />}
      </div>
    </section>
  );
}
