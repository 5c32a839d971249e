import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LatentScopeError, throwIfAborted } from "../../scope";
import { AnswerLog, type KeptAnswer } from "../../store";
import { plural } from "../format";
import { NotJson, readAnswer, type LabelAnswer } from "./answer";
import type { ClusterToLabel, LabelJob, LabelUsage, ModelAnswer } from "./labeller";
import { NoLabel, PromptTooLong, type LanguageModel, type Reply } from "./language-model";
import type { ModelSetup } from "./model-labeller";
import { labelPrompt, type Prompt, type Rival } from "./prompt";
import { sameNames, withKeyword } from "./same-names";

/** After so many prompts in a row that nobody answered, no more are sent. */
const MOST_UNANSWERED = 3;
const UNANSWERED: readonly LatentScopeError["code"][] = ["endpoint-unreachable", "labelling-failed"];
/** A model of which so many answers were no JSON, and none was, is asked for lines from then on. */
const MOST_NOT_JSON = 2;
/** Prompts are not made shorter than this, in tokens. */
const SHORTEST_PROMPT = 300;

/** One cluster, and what is asked about it. */
interface Task {
  readonly position: number;
  readonly rival: Rival | undefined;
  /** SHA-256 of the prompt with the model. */
  readonly hash: string;
  readonly prompt: Prompt;
  /** Rows whose texts the prompt shows. */
  readonly rows: readonly number[];
}

/**
 * Labels clusters by a language model: each is asked for once, then those again that got the label of another. What still has the label of another
 * gets a keyword beside it. Answers are kept as they come, and not asked for again.
 * @throws LatentScopeError `interrupted`; before anything is sent `cost-limit`, `damaged-file` for the kept answers; `data-dir-not-writable`
 */
export async function labelClusters(
  clusters: readonly ClusterToLabel[],
  job: LabelJob,
  setup: ModelSetup,
): Promise<LabelUsage> {
  const run = new LabelRun(clusters, job, setup);
  try {
    await run.label();
  } finally {
    run.close();
  }
  return run.usage;
}

/** Who gets the answers. */
type Told = Pick<LabelJob, "taken" | "deliver" | "fail">;

/** An answer, and what it took. */
interface Answered {
  readonly said: LabelAnswer;
  readonly tokens: number;
  /** Number of texts that the prompt shows. */
  readonly shown: number;
}

/** One call of {@link labelClusters}, and what it has learned about the model. */
class LabelRun {
  private readonly log: AnswerLog | undefined;
  /** Ends requests, too, when the answers could not be kept. */
  private readonly end = new AbortController();
  private readonly signal: AbortSignal;
  private readonly halt = new AbortController();
  private model: LanguageModel | undefined;
  private prompts = 0;
  private texts = 0;
  private tokens = 0;
  private cost: number | undefined;
  private mostTokens: number;
  private notJson = 0;
  private wasJson = false;
  private unanswered = 0;
  /** Why nothing more is asked. */
  private stopped: Error | undefined;
  /** What is to be labelled: the clusters, and their themes from when they are known. */
  private readonly clusters: ClusterToLabel[];

  constructor(
    clusters: readonly ClusterToLabel[],
    private readonly job: LabelJob,
    private readonly setup: ModelSetup,
  ) {
    this.clusters = [...clusters];
    this.log = job.answersFile === undefined ? undefined : new AnswerLog(job.answersFile);
    this.signal = AbortSignal.any([this.end.signal, ...(job.signal ? [job.signal] : [])]);
    // one listener for each request that waits is no leak
    setMaxListeners(0, this.signal, this.halt.signal);
    this.mostTokens = setup.maxPromptTokens;
  }

  get usage(): LabelUsage {
    const { prompts, texts, tokens, cost } = this;
    return { prompts, texts, tokens, cost };
  }

  async label(): Promise<void> {
    const { clusters, job } = this;
    await this.labelThese([...clusters.keys()], job, true);
    if (!job.themes || this.stopped) return;
    const { made, deliver, note } = job.themes;
    const themes = made();
    const first = clusters.push(...themes) - themes.length;
    const failed: Error[] = [];
    if (themes.length) job.note(note);
    await this.labelThese(
      [...themes.keys()].map((i) => first + i),
      {
        taken: [],
        deliver: (position, answer) => deliver(position - first, answer),
        fail: (_, reason) => failed.push(reason),
      },
      false,
    );
    if (failed.length)
      job.warn(
        `${plural(failed.length, "theme")} kept keywords as names, because the model failed: ${failed[0].message}`,
      );
  }

