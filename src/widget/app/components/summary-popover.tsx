import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { slotOf } from "../../../picture/clusters";
import { css } from "../../../picture/colours";
import { slotColour } from "../../../picture/slot-colours";
import { NO_CATEGORY, type Content } from "../../../scope";
import type { Column } from "../../sync/requests";
import { colourByCategory, categorySlot } from "../colour-by/colourings";
import { rampColour } from "../colour-by/ramp";
import { dateScale, numberScale, type ValueScale } from "../colour-by/value-scale";
import { messageOf } from "../models/colour-model";
import { rowsOfShare, sharesOf, type Grouping, type Share } from "../summary";
import type { Ui } from "../ui";
import { number, percent } from "../words";
import { Popover } from "./popover";

const BINS = 6;

/** A grouping with the colour of each key. */
interface Coloured extends Grouping {
  readonly colour: (key: number) => string;
}

/** What the selection is made of, as bars: by cluster or by a column. A click on a bar narrows the selection to it. */
export function SummaryPopover({ ui }: { ui: Ui }): JSX.Element {
  const by = useSignal("");
  const column = useSignal<Column | null>(null);
  const problem = useSignal("");
  useSignalEffect(() => {
    const name = by.value;
    column.value = null;
    problem.value = "";
    if (!name) return;
    ui.columns.get(name).then(
      (found) => {
        if (by.peek() === name) column.value = found;
      },
      (error: unknown) => (problem.value = messageOf(error)),
    );
  });
  const { rows } = ui.selected.value;
  const content = ui.content.value;
  void ui.viewCount.value; // the theme is the stage's
  const { value: chosen } = column;
  const byColumn = useMemo(() => chosen && groupingOf(chosen, ui), [chosen]);
  const grouping = by.value ? byColumn : byCluster(content, ui);
  const keys = grouping?.keys;
  const shares = useMemo(() => (grouping ? sharesOf(rows, grouping, content.deleted) : []), [rows, keys, content]);
  const most = Math.max(1, ...shares.map(({ selected }) => selected));
  return (
    <Popover ui={ui} name="summary" label="What the selection is made of">
      <label class="ls-field">
        <span>By</span>
        <select class="ls-input" value={by.value} onChange={(event) => (by.value = event.currentTarget.value)}>
          <option value="">Cluster</option>
          {ui.colours.columns.value
            .filter(({ kind }) => kind !== "text")
            .map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </select>
      </label>
      {!grouping && (
        <p class="ls-legend-state" role="status" dir="auto">
          {problem.value || "Waiting for the kernel…"}
        </p>
      )}
      {grouping && (
        <div class="ls-bars" role="group" aria-label="Parts of the selection">
          {shares.map((share) => (
            <Bar
              key={share.name}
              share={share}
              length={share.selected / most}
              colour={share.keys.length > 1 ? "var(--ls-quiet)" : grouping.colour(share.keys[0])}
              onClick={() => ui.store.select(rowsOfShare(rows, grouping, share))}
            />
          ))}
        </div>
      )}
    </Popover>
  );
}

interface BarProps {
  share: Share;
  length: number;
  colour: string;
  onClick: () => void;
}

function Bar({ share, length, colour, onClick }: BarProps): JSX.Element {
  const { name, selected, total } = share;
  const rest = ` of ${number(total)} selected (${percent(selected / Math.max(1, total))})`;
  return (
    <button
      type="button"
      class="ls-bar-row"
      title={`${number(selected)}${rest}. Click to keep only these.`}
      style={{ "--length": length, "--colour": colour }}
      onClick={onClick}
    >
      <bdi class="ls-tag-name">{name}</bdi>{" "}
      <span class="ls-size">
        {number(selected)}
        <span class="ls-unseen">{rest}</span>
      </span>
    </button>
  );
}

function byCluster({ assignment, clusters }: Content, { stage }: Ui): Coloured {
  const labels = new Map<number, string>(clusters.map(({ id, label }) => [id, label]));
  return {
    keys: assignment,
    name: (cluster) => labels.get(cluster) ?? "",
    colour: (cluster) => slotColour(slotOf(cluster), stage.swatches, stage.theme),
  };
}

const NONE = "no value";

function groupingOf(column: Column, { stage }: Ui): Coloured {
  if (column.kind === "category") {
    const { categories } = column;
    const codes = column.values as Uint16Array;
    const colours = colourByCategory(new Uint16Array(0));
    return {
      keys: codes,
      name: (code) => (code === NO_CATEGORY ? NONE : categories[code]),
      colour: (code) =>
        code === NO_CATEGORY ? "var(--ls-quiet)" : css(colours.colourOf(categorySlot(code), stage.theme)),
    };
  }
  const scale = column.kind === "date" ? dateScale(column.values) : numberScale(column.values);
  const { values } = column;
  const keys = new Int32Array(values.length);
  for (let row = 0; row < keys.length; row++) keys[row] = binOf(scale, values[row]);
  return {
    keys,
    name: (bin) =>
      bin < 0 ? NONE : `${scale.format(scale.value(bin / BINS))} – ${scale.format(scale.value((bin + 1) / BINS))}`,
    colour: (bin) => (bin < 0 ? "var(--ls-quiet)" : css(rampColour((bin + 0.5) / BINS, stage.theme))),
  };
}

function binOf(scale: ValueScale, value: number): number {
  const place = scale.place(value);
  return place === place ? Math.min(BINS - 1, Math.floor(place * BINS)) : -1;
}
