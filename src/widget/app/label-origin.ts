import type { Cluster } from "../../scope";
import { number, plural } from "./words";

/** Where the label of a cluster came from, in a line for people; empty where nothing is known. */
export function labelOrigin({ labelSource, labelModel, labelOrigin: origin }: Cluster): string {
  switch (labelSource) {
    case "user":
      return "Named by a person";
    case "column":
      return "Named by the column";
    case "keywords":
      return "Named by keywords of its texts";
    case "llm":
      return [
        `Named by ${labelModel ?? "a model"}`,
        ...(origin ? [timeOf(origin.time), `from ${plural(origin.rows.length, "row")}`] : []),
        ...(origin?.tokens ? [`${number(origin.tokens)} tokens`] : []),
      ].join(" · ");
    case "none":
      return "";
  }
}

function timeOf(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
