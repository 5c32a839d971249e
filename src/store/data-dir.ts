import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { removeLeftovers, temporaryFor, writeError } from "./atomic";
import { Dataset } from "./dataset";
import { checkDatasetName } from "./names";

/** Makes the data folder, tries that a file can be written in it, and removes what killed processes left there. @throws LatentScopeError `data-dir-not-writable` */
export async function ensureWritable(dataDir: string): Promise<void> {
  const probe = temporaryFor(path.join(dataDir, "probe"));
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
    await removeLeftovers(dataDir);
  } catch (error) {
    throw writeError(dataDir, error);
  }
}

/** The datasets of a data folder by name; none when there is no such folder. */
export async function datasets(dataDir: string): Promise<Dataset[]> {
  const entries = await readdir(dataDir, { withFileTypes: true }).catch(() => []);
  const found: Dataset[] = [];
  for (const entry of entries.filter((e) => e.isDirectory() && !e.name.startsWith(".")))
    try {
      const dataset = new Dataset(dataDir, checkDatasetName(entry.name));
      if (await dataset.readMeta()) found.push(dataset);
    } catch {
      // a folder that is no dataset of ours, or one that cannot be read, is not listed
    }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
