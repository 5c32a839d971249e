import { datasets, isObject, provenance, textAt, resolveDataDir } from "../store";

/** A saved scope of the data folder. */
export interface ScopeInfo {
  readonly dataset: string;
  /** "scopes-001" */
  readonly id: string;
  readonly label: string;
  readonly rows: number;
  readonly clusters: number;
  /** When it was saved: ISO 8601 in UTC, or local time for scopes of other tools. */
  readonly created: string;
}

/** The saved scopes of a data folder, by dataset and then oldest first. @param dataDir as the option of a run */
export async function listScopes(dataDir?: string): Promise<ScopeInfo[]> {
  const found = await datasets(resolveDataDir(dataDir));
  const lists = await Promise.all(
    found.map(async (dataset) =>
      (await dataset.runs("scopes")).map(({ id, json }) => {
        const clusters = json["cluster"];
        return {
          dataset: dataset.name,
          id,
          label: textAt(json, "label"),
          rows: Number(json["rows"] ?? 0),
          clusters: isObject(clusters) ? Number(clusters["n_clusters"] ?? 0) : 0,
          created: provenance(json)?.created ?? textAt(json, "timestamp"),
        };
      }),
    ),
  );
  return lists.flat();
}
