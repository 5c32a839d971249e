import { readdirSync } from "node:fs";
import { expect } from "vitest";

/** Threads of this process. Only Linux tells. */
const threadCount = (): number => readdirSync("/proc/self/task").length;
const tells = process.platform === "linux";

/**
 * Runs `work`, and waits until as many threads as before are left, or fewer, and none of them uses processor time to speak of: everything
 * that was started has ended.
 */
export async function leavesNothingBehind<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = tells ? threadCount() : 0;
  const result = await work();
  if (tells) await expect.poll(threadCount, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  await expect.poll(load, { timeout: 10_000 }).toBeLessThan(0.5);
  return result;
}

/** Processor time of all threads as a share of a tenth of a second. */
async function load(): Promise<number> {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 100_000;
}
