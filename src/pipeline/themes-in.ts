import type { ClusterId, ClusterTheme } from "../scope";
import { isObject, provenance, type JsonObject } from "../store";

/** The themes that the JSON of a set of labels or of a scope records; none in files of other tools. @param idOf the id of a recorded cluster */
export function themesIn(json: JsonObject, idOf: (recorded: number) => ClusterId | undefined): ClusterTheme[] {
  const themes = provenance(json)?.["themes"];
  if (!Array.isArray(themes)) return [];
  return themes.filter(isObject).map(({ label, clusters }) => ({
    label: String(label),
    clusters: (Array.isArray(clusters) ? clusters : []).map(Number).flatMap((recorded) => idOf(recorded) ?? []),
  }));
}
