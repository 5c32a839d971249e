import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type pl from "nodejs-polars";
import { LatentScopeError, type SavedContent } from "../scope";
import { removeLeftovers, writeTextAtomically } from "./atomic";
import { EditLogFile } from "./edit-log";
import { isObject, readJson, writeJson, type JsonObject } from "./json";
import type { Meta } from "./meta";
import { checkDatasetName, checkRunId, nextRunId, RUN_FOLDERS, runNumber, type RunKind } from "./names";
import { readParquet, writeParquet } from "./parquet";
import { readScopeBase, writeScopeBase } from "./scope-base";

/** A finished run of a step: its id and its JSON. */
export interface Run {
  readonly id: string;
  readonly json: JsonObject;
}

/**
 * One dataset: a folder in the layout of Latent Scope 1.0. A run of a step counts as finished when its JSON is there; it is written last.
 * All writes are atomic.
 */
export class Dataset {
  readonly folder: string;

  /** @throws LatentScopeError `bad-name` */
  constructor(
    readonly dataDir: string,
    readonly name: string,
  ) {
    this.folder = path.join(dataDir, checkDatasetName(name));
  }

  /** The file that says who writes this dataset, outside its folder, which may be copied meanwhile. */
  get lock(): string {
    return path.join(this.dataDir, ".cache", "locks", `${this.name}.lock`);
  }

  /** Path of a file of this dataset. Its parts come from this library or have been checked. */
  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** `meta.json`, or undefined when the dataset is not there (or its ingest did not finish). @throws LatentScopeError `damaged-file` */
  async readMeta(): Promise<Meta | undefined> {
    return (await readJson(this.path("meta.json"))) as Meta | undefined;
  }

  /** Writes a new dataset: the folders, the empty default tags, `input.parquet`, and `meta.json` last. */
  async writeInput(frame: pl.DataFrame, meta: Meta): Promise<void> {
    await writeParquet(this.path("input.parquet"), frame);
    await makeFolders(this);
    await writeJson(this.path("meta.json"), meta);
  }

  /** Removes what runs that were killed left behind. Only for the owner of the {@link lock}: nobody else is writing then. */
  async removeLeftovers(): Promise<void> {
    // vectors whose JSON had not come into its place; those without any sign of it are another tool's, which may go on with them
    for (const name of await filesOf(this.path("embeddings"))) {
      const id = /^\.(embedding-\d+)\.json\..*\.tmp$/.exec(name)?.[1];
      if (id && !(await readJson(this.path("embeddings", `${id}.json`))))
        await rm(this.path("lancedb", `emb-${id}.lance`), { recursive: true, force: true });
    }
    for (const folder of ["", ...FOLDERS]) await removeLeftovers(this.path(folder), 0);
  }

  /** The input as stored. @throws LatentScopeError `not-found`, `damaged-file` */
  async readInput(): Promise<pl.DataFrame> {
    return readParquet(this.path("input.parquet"));
  }

  /** The finished runs of a kind, oldest first. A damaged JSON is an error, because ids would be given twice. */
  async runs(kind: RunKind): Promise<Run[]> {
    return this.readRuns(RUN_FOLDERS[kind], kind);
  }

  /** The finished label sets of a cluster run, oldest first. */
  async labelSets(clusterId: string): Promise<Run[]> {
    return this.readRuns(RUN_FOLDERS.cluster, `${checkRunId("cluster", clusterId)}-labels`);
  }

  /** The finished run with this id, if there is one. */
  async findRun(kind: RunKind, id: string): Promise<Run | undefined> {
    const json = await readJson(this.path(RUN_FOLDERS[kind], `${checkRunId(kind, id)}.json`));
    return json && { id, json };
  }

  /**
   * The id of the next run: the last one + 1. Vectors without a JSON keep their number, because Latent Scope may be about to resume them;
   * other files without one are leftovers, and replaced.
   */
  async nextId(kind: RunKind): Promise<string> {
    const names = (await filesOf(this.path(RUN_FOLDERS[kind]))).filter((name) => /\.(?:json|h5)$/.test(name));
    if (kind !== "embedding") return nextRunId(kind, names);
    const tables = (await filesOf(this.path("lancedb"))).map((name) => name.replace(/^emb-/, ""));
    return nextRunId(kind, [...names, ...tables]);
  }

