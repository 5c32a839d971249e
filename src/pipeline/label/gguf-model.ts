import { fork, type ChildProcess } from "node:child_process";
import { workerFile } from "../../compute/worker-task";
import { interrupted, LatentScopeError } from "../../scope";
import { plural } from "../format";
import { NoLabel, PromptTooLong, type LanguageModel, type ModelRun, type Reply } from "./language-model";
import type { Prompt } from "./prompt";

/** Room for the answer, in tokens. */
const ANSWER_TOKENS = 256;

/** What the process is told first. */
export interface GgufStart {
  readonly file: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
}

/** What the process is asked. */
export interface GgufQuestion {
  readonly prompt: Prompt;
  readonly answerTokens: number;
}

/** What the process says: that it is ready, an answer, or what went wrong. */
export type GgufAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly text: string; readonly tokens: number; readonly cut: boolean }
  | { readonly kind: "too-long"; readonly message: string }
  | { readonly kind: "error"; readonly message: string };

/**
 * A model of llama.cpp in a process of its own: it can be ended at any moment, and takes nothing else with it when it crashes.
 * @throws LatentScopeError `model-damaged` when it cannot be loaded; `interrupted`
 */
export async function openGguf(file: string, maxPromptTokens: number, run: ModelRun): Promise<LanguageModel> {
  run.note("loading the model");
  const process = new GgufProcess(run.signal);
  const contextTokens = maxPromptTokens + ANSWER_TOKENS;
  const answer = await process.send({ file, contextTokens } satisfies GgufStart);
  if (answer.kind === "ready") return new GgufModel(process, run);
  process.end();
  throw new LatentScopeError(
    "model-damaged",
    `The model ${file} cannot be loaded: ${answer.kind === "error" ? answer.message : "it said nothing sensible"}. Give a chat model in the GGUF format that fits the memory.`,
  );
}

class GgufModel implements LanguageModel {
  /** It uses all cores but one for each. */
  readonly concurrency = 1;

  constructor(
    private readonly process: GgufProcess,
    private readonly run: ModelRun,
  ) {}

  announce(prompts: readonly Prompt[]): void {
    this.run.note(`${plural(prompts.length, "prompt")}, on this machine`);
  }

  async ask(prompt: Prompt, onSend: () => void): Promise<Reply> {
    onSend();
    const answer = await this.process.send({ prompt, answerTokens: ANSWER_TOKENS } satisfies GgufQuestion);
    if (answer.kind === "too-long") throw new PromptTooLong(answer.message);
    if (answer.kind !== "answer")
      throw new NoLabel(`llama.cpp failed: ${answer.kind === "error" ? answer.message : "it said nothing sensible"}.`);
    const { text, tokens, cut } = answer;
    return { text, tokens, cost: undefined, cut };
  }

  close(): void {
    this.process.end();
  }
}

/** The process, asked one thing after the other. */
class GgufProcess {
  private readonly child: ChildProcess;

  constructor(private readonly signal: AbortSignal) {
    this.child = fork(workerFile(__dirname, "gguf-process.js"), {
      // flags of the parent are about the parent's code; what llama.cpp prints would come into the notebook
      ...{ execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] },
    });
  }

  /** @throws LatentScopeError `interrupted`; `worker-failed` when the process dies */
  send(message: GgufStart | GgufQuestion): Promise<GgufAnswer> {
    const { child, signal } = this;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
        signal.removeEventListener("abort", onAbort);
        finish();
      };
      const onMessage = (answer: unknown): void => settle(() => resolve(answer as GgufAnswer));
      const onError = (error: Error): void => settle(() => reject(died(error.message)));
      const onExit = (code: number | null, name: string | null): void =>
        settle(() => reject(died(name ? `it was ended by ${name}` : `it ended with code ${code}`)));
      const onAbort = (): void =>
        settle(() => {
          this.end();
          reject(interrupted("Labelling"));
        });
      if (signal.aborted) return onAbort();
      if (!child.connected) return onExit(child.exitCode, child.signalCode);
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      signal.addEventListener("abort", onAbort);
      child.send(message);
    });
  }

  end(): void {
    this.child.kill("SIGKILL");
  }
}

function died(why: string): LatentScopeError {
  return new LatentScopeError(
    "worker-failed",
    `The process that runs the model broke off: ${why}. It may have been short of memory: try a smaller model.`,
  );
}
