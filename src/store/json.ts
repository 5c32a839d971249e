import { readFile, writeFile } from "node:fs/promises";
import { LatentScopeError } from "../scope";
import { writeAtomically, writeTextAtomically } from "./atomic";

/** An object of a JSON file. Its values are checked where they are used: other tools write these files, too. */
export type JsonObject = Record<string, unknown>;

/** Writes JSON as Latent Scope does: indented by 2, non-ASCII characters as `\uXXXX`, no final newline. Atomic. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeTextAtomically(file, toJson(value));
}

/**
 * Writes JSON as {@link writeJson} does, and does something before it comes into its place: a killed process leaves the temporary file as a sign
 * that what was done is its own, and not finished.
 */
export async function writeJsonAfter(file: string, value: unknown, work: () => Promise<unknown>): Promise<void> {
  await writeAtomically(file, async (temporary) => {
    await writeFile(temporary, toJson(value), { flag: "wx" });
    await work();
  });
}

/** The text of {@link writeJson}. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The object in a JSON file, or undefined when there is no such file. @throws LatentScopeError `damaged-file` */
export async function readJson(file: string): Promise<JsonObject | undefined> {
  const value = await readValue(file);
  if (value === undefined || isObject(value)) return value;
  throw damagedFile(file, "it holds no object");
}

async function readValue(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  try {
    // Python writes NaN and Infinity, which JSON does not know
    return JSON.parse(text.replace(/(?<=[[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, "null")) as unknown;
  } catch (error) {
    throw damagedFile(file, error);
  }
}

/** The list in a JSON file; an empty one when there is no such file. @throws LatentScopeError `damaged-file` */
export async function readJsonList(file: string): Promise<unknown[]> {
  const value = await readValue(file);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw damagedFile(file, "it holds no list");
}

/** @param cause what was found */
export function damagedFile(file: string, cause: unknown): LatentScopeError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new LatentScopeError(
    "damaged-file",
    `${file} is damaged: ${found}. Restore it from a copy, or delete it to have it made again.`,
    { cause },
  );
}

/** A text of a JSON object, or `otherwise` when there is none. */
export function textAt(json: JsonObject, key: string, otherwise = ""): string {
  const value = json[key];
  return typeof value === "string" ? value : otherwise;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
