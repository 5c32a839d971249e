import { createHash } from "node:crypto";
import { throwIfAborted } from "../scope";
import { takeLock, type Dataset, type LockOwner, type Provenance } from "../store";
import type { RunHooks, StepName, StepReport } from "./types";
import { version } from "./version";

/** What every step gets: the hooks of the run, and the list of its warnings. */
export class RunContext {
  readonly warnings: string[] = [];
  readonly steps: StepReport[] = [];

  private readonly locks: (() => Promise<void>)[] = [];

  constructor(readonly hooks: RunHooks) {}

  get signal(): AbortSignal | undefined {
    return this.hooks.signal;
  }

  warn(message: string): void {
    if (!this.warnings.includes(message)) this.warnings.push(message);
  }

  /**
   * Waits until no other run writes this dataset; until {@link unlock}, others wait for this one.
   * @throws LatentScopeError `interrupted`, `data-dir-not-writable`
   */
  async lock(dataset: Dataset, step: StepName): Promise<void> {
    const onWait = ({ pid, host, since }: LockOwner): void => {
      const who = pid === process.pid ? "another run of this kernel" : `process ${pid} on ${host}`;
      this.progress(step, 0, 1, "runs", `waiting for ${who}, which has been writing "${dataset.name}" since ${since}`);
    };
    this.locks.push(await takeLock(dataset.lock, { what: STEP_TITLES[step], signal: this.signal, onWait }));
  }

  /** Gives back what {@link lock} took. */
  async unlock(): Promise<void> {
    for (const release of this.locks.splice(0)) await release();
  }

  /** Tells how far a step is. */
  progress(step: StepName, done: number, total: number, unit: string, note?: string): void {
    this.hooks.onProgress?.({ step, done, total, unit, ...(note === undefined ? {} : { note }) });
  }

  /** Runs a step, measures it and reports it. The step says its id, whether it was reused, and its summary. */
  async step<T extends StepOutcome>(step: StepName, work: (clock: Stopwatch) => Promise<T>): Promise<T> {
    throwIfAborted(this.signal, STEP_TITLES[step]);
    const clock = new Stopwatch();
    const outcome = await work(clock);
    const { id, reused, summary, sent } = outcome;
    const report: StepReport = {
      ...{ step, id, reused, summary, seconds: clock.seconds },
      ...(sent === undefined ? {} : { sent }),
    };
    this.steps.push(report);
    this.hooks.onStep?.(report);
    return outcome;
  }
}

export interface StepOutcome {
  readonly id: string;
  readonly reused: boolean;
  readonly summary: string;
  /** As {@link StepReport.sent}. */
  readonly sent?: string | undefined;
}

/** The steps as the subjects of sentences. */
export const STEP_TITLES: Readonly<Record<StepName, string>> = {
  ingest: "Reading the table",
  embed: "Embedding",
  umap: "UMAP",
  cluster: "Clustering",
  label: "Labelling",
  save: "Saving",
};

/** Seconds since it was made. */
export class Stopwatch {
  private readonly started = performance.now();

  get seconds(): number {
    return Math.round(performance.now() - this.started) / 1000;
  }
}

/**
 * The key of a step: what it was made from and with. Runs with the same key give the same result, so that one is enough.
 * @param inputs keys of the steps before and all parameters, as plain data; the order of properties does not matter
 */
export function stepKey(step: StepName, inputs: Readonly<Record<string, unknown>>): string {
  return createHash("sha256")
    .update(JSON.stringify([step, canonical(inputs)]))
    .digest("hex");
}

/** What is recorded beside the parameters of a run. */
export function provenanceOf(key: string, clock: Stopwatch, more: Readonly<Record<string, unknown>> = {}): Provenance {
  return { key, created: new Date().toISOString(), seconds: clock.seconds, version, ...more };
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, canonical(v)]));
}
