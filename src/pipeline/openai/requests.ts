import { setTimeout as sleep } from "node:timers/promises";
import { LatentScopeError, throwIfAborted } from "../../scope";
import { count } from "../format";
import type { Caller } from "./endpoint";
import { faultOf, RefusedInput, type Fault } from "./faults";
import { RequestGate } from "./gate";

/** How long is waited for what. */
export interface Timing {
  /** Longest that one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Most that is waited before the second try, in milliseconds; twice as much before each further one. */
  readonly backoffMs: number;
  /** A request that takes longer is followed by smaller ones: progress shows, and none takes too long. In milliseconds. */
  readonly slowMs: number;
}

export const TIMING: Timing = { timeoutMs: 180_000, backoffMs: 500, slowMs: 15_000 };

const MOST_BACKOFF_MS = 30_000;
/** Tries of one request. */
const TRIES = 6;
/** Tries while nobody is there and nobody has ever been: a server that is not started. */
const TRIES_UNANSWERED = 3;
/** Longest that is waited for an endpoint that lets nothing through, in all. */
const PATIENCE_MS = 5 * 60_000;

/** A request that took too long, and may be divided. */
export class TooSlow extends Error {}

/** What the requests of one run have in common. */
export interface RequestRun {
  readonly concurrency: number;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Ends waiting; requests that are under way get their answers. */
  readonly halt: AbortSignal;
  /** Says what is waited for. */
  readonly note: (note: string) => void;
  readonly timing: Timing;
}

/** Sends requests: so many at a time, again when they fail for a time, all of them slower when the endpoint limits the rate. */
export class Requests {
  private readonly gate: RequestGate;
  private answers = 0;

  constructor(
    private readonly caller: Caller,
    private readonly run: RequestRun,
  ) {
    this.gate = new RequestGate(run.concurrency);
  }

  /**
   * Waits exponentially longer before each try, a random part of it, so that those that failed together do not come back together.
   * @param ask sends one request and reads its answer
   * @param divisible true when the caller can send less: then a request that is too slow is not repeated
   * @throws LatentScopeError `interrupted`, `endpoint-refused`, `endpoint-unreachable`, `unknown-model`, the caller's; RefusedInput; TooSlow;
   * the reason of `halt`
   */
  async send<T>(ask: (signal: AbortSignal) => Promise<T>, divisible = false): Promise<T> {
    let answersBefore = this.answers;
    let since = performance.now();
    for (let tries = 1; ; tries++) {
      await this.gate.enter(this.run.halt);
      const sentAt = performance.now();
      const timeout = AbortSignal.timeout(this.run.timing.timeoutMs);
      let fault: Fault;
      try {
        const answer = await ask(AbortSignal.any([this.run.signal, timeout]));
        this.answers++;
        this.gate.succeeded();
        return answer;
      } catch (error) {
        throwIfAborted(this.run.signal, this.caller.what);
        if (timeout.aborted && divisible) throw new TooSlow();
        fault = faultOf(error, this.caller, timeout.aborted);
      } finally {
        this.gate.leave();
      }
      if (fault.kind === "input") throw new RefusedInput(fault.message);
      if (fault.kind === "final") throw fault.reason;
      // where others get through, the limit of the rate works, and it is only a matter of time
      if (fault.allWait && this.answers > answersBefore) {
        [answersBefore, tries, since] = [this.answers, 1, sentAt];
      }
      const waitMs = fault.afterMs ?? this.backoff(tries);
      if (tries >= (fault.nobodyThere && !this.answers ? TRIES_UNANSWERED : TRIES)) throw fault.reason;
      if (performance.now() - since + waitMs > PATIENCE_MS) throw tooLong(fault.reason, waitMs);
      await this.wait(waitMs, fault, sentAt);
    }
  }

  private async wait(waitMs: number, { allWait, afterMs }: Extract<Fault, { kind: "transient" }>, sentAt: number) {
    const why = allWait ?? (afterMs === undefined ? "it failed" : "busy");
    this.run.note(`waiting ${count(Math.ceil(waitMs / 1000))} s for the endpoint (${why})`);
    if (allWait) this.gate.pause(waitMs, sentAt);
    else await sleep(waitMs, undefined, { signal: this.run.halt });
  }

  private backoff(tries: number): number {
    return Math.random() * Math.min(MOST_BACKOFF_MS, this.run.timing.backoffMs * 2 ** (tries - 1));
  }
}

function tooLong(reason: LatentScopeError, waitMs: number): LatentScopeError {
  return new LatentScopeError(
    reason.code,
    `${reason.message} It would have to be waited for another ${count(Math.ceil(waitMs / 1000))} s.`,
  );
}
