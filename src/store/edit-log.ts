import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import type { LogEntry } from "../scope";
import { writeError } from "./atomic";
import { damagedFile, isObject } from "./json";

/**
 * Appends an entry to an edit log (one JSON object a line) and returns when it is on the disk. Synchronous, because an edit counts only
 * once it is kept. A torn last line, from a crash in the middle of an earlier append, is cut off first.
 * @throws LatentScopeError `data-dir-not-writable`
 */
export function appendLogEntry(file: string, entry: LogEntry): void {
  try {
    const log = openSync(file, "a+");
    try {
      cutTornLine(log);
      writeSync(log, `${JSON.stringify(entry)}\n`);
      fsyncSync(log);
    } finally {
      closeSync(log);
    }
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * The entries of an edit log, oldest first; none when there is no file. A torn last line was never confirmed and is left out.
 * @throws LatentScopeError `damaged-file` when a line before the last is no entry or does not follow the one before
 */
export function readLogEntries(file: string): LogEntry[] {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const lines = content.split("\n");
  // what follows the last line break is empty, or torn
  return lines.slice(0, -1).map((line, index) => parseEntry(file, line, index + 1));
}

function parseEntry(file: string, line: string, revision: number): LogEntry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    throw damagedFile(file, `line ${revision} is no JSON (${(error as Error).message})`);
  }
  const complete =
    isObject(entry) &&
    typeof entry["id"] === "string" &&
    typeof entry["time"] === "string" &&
    (entry["actor"] === "map" || entry["actor"] === "code") &&
    isObject(entry["edit"]) &&
    typeof entry["edit"]["kind"] === "string";
  if (!complete) throw damagedFile(file, `line ${revision} is no edit`);
  const { revision: found } = entry as LogEntry;
  if (found !== revision) throw damagedFile(file, `line ${revision} has revision ${String(found)}`);
  return entry as LogEntry;
}

function cutTornLine(log: number): void {
  let end = fstatSync(log).size;
  const byte = Buffer.alloc(1);
  while (end > 0) {
    readSync(log, byte, 0, 1, end - 1);
    if (byte[0] === 0x0a) break;
    end--;
  }
  ftruncateSync(log, end);
}
