/** How the kernel is doing. "offline": it has never answered this page. */
export type KernelStatus = "ready" | "busy" | "dead" | "offline";

export interface HeartbeatOptions {
  readonly intervalMs?: number;
  readonly busyAfterMs?: number;
  readonly deadAfterMs?: number;
}

/** Asks the kernel every few seconds whether it is there. A busy kernel answers when it is done: only one question at a time is sent. */
export class Heartbeat {
  status: KernelStatus = "offline";
  private asked: number | null = null;
  private lastAsked = -Infinity;
  private timer: ReturnType<typeof setInterval> | null = null;
  private readonly interval: number;
  private readonly busyAfter: number;
  private readonly deadAfter: number;

  /** @param ping sends a question; false when the connection refuses it */
  constructor(
    private readonly ping: () => boolean,
    private readonly onChange: (status: KernelStatus, before: KernelStatus) => void,
    options: HeartbeatOptions = {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.interval = options.intervalMs ?? 5000;
    this.busyAfter = options.busyAfterMs ?? 1500;
    this.deadAfter = options.deadAfterMs ?? 15000;
  }

  start(): void {
    if (this.timer !== null) return;
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.asked = null;
  }

  /** Any message from the kernel is a sign of life. */
  heard(): void {
    this.asked = null;
    this.change("ready");
  }

  /** Something was sent that the kernel should answer; `delivered` is false when the connection refused it. */
  sent(delivered: boolean): void {
    if (!delivered) this.change(this.status === "offline" ? "offline" : "dead");
    else this.asked ??= this.now();
  }

  /** Asks without waiting for the time to come. */
  askNow(): void {
    this.lastAsked = this.now();
    this.sent(this.ping());
  }

  /** Looks at the clock. Called twice a second while running. */
  tick(): void {
    const now = this.now();
    const silence = this.asked === null ? 0 : now - this.asked;
    if (silence > this.deadAfter && this.status !== "offline") this.change("dead");
    else if (silence > this.busyAfter && this.status === "ready") this.change("busy");
    // a question that was lost on the way is asked again, a slow answer is waited for
    const due = this.asked === null ? this.interval : this.deadAfter;
    if (now - this.lastAsked < due || (typeof document !== "undefined" && document.hidden)) return;
    this.askNow();
  }

  private change(status: KernelStatus): void {
    if (status === this.status) return;
    const before = this.status;
    this.status = status;
    this.onChange(status, before);
  }
}
