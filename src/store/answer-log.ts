import { mkdirSync, readFileSync, appendFileSync } from "node:fs";
import path from "node:path";
import { writeError } from "./atomic";
import { cleanDescription, cleanLabel, LatentScopeError } from "../scope";
import { isObject } from "./json";

/** What a model answered to one prompt. Neither the prompt nor who asked is kept. */
export interface KeptAnswer {
  /** SHA-256 of the prompt with the model and its parameters, hexadecimal. */
  readonly prompt: string;
  readonly label: string;
  readonly description?: string;
  /** Tokens of the prompt and the answer, all tries together. */
  readonly tokens?: number;
  /** Number of texts that it was shown, where that is not all that the prompt has. */
  readonly texts?: number;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Answers of models, one JSON object a line, only appended to: a run that ends in the middle has to ask only for those that are not here. A line
 * that a crash has torn, or that is no answer, is skipped. The file can be deleted at any time.
 */
export class AnswerLog {
  private readonly known = new Map<string, KeptAnswer>();
  private endsWithLine = true;

  /** Reads the file, if it is there. @throws LatentScopeError `damaged-file` when it cannot be read: to go on would be to pay again */
  constructor(private readonly file: string) {
    let text = "";
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (code !== "ENOENT")
        throw new LatentScopeError(
          "damaged-file",
          `The answers that were kept in ${file} cannot be read (${code}). Make it a file that this user may read; or delete it, then all of them are asked for again.`,
          { cause: error },
        );
    }
    this.endsWithLine = text === "" || text.endsWith("\n");
    for (const line of text.split("\n")) {
      const answer = parse(line);
      if (answer) this.known.set(answer.prompt, answer);
    }
  }

  /** Makes sure that answers can be kept, before anything is paid for them. @throws LatentScopeError `data-dir-not-writable` */
  prepare(): void {
    this.append("");
  }

  get(prompt: string): KeptAnswer | undefined {
    return this.known.get(prompt);
  }

  /** Appends an answer, as one write. @throws LatentScopeError `data-dir-not-writable` */
  add(answer: KeptAnswer): void {
    this.known.set(answer.prompt, answer);
    this.append(`${this.endsWithLine ? "" : "\n"}${JSON.stringify(answer)}\n`);
    this.endsWithLine = true;
  }

  private append(text: string): void {
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      appendFileSync(this.file, text);
    } catch (error) {
      throw writeError(this.file, error);
    }
  }
}

/** Undefined for a line that is no answer. */
function parse(line: string): KeptAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { prompt, label, description, tokens, texts, time } = value;
  if (typeof prompt !== "string" || !isClean(label, cleanLabel)) return undefined;
  return {
    ...{ prompt, label, time: typeof time === "string" ? time : "" },
    ...(isClean(description, cleanDescription) ? { description } : {}),
    ...(typeof tokens === "number" ? { tokens } : {}),
    ...(typeof texts === "number" ? { texts } : {}),
  };
}

/** Whether a cluster can have it: somebody may have written in the file. */
function isClean(text: unknown, clean: (text: unknown) => string): text is string {
  try {
    return clean(text) === text;
  } catch (error) {
    if (error instanceof LatentScopeError) return false;
    throw error;
  }
}
