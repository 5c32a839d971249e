import { setTimeout as sleep } from "node:timers/promises";

/**
 * Lets so many requests at an endpoint at a time. When it limits the rate, all wait, and fewer go on: their number is halved, and grows again
 * with every answer (additive increase, multiplicative decrease: Chiu and Jain 1989).
 */
export class RequestGate {
  private limit: number;
  private inFlight = 0;
  private opensAt = 0;
  private lastHalved = -Infinity;
  private waiting: (() => void)[] = [];

  /** @param most requests at a time */
  constructor(private readonly most: number) {
    this.limit = most;
  }

  /** Waits for a place; {@link leave} gives it back. @throws the reason of the signal */
  async enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.opensAt - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
      else if (this.inFlight < Math.floor(this.limit)) break;
      // somebody is in, and wakes the others when it leaves
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inFlight++;
  }

  leave(): void {
    this.inFlight--;
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** An answer came. */
  succeeded(): void {
    this.limit = Math.min(this.most, this.limit + 1 / this.limit);
  }

  /**
   * The endpoint limits the rate: nobody enters for so long.
   * @param sentAt when the request was sent that was told so, by `performance.now()`: those that were under way together count as one
   */
  pause(waitMs: number, sentAt: number): void {
    const now = performance.now();
    this.opensAt = Math.max(this.opensAt, now + waitMs);
    if (sentAt < this.lastHalved) return;
    this.limit = Math.max(1, this.limit / 2);
    this.lastHalved = now;
  }
}
