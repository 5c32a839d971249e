import pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";
import { listParts } from "../../store";
import { checkKnown } from "../check-options";
import { plural, quotedList } from "../format";
import type { Ingested } from "../ingest";
import { storedName } from "../ingest/columns";
import { didYouMean } from "../ingest/nearest-names";
import { partsOf } from "../ingest/parts";
import type { Vectors } from "../vectors";
import { NO_PROMPTS } from "./prompts";
import type { ImportedVectors, ProviderSetup } from "./provider";

/** Vectors that are a column of the table: one list of numbers a row. @throws LatentScopeError `bad-option` */
export function columnVectors({ of: name, options }: ProviderSetup): ImportedVectors {
  checkKnown("embed with vectors of a column", options, ["model", "dimensions"]);
  const model = `column:${name}`;
  return {
    ...{
      name: model,
      modelId: model,
      identity: { model },
      maxTokens: null,
      dimensions: undefined,
      englishOnly: false,
      prompts: NO_PROMPTS,
    },
    vectorsOf: (data) => vectorsOf(data, name),
  };
}

async function vectorsOf({ frame, texts, meta }: Ingested, name: string): Promise<Vectors> {
  const candidates = meta.potential_embeddings;
  const stored = storedName(name, frame);
  if (!candidates.includes(stored)) {
    const there = candidates.length ? `Those are ${quotedList(candidates)}.` : "The table has none.";
    const hint = didYouMean(name, candidates) ?? there;
    throw new LatentScopeError("no-such-column", `The table has no column "${name}" of lists of numbers. ${hint}`);
  }
  const bad = (what: string): LatentScopeError => new LatentScopeError("bad-vectors", `Column "${name}" ${what}.`);
  const column: pl.Series = frame.getColumn(stored);
  const rows = column.length;
  const dimensions = (column.list.lengths().toArray() as (number | null)[]).find((length) => length !== null);
  if (!dimensions) throw bad("has no numbers in its lists");
  const values = new Float32Array(new SharedArrayBuffer(rows * dimensions * 4));
  for await (const { from, part } of partsOf(column)) {
    const whole = wholeLists(part, dimensions);
    if (whole) {
      values.set(whole, from * dimensions);
      continue;
    }
    const lists = part.toArray() as unknown as (ArrayLike<number | null> | null)[];
    lists.forEach((list, i) => {
      const row = from + i;
      // Rows without text are not laid out: they may be without a vector.
      if (list === null && texts.at([row])[0] === null) return;
      if (list === null) throw bad(`has no vector in row ${row}`);
      if (list.length !== dimensions)
        throw bad(`has ${plural(list.length, "number")} in row ${row}, and ${dimensions} in others`);
      for (let d = 0; d < dimensions; d++) {
        const value = list[d];
        if (value === null || !Number.isFinite(value)) throw bad(`has ${String(value)} at place ${d} of row ${row}`);
        values[row * dimensions + d] = value;
      }
    });
  }
  return { rows, dimensions, values };
}

/** The numbers of lists that are all of this length and finite, one list after the other; undefined where something is amiss. */
function wholeLists(column: pl.Series, dimensions: number): Float32Array | undefined {
  const { lengths, values } = listParts(column);
  if (lengths.nullCount() || values.nullCount() || lengths.min() !== dimensions || lengths.max() !== dimensions)
    return undefined;
  const numbers = values.cast(pl.Float32).toTypedArray() as Float32Array;
  return numbers.every(Number.isFinite) ? numbers : undefined;
}
