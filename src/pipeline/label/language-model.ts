import { LatentScopeError } from "../../scope";
import type { Prompt } from "./prompt";

/** A language model that answers prompts. */
export interface LanguageModel {
  /** Prompts at a time. */
  readonly concurrency: number;
  /** Says what is about to be asked, before any of it. @throws LatentScopeError `cost-limit` */
  announce(prompts: readonly Prompt[]): void;
  /**
   * Asks one prompt; what fails for a time is repeated.
   * @param onSend called when the model has got the prompt, or may have
   * @throws PromptTooLong; NoLabel when this prompt has no answer; LatentScopeError `labelling-failed` and `endpoint-unreachable` when nobody
   * answers, `interrupted`, others when nothing will be answered
   */
  ask(prompt: Prompt, onSend: () => void): Promise<Reply>;
  /** Gives back what it holds, where that is anything. */
  close?(): void;
}

/** What a model answered. */
export interface Reply {
  readonly text: string;
  /** Of the prompt and the answer, all tries together. */
  readonly tokens: number;
  /** US dollars; undefined where the price is not known. */
  readonly cost: number | undefined;
  /** True when the answer was longer than there was room. */
  readonly cut: boolean;
}

/** What a model is told about the run that it works for. */
export interface ModelRun {
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Ends waiting, because there is nothing to wait for any more. */
  readonly halt: AbortSignal;
  readonly note: (note: string) => void;
  readonly warn: (message: string) => void;
}

/** One cluster gets no label from the model, which says nothing about the others. */
export class NoLabel extends LatentScopeError {
  constructor(message: string) {
    super("labelling-failed", message);
  }
}

/** A prompt that has more tokens than the model takes. */
export class PromptTooLong extends Error {}