  /** Asks for each, and once more for those that got the label of another. @param isFirst whether the cost may still be refused */
  private async labelThese(positions: readonly number[], to: Told, isFirst: boolean): Promise<void> {
    const { clusters } = this;
    const answers = new Map<number, ModelAnswer>();
    for (const position of positions)
      if (!clusters[position].texts.length) to.fail(position, new NoLabel("It has no texts."));
    const shown = positions.filter((position) => clusters[position].texts.length);
    const tasks = await this.tasks(shown.map((position) => ({ position, rival: undefined })));
    const failed = await this.answer(tasks, isFirst, (position, answer) => {
      answers.set(position, answer);
      to.deliver(position, answer);
    });
    for (const [position, reason] of failed) to.fail(position, reason);
    const byKeywords = positions.filter((position) => !answers.has(position));
    const taken = [...to.taken, ...byKeywords.map((position) => clusters[position].keywordLabel)];
    await this.tellApart(answers, taken, to);
  }

  close(): void {
    this.model?.close?.();
  }

  /** Gives another label to clusters whose label is that of another: the larger cluster keeps it. @param taken labels of others */
  private async tellApart(
    answers: ReadonlyMap<number, ModelAnswer>,
    taken: readonly string[],
    to: Told,
  ): Promise<void> {
    const { clusters, job } = this;
    const labels = new Map([...answers].map(([position, { label }]) => [position, label]));
    const bySize = [...labels.keys()].sort((a, b) => clusters[b].size - clusters[a].size || a - b);
    const same = sameNames(labels, bySize, taken);
    if (!same.length) return;
    const tasks = await this.tasks(
      same.map(({ position, keeper }) => ({
        position,
        rival: {
          label: labels.get(position) ?? "",
          cluster: keeper === undefined ? undefined : clusters[keeper],
        },
      })),
    );
    const others = new Map<number, ModelAnswer>();
    const stoppedBefore = this.stopped;
    const failed = await this.answer(tasks, false, (position, answer) => others.set(position, answer));
    const [reason] = failed.values();
    // that it stopped before is told by the labels that failed
    if (reason && !stoppedBefore)
      job.warn(
        `${plural(failed.size, "label")} that others have, too, got a keyword beside it, because the model gave no other: ${reason.message}`,
      );
    for (const { position } of same) labels.delete(position);
    const names = [...taken, ...labels.values()];
    for (const { position } of same) {
      const answer = others.get(position) ?? answers.get(position);
      if (!answer) continue;
      const label = sameNames(new Map([[0, answer.label]]), [0], names).length
        ? withKeyword(answer.label, clusters[position].keywords, names)
        : answer.label;
      names.push(label);
      to.deliver(position, { ...answer, label });
    }
  }

  /** The prompts. They depend on the clusters only, so that the next run asks for the same. */
  private async tasks(of: readonly { position: number; rival: Rival | undefined }[]): Promise<Task[]> {
    const tasks: Task[] = [];
    for (const { position, rival } of of) {
      const cluster = this.clusters[position];
      const { prompt, shown } = labelPrompt(cluster, "json", this.setup, rival);
      const hash = createHash("sha256")
        .update(JSON.stringify([this.setup.identity, prompt.system, prompt.user]))
        .digest("hex");
      tasks.push({ position, rival, hash, prompt, rows: cluster.rows.slice(0, shown) });
      await nextTurn();
      throwIfAborted(this.signal, "Labelling");
    }
    return tasks;
  }

  /**
   * Finds the answers to some prompts, those that are kept first.
   * @param isFirst whether nothing was sent before, so that the cost may still be refused
   * @returns what went wrong, by position
   */
  private async answer(
    tasks: readonly Task[],
    isFirst: boolean,
    take: (position: number, answer: ModelAnswer) => void,
  ): Promise<Map<number, Error>> {
    const missing = tasks.filter((task) => {
      const known = this.log?.get(task.hash);
      if (known) take(task.position, keptAnswer(task, known));
      return !known;
    });
    const failed = new Map<number, Error>();
    if (!missing.length) return failed;
    const model = await this.open();
    if (isFirst) model?.announce(missing.map(({ prompt }) => prompt));
    const queue = missing.values();
    let broken: { readonly error: unknown } | undefined;
    const work = async (): Promise<void> => {
      try {
        for (const task of queue) {
          const reason = this.stopped ?? (model && (await this.ask(model, task, take)));
          if (reason) failed.set(task.position, reason);
        }
      } catch (error) {
        broken ??= { error };
        // the others would go on asking for what nobody takes
        this.end.abort();
      }
    };
    // none goes on when this is over
    await Promise.all(Array.from({ length: model?.concurrency ?? 1 }, work));
    if (broken) throw broken.error;
    return failed;
  }

