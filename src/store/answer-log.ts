import { mkdirSync, readFileSync, appendFileSync } from "node:fs";
import path from "node:path";
import { writeError } from "./atomic";
import { isObject } from "./json";

/** What a model answered to one prompt. Neither the prompt nor who asked is kept. */
export interface KeptAnswer {
  /** SHA-256 of the prompt with the model and its parameters, hexadecimal. */
  readonly prompt: string;
  readonly label: string;
  readonly description?: string;
  /** Tokens of the prompt and the answer, all tries together. */
  readonly tokens?: number;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Answers of models, one JSON object a line, only appended to: a run that ends in the middle has to ask only for those that are not here. A line
 * that a crash has torn is skipped. The file can be deleted at any time.
 */
export class AnswerLog {
  private readonly known = new Map<string, KeptAnswer>();
  private endsWithLine = true;

  /** Reads the file, if it is there. */
  constructor(private readonly file: string) {
    let text = "";
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.endsWithLine = text === "" || text.endsWith("\n");
    for (const line of text.split("\n")) {
      const answer = parse(line);
      if (answer) this.known.set(answer.prompt, answer);
    }
  }

  get(prompt: string): KeptAnswer | undefined {
    return this.known.get(prompt);
  }

  /** Appends an answer, as one write. @throws LatentScopeError `data-dir-not-writable` */
  add(answer: KeptAnswer): void {
    this.known.set(answer.prompt, answer);
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      appendFileSync(this.file, `${this.endsWithLine ? "" : "\n"}${JSON.stringify(answer)}\n`);
      this.endsWithLine = true;
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
  const { prompt, label, description, tokens, time } = value;
  if (typeof prompt !== "string" || typeof label !== "string" || !label.trim()) return undefined;
  return {
    ...{ prompt, label, time: typeof time === "string" ? time : "" },
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof tokens === "number" ? { tokens } : {}),
  };
}
