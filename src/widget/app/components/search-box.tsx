import type { JSX } from "preact";
import { batch } from "@preact/signals";
import { findLabels } from "../find";
import { openRows } from "../look-actions";
import type { Ui } from "../ui";
import { Icon } from "./icons";

const MOST_OUTLINED = 8;

/** Looks for rows by text and by meaning, and for clusters by label. What is found is beside the map. */
export function SearchBox({ ui }: { ui: Ui }): JSX.Element {
  const { search } = ui;
  const type = (query: string) =>
    batch(() => {
      search.type(query);
      const clusters = findLabels(ui.items.peek(), query).map(({ cluster }) => cluster.id);
      ui.outlined.value = new Set(clusters.length <= MOST_OUTLINED ? clusters : []);
      if (query.trim()) openRows(ui);
    });
  return (
    <search class="ls-search ls-find">
      <Icon name="search" />
      <input
        class="ls-input"
        type="search"
        role="searchbox"
        data-search=""
        aria-label="Search rows and clusters"
        placeholder="Search ( / )"
        dir="auto"
        spellcheck={false}
        value={search.query.value}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Enter") search.submit();
          else if (event.key === "Escape" && search.query.peek()) type("");
          else if (event.key === "Escape") ui.stage.element.focus({ preventScroll: true });
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </search>
  );
}
