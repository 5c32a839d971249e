import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { css } from "../../../picture/colours";
import { NO_CATEGORY } from "../../../scope";
import { categorySlot, MOST_COLOURS } from "../colour-by/colourings";
import { topicOf, toggleCategories, type Filter } from "../filters";
import type { Legend } from "../models/colour-model";
import type { Ui } from "../ui";
import { number } from "../words";

type Categories = Extract<Legend, { kind: "categories" }>;

interface Item {
  readonly name: string;
  /** Indices of categories. */
  readonly of: readonly number[];
  readonly count: number;
}

/** The categories with their colours and how many rows have them. A click on one filters to it, with others that are chosen. */
export function CategoryLegend({ ui, legend }: { ui: Ui; legend: Categories }): JSX.Element {
  const { codes, categories } = legend;
  const { deleted } = ui.content.value;
  void ui.viewCount.value; // the theme is the stage's
  const counts = useMemo(() => countOf(codes, categories.length + 1, deleted), [codes, categories, deleted]);
  const items = itemsOf(legend, counts);
  const colouring = ui.colours.colouring.value;
  const filters = ui.filters.own.value;
  if (!items.length)
    return <p class="ls-legend-state">{legend.of === "tags" ? "No row has a tag." : "No row has a value."}</p>;
  return (
    <div class="ls-categories" role="group" aria-label={legend.title}>
      {items.map((item) => (
        <button
          key={item.name}
          type="button"
          class="ls-category"
          aria-pressed={isChosen(legend, item, filters)}
          disabled={legend.of === "tags" && item.of[0] === categories.length}
          onClick={() => (ui.filters.own.value = toggled(legend, item, ui.filters.own.peek()))}
        >
          <span
            class="ls-swatch"
            style={{
              "--colour": colouring ? css(colouring.colourOf(categorySlot(item.of[0]), ui.stage.theme)) : "transparent",
            }}
          />
          <span class="ls-name" dir="auto">
            {item.name}
          </span>
          <span class="ls-size">{number(item.count)}</span>
        </button>
      ))}
    </div>
  );
}

/** The categories that have colours of their own, and the others as one. */
function itemsOf({ categories, of }: Categories, counts: Uint32Array): Item[] {
  const own = categories.slice(0, MOST_COLOURS).map((name, i): Item => ({ name, of: [i], count: counts[i] }));
  const others = categories.slice(MOST_COLOURS).map((_, i) => i + MOST_COLOURS);
  const sum = others.reduce((total, i) => total + counts[i], 0);
  const last = counts[categories.length];
  return [
    ...own,
    ...(others.length ? [{ name: `${number(others.length)} others`, of: others, count: sum }] : []),
    ...(of === "tags" && last ? [{ name: "several tags", of: [categories.length], count: last }] : []),
  ];
}

function isChosen({ of, title }: Categories, item: Item, filters: readonly Filter[]): boolean {
  if (of === "tags") return filters.some((filter) => filter.kind === "tag" && filter.tag === item.name);
  const filter = filters.find((other) => other.kind === "categories" && other.column === title);
  return filter?.kind === "categories" && item.of.every((category) => filter.chosen.includes(category));
}

function toggled(legend: Categories, item: Item, filters: readonly Filter[]): readonly Filter[] {
  const { of, title, codes, categories } = legend;
  if (of === "column") return toggleCategories(filters, { name: title, codes, categories }, item.of);
  const tag: Filter = { kind: "tag", tag: item.name };
  const without = filters.filter((filter) => topicOf(filter) !== topicOf(tag));
  return without.length < filters.length ? without : [...filters, tag];
}

function countOf(codes: Uint16Array, count: number, deleted: Uint8Array): Uint32Array {
  const counts = new Uint32Array(count);
  for (let row = 0; row < codes.length; row++)
    if (!deleted[row] && codes[row] !== NO_CATEGORY && codes[row] < count) counts[codes[row]]++;
  return counts;
}
