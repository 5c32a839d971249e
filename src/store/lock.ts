import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { throwIfAborted } from "../scope";
import { writeError } from "./atomic";

/** Who writes a dataset. */
export interface LockOwner {
  /** Number of the process. */
  readonly pid: number;
  /** Name of the computer. */
  readonly host: string;
  /** Since when, ISO 8601. */
  readonly since: string;
}

/** How often an owner says that it is still there, and how often others look. */
const HEARTBEAT_MS = 5000;
const LOOK_MS = 200;
/** An owner on another computer that has been silent for so long is gone. One on this computer is gone when its process is. */
const SILENT_MS = 60_000;
/** Nobody takes longer to remove the lock of an owner that is gone. */
const REMOVAL_MS = 5000;

/** The locks of this process. */
const held = new Set<string>();

/**
 * Takes a lock, once no other kernel that uses this library has it, nor other work of this one. A process that ended without giving its lock
 * back holds up nobody.
 * @param lock path of a file that says who the owner is
 * @param onWait told who is waited for, once for each owner
 * @returns gives it back
 * @throws LatentScopeError `interrupted` when the signal is aborted while waiting; `data-dir-not-writable`
 */
export async function takeLock(
  lock: string,
  { what, signal, onWait }: { what: string; signal?: AbortSignal | undefined; onWait: (owner: LockOwner) => void },
): Promise<() => Promise<void>> {
  await mkdir(path.dirname(lock), { recursive: true }).catch((error: unknown) => {
    throw writeError(lock, error);
  });
  let told: string | undefined;
  for (;;) {
    throwIfAborted(signal, what);
    if (await takeIfFree(lock)) return keep(lock);
    const owner = await ownerOf(lock);
    if (owner === "gone") await remove(lock);
    else {
      if (owner && told !== owner.since) {
        told = owner.since;
        onWait(owner);
      }
      await wait(LOOK_MS);
    }
  }
}

async function takeIfFree(lock: string): Promise<boolean> {
  if (held.has(lock)) return false;
  // Before the file is there, or other work of this process would take it for that of a process that is gone.
  held.add(lock);
  let taken = false;
  try {
    taken = await create(lock);
  } finally {
    if (!taken) held.delete(lock);
  }
  return taken;
}

/** Makes the lock unless it is there. */
async function create(lock: string): Promise<boolean> {
  const owner: LockOwner = { pid: process.pid, host: os.hostname(), since: new Date().toISOString() };
  try {
    const handle = await open(lock, "wx");
    await handle.writeFile(JSON.stringify(owner)).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeError(lock, error);
  }
}

/** Says now and then that the owner is there; returns what gives the lock back. */
function keep(lock: string): () => Promise<void> {
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A folder that is gone takes its locks with it.
    utimes(lock, now, now).catch(() => undefined);
  }, HEARTBEAT_MS).unref();
  return async () => {
    clearInterval(heartbeat);
    await rm(lock, { force: true });
    held.delete(lock);
  };
}

/** The owner of a lock; "gone" when it has none any more; undefined when the lock is being made or given back. */
async function ownerOf(lock: string): Promise<LockOwner | "gone" | undefined> {
  const info = await stat(lock).catch(() => undefined);
  if (!info) return undefined;
  const silent = Date.now() - info.mtimeMs;
  let owner: LockOwner;
  try {
    owner = JSON.parse(await readFile(lock, "utf8")) as LockOwner;
  } catch {
    return silent > REMOVAL_MS ? "gone" : undefined;
  }
  const here = owner.host === os.hostname();
  const isGone = here ? !isRunning(owner.pid, lock) : silent > SILENT_MS;
  return isGone ? "gone" : owner;
}

function isRunning(pid: number, lock: string): boolean {
  // An earlier process may have had the number of this one.
  if (pid === process.pid) return held.has(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Removes the lock of an owner that is gone. Only one of those that saw it may: another one could remove the lock that was made meanwhile.
 */
async function remove(lock: string): Promise<void> {
  const turn = `${lock}.removal`;
  if (!(await create(turn))) {
    const info = await stat(turn).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > REMOVAL_MS) await rm(turn, { force: true });
    else await wait(LOOK_MS / 4);
    return;
  }
  try {
    if ((await ownerOf(lock)) === "gone") await rm(lock, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}
