import type { JSX } from "preact";
import type { TableRows } from "../rows/table-rows";
import type { Ui } from "../ui";
import { number, plural } from "../words";
import { RowsTable } from "./rows-table";
import { SearchSummary } from "./search-summary";

/** The rows beside the map: those searched for, else the selected, else those that pass the filters, else all; and which these are. */
export function RowsPanel({ ui }: { ui: Ui }): JSX.Element {
  const { table } = ui;
  const shown = table.shown.value;
  const problem = table.problem.value;
  return (
    <>
      {ui.search.query.value.trim() ? (
        <SearchSummary ui={ui} />
      ) : (
        <p class="ls-source" role="status">
          {sourceText(shown)}
        </p>
      )}
      {problem && (
        <p class="ls-source" role="status" dir="auto">
          Not sorted: {problem}
        </p>
      )}
      <RowsTable ui={ui} />
    </>
  );
}

function sourceText({ source, rows }: TableRows): string {
  switch (source) {
    case "selection":
      return `${plural(rows.length, "selected row")}`;
    case "filter":
      return `${plural(rows.length, "row")} that ${rows.length === 1 ? "passes" : "pass"} the filters`;
    case "search":
      return `${plural(rows.length, "row")} found`;
    case "all":
      return `All ${number(rows.length)} rows`;
  }
}
