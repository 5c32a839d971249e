import { datasets, isObject, provenance, textAt, resolveDataDir } from "../store";

/** A dataset of the data folder. */
export interface DatasetInfo {
  readonly name: string;
  readonly folder: string;
  readonly rows: number;
  readonly textColumn: string | null;
  /** Ids of its saved scopes, oldest first. */
  readonly scopes: readonly string[];
}

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

/** The datasets of a data folder by name. @param dataDir as the option of a run */
export async function listDatasets(dataDir?: string): Promise<DatasetInfo[]> {
  const found = await datasets(resolveDataDir(dataDir));
  return Promise.all(
    found.map(async (dataset) => {
      const meta = await dataset.readMeta();
      const scopes = await dataset.runs("scopes");
      return {
        name: dataset.name,
        folder: dataset.folder,
        rows: Number(meta?.length ?? 0),
        textColumn: meta?.text_column ?? null,
        scopes: scopes.map(({ id }) => id),
      };
    }),
  );
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
