import { LatentScopeError } from "../../scope";
import type { EmbedOptions } from "./index";
import type { Prompts } from "./provider";

/** Most models take texts and queries as they are. */
export const NO_PROMPTS: Prompts = { text: "", query: "" };

/** The prompts that the options ask for, else the model's own. @throws LatentScopeError `bad-option` */
export function promptsOf(options: EmbedOptions, own: Prompts = NO_PROMPTS): Prompts {
  const { prefix: text = own.text, queryPrefix: query = own.query } = options;
  for (const [name, value] of Object.entries({ prefix: text, queryPrefix: query }))
    if (typeof value !== "string") throw new LatentScopeError("bad-option", `embed.${name} is a string.`);
  return { text, query };
}
