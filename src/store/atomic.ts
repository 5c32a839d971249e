import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LatentScopeError } from "../scope";

const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/**
 * Writes a file or folder so that a reader sees the old one or the new one, never half of one: `write` fills a temporary path in the same
 * folder, which is flushed to disk and renamed.
 * @throws LatentScopeError `data-dir-not-writable` when the disk refuses; what was there before is untouched
 */
export async function writeAtomically(file: string, write: (temporary: string) => unknown): Promise<void> {
  const folder = path.dirname(file);
  const temporary = temporaryFor(file);
  try {
    await mkdir(folder, { recursive: true });
    await write(temporary);
    const isFolder = await flushAll(temporary);
    // a folder cannot be renamed onto one that has files
    if (isFolder) await rm(file, { recursive: true, force: true });
    await rename(temporary, file);
    await flush(folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw writeError(file, error);
  }
}

/** A path beside a file that nobody else uses, and that {@link removeLeftovers} knows. */
export function temporaryFor(file: string): string {
  const name = `.${path.basename(file)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  return path.join(path.dirname(file), name);
}

/** Writes text by {@link writeAtomically}. */
export async function writeTextAtomically(file: string, text: string): Promise<void> {
  await writeAtomically(file, async (temporary) => {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  });
}

/**
 * Removes temporary files and folders that a killed process left in this folder.
 * @param age milliseconds since they were last written. Default: an hour, after which they belong to nobody any more
 */
export async function removeLeftovers(folder: string, age = LEFTOVER_AGE_MS): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^\..*\.tmp(?:\.d)?$/.test(name)) continue;
    const file = path.join(folder, name);
    const info = await stat(file).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs >= age) await rm(file, { recursive: true, force: true });
  }
}

/** An error of the operating system while writing, as one that says what to do; other errors pass unchanged. */
export function writeError(file: string, error: unknown): unknown {
  const code = codeOf(error);
  const reason = code && REASONS[code];
  if (!reason || error instanceof LatentScopeError) return error;
  return new LatentScopeError(
    "data-dir-not-writable",
    `Could not write ${file}: ${reason} (${code}). Free or choose another folder with the option dataDir or the environment variable LATENT_SCOPE_DATA.`,
    { cause: error },
  );
}

/** The name of the operating system's error, as ENOSPC; native libraries say its number only. */
function codeOf(error: unknown): string | undefined {
  const number = Number(/\(os error (\d+)\)/.exec((error as Error | null)?.message ?? "")?.[1]);
  const native = Object.entries(os.constants.errno).find(([, value]) => value === number)?.[0];
  return native ?? (error as NodeJS.ErrnoException | null)?.code;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than is allowed here",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOENT: "the folder cannot be made there",
  EEXIST: "a file is in the place of the folder",
  EISDIR: "a folder is in the place of the file",
};

/** Flushes a file, or every file of a folder, to the disk. Returns whether it is a folder. */
async function flushAll(target: string): Promise<boolean> {
  const isFolder = (await stat(target)).isDirectory();
  if (isFolder)
    for (const name of await readdir(target)) {
      await flushAll(path.join(target, name));
    }
  await flush(target);
  return isFolder;
}

async function flush(target: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(target, "r");
  } catch (error) {
    // Windows opens no folders
    if (["EISDIR", "EPERM", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    // some file systems flush no folders, and Windows flushes no handles that are open for reading
    if (!["EINVAL", "EPERM", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}