  async nextLabelSetId(clusterId: string): Promise<string> {
    return nextRunId(`${checkRunId("cluster", clusterId)}-labels`, await filesOf(this.path(RUN_FOLDERS.cluster)));
  }

  /** The rows of each tag, by the tag's name. Lines that are no row are an error of whoever wrote them, and left out. */
  async readTags(): Promise<Map<string, number[]>> {
    const names = (await filesOf(this.path("tags"))).filter((name) => name.endsWith(TAG_ENDING)).sort();
    const tags = new Map<string, number[]>();
    for (const name of names) {
      const lines = (await readFile(this.path("tags", name), "utf8")).split(/\s+/);
      tags.set(name.slice(0, -TAG_ENDING.length), lines.filter((line) => /^\d+$/.test(line)).map(Number));
    }
    return tags;
  }

  /** The edits of a scope since it was first saved. */
  editLog(scopeId: string): EditLogFile {
    return new EditLogFile(this.path("scopes", `${checkRunId("scopes", scopeId)}-edits.jsonl`));
  }

  /** A scope as it was before any edit, where its own files show the edits; undefined where they do not. @throws LatentScopeError `damaged-file` */
  async readBase(scopeId: string): Promise<SavedContent | undefined> {
    return readScopeBase(this.basePath(scopeId));
  }

  /** Keeps a scope as it was before any edit, unless that is kept already. */
  async keepBase(scopeId: string, saved: SavedContent): Promise<void> {
    if (!(await this.readBase(scopeId))) await writeScopeBase(this.basePath(scopeId), saved);
  }

  private basePath(scopeId: string): string {
    return this.path("scopes", `${checkRunId("scopes", scopeId)}-base`);
  }

  /** Writes the rows of some tags, each to a file of its own; one without rows stays, empty. Line by line, as Latent Scope reads them. */
  async writeTags(tags: ReadonlyMap<string, Uint32Array>): Promise<void> {
    for (const [tag, rows] of tags) {
      const lines = rows.length ? `${rows.join("\n")}\n` : "";
      await writeTextAtomically(this.path("tags", tagFileName(tag)), lines);
    }
  }

  private async readRuns(folder: string, prefix: string): Promise<Run[]> {
    const names = (await filesOf(this.path(folder))).filter(
      (name) =>
        name.endsWith(".json") && runNumber(prefix, name) > 0 && /^\d+\.json$/.test(name.slice(prefix.length + 1)),
    );
    const runs: Run[] = [];
    for (const name of names.sort((a, b) => runNumber(prefix, a) - runNumber(prefix, b))) {
      const json = await readJson(this.path(folder, name));
      if (json) runs.push({ id: name.slice(0, -".json".length), json });
    }
    return runs;
  }
}

/** What this library adds to the JSON of a run: readers of Latent Scope ignore it. */
export interface Provenance extends JsonObject {
  /** Hash of all that the run was made from; a run with the same key gives the same result. */
  key: string;
  /** ISO 8601, UTC. */
  created: string;
  seconds: number;
  /** Version of this library. */
  version: string;
}

/** The JSON key of {@link Provenance}. */
export const PROVENANCE = "latentscope";

/** What this library recorded about a run; undefined for runs of other tools. */
export function provenance(json: JsonObject): Provenance | undefined {
  const value = json[PROVENANCE];
  return isObject(value) && typeof value["key"] === "string" ? (value as Provenance) : undefined;
}

const TAG_ENDING = ".indices";

/** @throws LatentScopeError `bad-name` for a tag that would be a file elsewhere */
function tagFileName(tag: string): string {
  const name = `${tag}${TAG_ENDING}`;
  if (path.basename(name) === name && !name.includes("\\")) return name;
  throw new LatentScopeError("bad-name", `The tag ${JSON.stringify(tag)} is no name of a file.`);
}

const FOLDERS = ["embeddings", "saes", "umaps", "clusters", "scopes", "tags", "lancedb"];

async function makeFolders(dataset: Dataset): Promise<void> {
  for (const folder of FOLDERS) await mkdir(dataset.path(folder), { recursive: true });
  // two tags that always exist; another tool may have filled them
  for (const tag of ["👍", "👎"]) await writeFile(dataset.path("tags", `${tag}${TAG_ENDING}`), "", { flag: "a" });
}

async function filesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