  /** The model, ready; undefined when it cannot be made so, which is then why everything fails. */
  private async open(): Promise<LanguageModel | undefined> {
    if (this.model || this.stopped) return this.model;
    const { note, warn } = this.job;
    this.log?.prepare();
    try {
      this.model = await this.setup.open({ signal: this.signal, halt: this.halt.signal, note, warn });
    } catch (error) {
      throwIfAborted(this.signal, "Labelling");
      if (!(error instanceof LatentScopeError)) throw error;
      this.stopped = error;
    }
    return this.model;
  }

  /** @returns why there is no answer */
  private async ask(
    model: LanguageModel,
    task: Task,
    take: (position: number, answer: ModelAnswer) => void,
  ): Promise<Error | undefined> {
    let answer: Answered;
    try {
      answer = await this.usableAnswer(model, task);
    } catch (error) {
      throwIfAborted(this.signal, "Labelling");
      // one that waited while another found out that it is of no use
      if (this.halt.signal.aborted && this.stopped) return this.stopped;
      if (!(error instanceof LatentScopeError)) throw error;
      if (error instanceof NoLabel) return error;
      if (UNANSWERED.includes(error.code) && ++this.unanswered < MOST_UNANSWERED) return error;
      this.stop(error);
      return error;
    }
    const { said, tokens, shown } = answer;
    const texts = shown < task.rows.length ? { texts: shown } : {};
    const kept = { prompt: task.hash, ...said, tokens, ...texts, time: new Date().toISOString() };
    this.log?.add(kept);
    take(task.position, keptAnswer(task, kept));
    return undefined;
  }

  /** Nothing more is asked, and nothing waited for. */
  private stop(reason: Error): void {
    this.stopped ??= reason;
    this.halt.abort();
  }

  /** Asks for JSON, and once for lines where that is not understood. @throws NoLabel, and what the model throws */
  private async usableAnswer(model: LanguageModel, task: Task): Promise<Answered> {
    let tokens = 0;
    let reason: NoLabel | undefined;
    for (const format of this.formats()) {
      const { prompt, shown, reply } = await this.reply(model, task, format);
      tokens += reply.tokens;
      try {
        const said = readAnswer(reply.text, prompt);
        if (format === "json") this.wasJson = true;
        return { said, tokens, shown };
      } catch (error) {
        if (!(error instanceof NoLabel)) throw error;
        if (error instanceof NotJson) this.notJson++;
        else if (format === "json") this.wasJson = true;
        reason = reply.cut ? new NoLabel(`${error.message} It was cut for its length.`) : error;
      }
    }
    throw reason ?? new Error("nothing was asked");
  }

  private formats(): Prompt["format"][] {
    return this.wasJson || this.notJson < MOST_NOT_JSON ? ["json", "line"] : ["line"];
  }

  /** Asks one prompt, with fewer texts when it is too long. */
  private async reply(
    model: LanguageModel,
    { position, rival }: Task,
    format: Prompt["format"],
  ): Promise<{ prompt: Prompt; shown: number; reply: Reply }> {
    for (;;) {
      const maxPromptTokens = this.mostTokens;
      const shortened = { ...this.setup, maxPromptTokens };
      const { prompt, shown, texts } = labelPrompt(this.clusters[position], format, shortened, rival);
      let sent = false;
      try {
        const reply = await model.ask(prompt, () => (sent = true));
        this.unanswered = 0;
        this.tokens += reply.tokens;
        if (reply.cost !== undefined) this.cost = (this.cost ?? 0) + reply.cost;
        return { prompt, shown, reply };
      } catch (error) {
        if (!(error instanceof PromptTooLong)) throw error;
        const shorter = Math.floor(maxPromptTokens / 2);
        if (shorter < SHORTEST_PROMPT) throw new NoLabel(error.message);
        this.mostTokens = Math.min(this.mostTokens, shorter);
      } finally {
        if (sent) {
          this.prompts++;
          this.texts += texts;
        }
      }
    }
  }
}

function keptAnswer({ hash, rows }: Task, { label, description, tokens, texts }: KeptAnswer): ModelAnswer {
  return {
    ...{ label, rows: rows.slice(0, texts), promptHash: hash },
    ...(description === undefined ? {} : { description }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}
