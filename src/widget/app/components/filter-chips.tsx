import type { JSX } from "preact";
import { filterText, topicOf } from "../filters";
import { selectFiltered } from "../look-actions";
import type { Ui } from "../ui";
import { number } from "../words";
import { Icon } from "./icons";

/** The filters over the map, each of which can be taken away, and how many rows pass them all. */
export function FilterChips({ ui }: { ui: Ui }): JSX.Element | null {
  const filters = ui.filters.all.value;
  const rows = ui.filters.rows.value;
  const content = ui.content.value;
  if (!filters.length || !rows) return null;
  return (
    <div class="ls-filters" role="group" aria-label="Filters" onMouseDown={(event) => event.stopPropagation()}>
      {filters.map((filter) => {
        const text = filterText(filter, content);
        return (
          <span key={topicOf(filter)} class="ls-chip" title={text}>
            <bdi class="ls-tag-name">{text}</bdi>
            <button
              type="button"
              class="ls-forget"
              aria-label={`Remove filter ${text}`}
              title="Remove this filter"
              onClick={() => ui.filters.remove(filter)}
            >
              <Icon name="close" />
            </button>
          </span>
        );
      })}
      <span class="ls-passing" role="status">
        {number(rows.length)} of {number(ui.store.rows - ui.deleted.value)} rows
      </span>
      <button type="button" class="ls-link" disabled={!rows.length} onClick={() => selectFiltered(ui)}>
        Select these
      </button>
      <button type="button" class="ls-link" onClick={() => ui.filters.clear()}>
        Clear all
      </button>
    </div>
  );
}
