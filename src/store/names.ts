import path from "node:path";
import { LatentScopeError } from "../scope";

const MAX_NAME_LENGTH = 100;
// letters, digits and marks of any script, inside also space . _ - : nothing that a path or a URL reads as something else
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M} ._-]*$/u;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Checks the name of a dataset, which is also its folder. @throws LatentScopeError `bad-name` */
export function checkDatasetName(name: unknown): string {
  if (typeof name !== "string") throw badName(name, "a name is a string");
  if (!name) throw badName(name, "it is empty");
  if (name.length > MAX_NAME_LENGTH) throw badName(name, `it is longer than ${MAX_NAME_LENGTH} characters`);
  if (!NAME.test(name) || name.includes("..") || /[. ]$/.test(name) || WINDOWS_DEVICE.test(name))
    throw badName(
      name,
      'a name becomes a folder: it starts with a letter, digit or "_", goes on with these, spaces, ".", "_" or "-", and ends with none of space and "."',
    );
  return name;
}

/** The name of a dataset that was given none: the text column and 8 digits of the content hash, as "answer-1f0c77aa". */
export function defaultDatasetName(textColumn: string, contentHash: string): string {
  const slug = textColumn
    .replace(/[^\p{L}\p{N}_-]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${slug || "text"}-${contentHash.slice(0, 8)}`;
}

/** The folder of all datasets: the option, else the environment variable LATENT_SCOPE_DATA, else `latentscope-data` in the working directory. */
export function resolveDataDir(dataDir?: string): string {
  if (dataDir !== undefined && (typeof dataDir !== "string" || !dataDir))
    throw new LatentScopeError("bad-option", `dataDir is the path of a folder, not ${JSON.stringify(dataDir)}.`);
  return path.resolve(dataDir ?? (process.env["LATENT_SCOPE_DATA"] || "latentscope-data"));
}

/** What a step produces. `labels` is a label set of one cluster run. */
export type RunKind = "embedding" | "umap" | "cluster" | "scopes";

/** Folder of each kind of run inside the dataset. */
export const RUN_FOLDERS: Readonly<Record<RunKind, string>> = {
  embedding: "embeddings",
  umap: "umaps",
  cluster: "clusters",
  scopes: "scopes",
};

/** The number of a run among these file or table names, as 7 of "cluster-007.json"; 0 when it is none of this kind. */
export function runNumber(prefix: string, name: string): number {
  const match = name.startsWith(`${prefix}-`) ? /^(\d+)(?:\.|$)/.exec(name.slice(prefix.length + 1)) : null;
  return match ? Number(match[1]) : 0;
}

/** The id after the last of these names: "umap-003" after "umap-002.json". */
export function nextRunId(prefix: string, names: readonly string[]): string {
  const last = names.reduce((max, name) => Math.max(max, runNumber(prefix, name)), 0);
  return `${prefix}-${String(last + 1).padStart(3, "0")}`;
}

/** Checks an id like "scopes-001" before it becomes part of a path. @throws LatentScopeError `bad-name` */
export function checkRunId(prefix: string, id: unknown): string {
  if (typeof id === "string" && runNumber(prefix, id) > 0 && /^[a-z0-9-]+$/.test(id)) return id;
  throw badName(id, `an id of this kind looks like "${prefix}-001"`);
}

function badName(name: unknown, why: string): LatentScopeError {
  const shown = typeof name === "string" ? `"${name.slice(0, 120)}"` : String(name);
  return new LatentScopeError("bad-name", `${shown} cannot be used as a name: ${why}.`);
}
