import type { ComponentChildren, JSX } from "preact";
import { rowsOfCluster, slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { findLabels } from "../find";
import { selectFound, showCluster } from "../look-actions";
import type { Ui } from "../ui";
import { number, plural } from "../words";

const MOST_CLUSTERS = 6;

/** What a search has found so far: clusters by label, rows by text, rows by meaning; and what can be done with them. */
export function SearchSummary({ ui }: { ui: Ui }): JSX.Element {
  const { search } = ui;
  const query = search.query.value.trim();
  const clusters = findLabels(ui.items.value, query);
  void ui.viewCount.value; // the theme is the stage's
  return (
    <div class="ls-summary" role="group" aria-label="Found">
      {clusters.length > 0 && (
        <div class="ls-chips" role="group" aria-label="Clusters found">
          {clusters.slice(0, MOST_CLUSTERS).map(({ cluster }) => (
            <button
              key={cluster.id}
              type="button"
              class="ls-tag"
              title="Go to this cluster and outline it"
              onClick={() => showCluster(ui, cluster.id, rowsOfCluster(ui.stage.geometry, cluster.id))}
            >
              <span
                class="ls-swatch"
                style={{ "--colour": slotColour(slotOf(cluster.id), ui.stage.swatches, ui.stage.theme) }}
              />
              <bdi class="ls-tag-name">{cluster.label}</bdi>
            </button>
          ))}
          {clusters.length > MOST_CLUSTERS && (
            <span class="ls-quiet">and {plural(clusters.length - MOST_CLUSTERS, "more cluster")}</span>
          )}
        </div>
      )}
      <ByText ui={ui} query={query} />
      <ByMeaning ui={ui} query={query} />
    </div>
  );
}

function ByText({ ui, query }: { ui: Ui; query: string }): JSX.Element {
  const found = ui.search.found.value;
  const rows = found?.rows ?? new Uint32Array(0);
  const text = !rows.length
    ? found?.complete
      ? "No row contains it"
      : "Looking through the texts…"
    : `${plural(rows.length, "row")} ${rows.length === 1 ? "contains" : "contain"} it${found?.complete ? "" : " so far"}`;
  return (
    <Line text={text}>
      {rows.length > 0 && <Choices ui={ui} rows={rows} what="with the text" name={`contains “${query}”`} />}
    </Line>
  );
}

function ByMeaning({ ui, query }: { ui: Ui; query: string }): JSX.Element {
  const { search, colours } = ui;
  const best = search.best.value;
  const problem = search.problem.value;
  const { kernel } = ui.snapshot.value;
  if (problem) return <Line text={problem} />;
  if (!best.length) {
    const text =
      kernel !== "ready"
        ? "Text matches now; by meaning when the kernel is free"
        : search.similarities.value
          ? "Nothing is near in meaning"
          : search.searching.value
            ? "Searching by meaning…"
            : "By meaning: Enter";
    return <Line text={text} />;
  }
  return (
    <Line text={`${number(best.length)} nearest in meaning`}>
      <Choices ui={ui} rows={best} what="nearest in meaning" name={`like “${query}”`} />
      <button
        type="button"
        class="ls-link"
        aria-pressed={colours.bySimilarity.value}
        title="Colour all points by their similarity"
        onClick={() => (colours.bySimilarity.value = !colours.bySimilarity.peek())}
      >
        Colour
      </button>
    </Line>
  );
}

function Line({ text, children }: { text: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="ls-summary-line">
      <span role="status" dir="auto">
        {text}
      </span>
      {children}
    </div>
  );
}

interface ChoicesProps {
  ui: Ui;
  rows: Uint32Array;
  what: string;
  /** Name of a filter to them. */
  name: string;
}

function Choices({ ui, rows, what, name }: ChoicesProps): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="ls-link"
        aria-label={`Filter to the rows ${what}`}
        onClick={() => ui.filters.add({ kind: "rows", name, rows })}
      >
        Filter
      </button>
      <button
        type="button"
        class="ls-link"
        aria-label={`Select the rows ${what}`}
        onClick={() => selectFound(ui, rows)}
      >
        Select
      </button>
    </>
  );
}
