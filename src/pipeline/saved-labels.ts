import type pl from "nodejs-polars";
import type { Cluster, LabelOrigin, LabelSource } from "../scope";
import { isObject, provenance, textAt, type JsonObject } from "../store";

/** A label as files have it, and where it came from. */
export type SavedLabel = Pick<
  Cluster,
  "label" | "description" | "labelSource" | "labelModel" | "labelError" | "labelOrigin"
>;

/** Labels of a set as it was saved, by position; null for those that are no cluster's, and that a model left out. */
export function savedLabels(table: pl.DataFrame, json: JsonObject): (SavedLabel | null)[] {
  const column = (name: string): unknown[] => table.getColumn(name).toArray();
  const [labels, descriptions, labelled] = [column("label"), column("description"), column("labeled")];
  return labels.map((label, position) =>
    labelled[position]
      ? { label: String(label), description: String(descriptions[position]), ...sourceIn(json, position) }
      : null,
  );
}

/** What the JSON of a set of labels records of the one at a position. Sets of other tools are a model's. */
export function sourceIn(json: JsonObject, position: number): Omit<SavedLabel, "label" | "description"> {
  const recorded = provenance(json)?.["labels"];
  const own: unknown = Array.isArray(recorded) ? recorded[position] : undefined;
  const { source, model, error, origin } = isObject(own) ? own : {};
  const labelSource = sourceOf(source) ?? "llm";
  const labelModel = model ?? (labelSource === "llm" ? textAt(json, "model_id") || null : null);
  return {
    labelSource,
    labelModel: typeof labelModel === "string" ? labelModel : null,
    labelError: typeof error === "string" ? error : null,
    labelOrigin: originIn(origin),
  };
}

/** A source by its name; undefined for what is none. */
export function sourceOf(value: unknown): LabelSource | undefined {
  return SOURCES.find((source) => source === value);
}

const SOURCES = ["keywords", "llm", "user", "column", "none"] as const satisfies readonly LabelSource[];

/** How a label was made, as files have it; undefined where they do not. */
export function originIn(value: unknown): LabelOrigin | undefined {
  if (!isObject(value)) return undefined;
  const { time, rows, parameters, promptHash, tokens } = value;
  if (typeof time !== "string" || !Array.isArray(rows) || !isObject(parameters)) return undefined;
  return {
    ...{ time, rows: rows.map(Number), parameters: parameters as LabelOrigin["parameters"] },
    promptHash: typeof promptHash === "string" ? promptHash : null,
    tokens: typeof tokens === "number" ? tokens : null,
  };
}
