import { useComputed, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { commonRows, UNCLUSTERED, type CommonRows } from "../../../scope";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { modeOf, selectRows } from "../actions";
import type { Ui } from "../ui";
import { number, plural } from "../words";

/** What colours both maps: each its own clusters, those of one of them, or how far rows moved. */
export type ComparisonColours = "own" | "a" | "b" | "moved";

const CHOICES: readonly (readonly [ComparisonColours, string])[] = [
  ["own", "Each its own"],
  ["a", "Clusters on the left"],
  ["b", "Clusters on the right"],
  ["moved", "How far rows moved"],
];
/** Pairs of clusters that are listed. */
const MOST_PAIRS = 60;

interface Props {
  readonly a: Ui;
  readonly b: Ui;
  readonly colours: Signal<ComparisonColours>;
  readonly moved: Float32Array;
}

/** Below two maps: what colours them, and which clusters became which. */
export function ComparisonPanel({ a, b, colours, moved }: Props): JSX.Element {
  const pairs = useComputed(() => commonRows(a.content.value, b.content.value).filter(isBetweenClusters));
  const shown = pairs.value.slice(0, MOST_PAIRS);
  void a.viewCount.value; // the theme is the stage's
  return (
    <section class="ls-comparison" aria-label="Comparison">
      <header class="ls-comparison-head">
        <label>
          <span aria-hidden="true">Colours</span>
          <select
            aria-label="Colours"
            class="ls-input ls-colour-by"
            value={colours.value}
            onChange={(event) => (colours.value = event.currentTarget.value as ComparisonColours)}
          >
            {CHOICES.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <span class="ls-quiet">
          Half of the rows moved by {median(moved)} or less: 1 is the mean distance of the left map's points from their
          middle
        </span>
      </header>
      <ul class="ls-pairs" aria-label="Which clusters became which">
        {shown.map((pair) => (
          <li key={`${pair.a} ${pair.b}`}>
            <button
              type="button"
              class="ls-pair"
              title="Select the rows that are in both"
              onClick={(event) => selectRows(a, rowsOfPair(a, b, pair), modeOf(event))}
            >
              <Name ui={a} cluster={pair.a} />
              <span aria-label="became">→</span>
              <Name ui={b} cluster={pair.b} />
              <span class="ls-quiet">{plural(pair.rows, "row")}</span>
            </button>
          </li>
        ))}
      </ul>
      {pairs.value.length > shown.length && (
        <p class="ls-quiet">{number(pairs.value.length - shown.length)} more pairs share fewer rows.</p>
      )}
    </section>
  );
}

function Name({ ui, cluster }: { ui: Ui; cluster: number }): JSX.Element {
  const found = ui.content.value.clusters.find(({ id }) => id === cluster);
  return (
    <span class="ls-pair-name">
      <span
        class="ls-swatch"
        style={{ "--colour": slotColour(slotOf(cluster), ui.stage.swatches, ui.stage.theme) }}
        aria-hidden="true"
      />
      <bdi>{found?.label ?? ""}</bdi>
    </span>
  );
}

function isBetweenClusters({ a, b }: CommonRows): boolean {
  return a !== UNCLUSTERED && b !== UNCLUSTERED;
}

function rowsOfPair(a: Ui, b: Ui, pair: CommonRows): Uint32Array {
  const [before, after] = [a.content.peek(), b.content.peek()];
  const rows: number[] = [];
  for (let row = 0; row < before.assignment.length; row++)
    if (before.assignment[row] === pair.a && after.assignment[row] === pair.b && !before.deleted[row]) rows.push(row);
  return Uint32Array.from(rows);
}

function median(moved: Float32Array): string {
  const known = moved.filter((distance) => distance === distance).sort();
  return known.length ? known[known.length >> 1].toFixed(2) : "–";
}
