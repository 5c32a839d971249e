import { LatentScopeError } from "../scope";
import { writeJson, type JsonObject } from "../store";

/** What a run of a step is called, for people. Nothing depends on it: another name is no other run. */
export interface RunNaming {
  /** A few words. Default: none. */
  name?: string;
  /** A sentence or more. Default: none. */
  description?: string;
}

/** The options that name a run. */
export const NAMING = ["name", "description"] as const;

/** What was given of a name and a description. @throws LatentScopeError `bad-option` */
export function namingOf(step: string, options: RunNaming): RunNaming {
  const given = NAMING.filter((key) => options[key] !== undefined);
  for (const key of given)
    if (typeof options[key] !== "string") throw new LatentScopeError("bad-option", `${step}.${key} is a string.`);
  return Object.fromEntries(given.map((key) => [key, options[key]]));
}

/** The JSON of a finished run with another name, if it is given one; its file has it, too. */
export async function renamed<Json extends JsonObject>(file: string, json: Json, naming: RunNaming): Promise<Json> {
  if (NAMING.every((key) => naming[key] === undefined || naming[key] === json[key])) return json;
  const changed = { ...json, ...naming };
  await writeJson(file, changed);
  return changed;
}
