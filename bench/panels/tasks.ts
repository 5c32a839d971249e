import type { Browser, Page } from "playwright-core";

/** What a page's main thread did in some time, in milliseconds of its CPU: waits for the graphics are not in it, nor is what else the machine does. */
export interface Tasks {
  /** The longest task. */
  readonly longest: number;
  /** All of them. */
  readonly total: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time of the thread in microseconds. */
  readonly tdur?: number;
}

const MARK = "tasks-of-this-page";

/** The tasks of a page's main thread while something is done. */
export async function tasksOf(browser: Browser, page: Page, act: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  await page.evaluate((mark) => performance.mark(mark), MARK);
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mark = traceEvents.find(({ name }) => name === MARK);
  if (!mark) throw new Error("The trace does not say which thread is the page's.");
  // a task that has begun before the trace has no time
  const times = traceEvents
    .filter(({ name, ph, pid, tid }) => name.endsWith("RunTask") && ph === "X" && pid === mark.pid && tid === mark.tid)
    .map(({ tdur }) => (tdur ?? 0) / 1000);
  return { longest: Math.max(0, ...times), total: times.reduce((sum, time) => sum + time, 0) };
}
