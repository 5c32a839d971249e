import { cleanLabel, LatentScopeError, UNCLUSTERED } from "../../scope";
import { kindOf } from "../../store";
import { plural, quotedList } from "../format";
import type { Ingested } from "../ingest";
import { columnHint } from "../ingest/nearest-names";
import { storedName } from "../ingest/columns";
import { asText } from "../ingest/plain-data";
import type { Method } from "./method";

const MOST_CLUSTERS = 1000;

/** Clusters by the values of a column of the table: rows without a value are in none. */
export function byColumn(name: string): Method {
  return {
    options: [],
    parameters: () => ({ column: name }),
    find({ data, rows }) {
      const values = valuesOf(data, name);
      const counts = new Map<string, number>();
      for (const row of rows) {
        const value = values[row];
        if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      if (counts.size > MOST_CLUSTERS)
        throw new LatentScopeError(
          "bad-option",
          `Column "${name}" has ${plural(counts.size, "different value")}, and a map at most ${MOST_CLUSTERS} clusters. Choose a column of categories.`,
        );
      // The largest first; of equal ones, in the order of their first rows.
      const names = [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
      const ids = new Map(names.map((value, id) => [value, id]));
      const labels = Int32Array.from(rows, (row) => ids.get(values[row] ?? "") ?? UNCLUSTERED);
      const more = { column: name, min_samples: 0, cluster_selection_epsilon: 0 };
      return Promise.resolve({ labels, samples: names.length, names, more });
    },
  };
}

/** The values of a column as labels; null where there is none. */
function valuesOf({ frame, meta }: Ingested, name: string): (string | null)[] {
  const stored = storedName(name, frame);
  if (!frame.columns.includes(stored)) {
    const hint = columnHint(name, frame.columns);
    throw new LatentScopeError("no-such-column", `The table has no column "${name}" to cluster by. ${hint}`);
  }
  const column = frame.getColumn(stored);
  if (["List", "Array", "FixedSizeList"].includes(kindOf(column)))
    throw new LatentScopeError(
      "bad-option",
      `Column "${name}" holds lists: they are no clusters. Columns with few values are ${quotedList(categorical(meta.column_metadata))}.`,
    );
  const values = column.toArray() as unknown[];
  return values.map((value) => {
    const text = Number.isNaN(value) ? null : asText(value);
    const label = value instanceof Date ? text?.replace(/T00:00:00.000Z$/, "") : text;
    return label?.trim() ? cleanLabel(label) : null;
  });
}

function categorical(columns: Ingested["meta"]["column_metadata"]): string[] {
  return Object.entries(columns).flatMap(([name, { categories }]) => (categories ? [name] : []));
}
