import { LatentScopeError } from "./errors";

/** Longest label, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 200;
/** Longest description. */
export const MAX_DESCRIPTION_LENGTH = 4000;
/** Longest name of a tag or of a selection. */
export const MAX_NAME_LENGTH = 80;

/** A label as it is stored: one line, trimmed. @throws LatentScopeError `bad-label` when empty or longer than {@link MAX_LABEL_LENGTH} */
export function cleanLabel(label: unknown): string {
  const clean = oneLine(label, "A label");
  if (!clean)
    throw new LatentScopeError("bad-label", "The label is empty. Give the cluster a name of at least one character.");
  if (clean.length > MAX_LABEL_LENGTH)
    throw new LatentScopeError(
      "bad-label",
      `The label has ${clean.length.toLocaleString("en")} characters; at most ${MAX_LABEL_LENGTH} fit. Put the rest into the description.`,
    );
  return clean;
}

/** A description as it is stored: trimmed. @throws LatentScopeError `bad-label` when it is no text, or too long */
export function cleanDescription(description: unknown): string {
  if (typeof description !== "string") throw notText("A description", description);
  const clean = description.trim();
  if (clean.length > MAX_DESCRIPTION_LENGTH)
    throw new LatentScopeError(
      "bad-label",
      `The description has ${clean.length.toLocaleString("en")} characters; at most ${MAX_DESCRIPTION_LENGTH.toLocaleString("en")} fit.`,
    );
  return clean;
}

/**
 * The name of a tag, trimmed: it becomes the name of a file.
 * @throws LatentScopeError `bad-name` when it is empty, too long, or has characters that names of files have not everywhere
 */
export function cleanTag(tag: unknown): string {
  const clean = cleanName(tag, "tag");
  const forbidden = /[/\\.:*?"<>|]/u.exec(clean)?.[0];
  if (forbidden !== undefined)
    throw new LatentScopeError(
      "bad-name",
      `The tag "${clean}" has the character "${forbidden}". Tags are names of files: leave out / \\ . : * ? " < > and |.`,
    );
  return clean;
}

/** The name of a thing in a scope, on one line. @throws LatentScopeError `bad-name` when it is empty or longer than {@link MAX_NAME_LENGTH} */
export function cleanName(name: unknown, what: "tag" | "selection"): string {
  if (typeof name !== "string")
    throw new LatentScopeError("bad-name", `The name of a ${what} is a string, not ${typeOf(name)}.`);
  const clean = withoutControls(name);
  if (!clean) throw new LatentScopeError("bad-name", `The name of the ${what} is empty. Give at least one character.`);
  if (clean.length > MAX_NAME_LENGTH)
    throw new LatentScopeError(
      "bad-name",
      `The name of the ${what} has ${clean.length.toLocaleString("en")} characters; at most ${MAX_NAME_LENGTH} fit.`,
    );
  return clean;
}

function oneLine(text: unknown, what: string): string {
  if (typeof text !== "string") throw notText(what, text);
  return withoutControls(text);
}

/** Control characters and line breaks would break one-line displays and the log. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

function notText(what: string, value: unknown): LatentScopeError {
  return new LatentScopeError("bad-label", `${what} is a string, not ${typeOf(value)}.`);
}

function typeOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
