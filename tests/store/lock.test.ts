import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { takeLock, type LockOwner } from "../../src/store";

const newLock = (): string => path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-lock-")), "locks", "sotu.lock");

function take(lock: string, more: { signal?: AbortSignal; onWait?: (owner: LockOwner) => void } = {}) {
  return takeLock(lock, { what: "Reading the table", onWait: () => undefined, ...more });
}

/** Puts a lock where it would be if someone else had taken it. */
async function put(lock: string, owner: Partial<LockOwner> | string, ageSeconds = 0): Promise<void> {
  await (
    await take(lock)
  )();
  const whole = { pid: 1, host: os.hostname(), since: new Date().toISOString() };
  writeFileSync(lock, typeof owner === "string" ? owner : JSON.stringify({ ...whole, ...owner }));
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(lock, time, time);
}

/** Whether it can be taken at once. */
async function isFree(lock: string): Promise<boolean> {
  try {
    await (
      await take(lock, { signal: AbortSignal.timeout(1500) })
    )();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "interrupted" });
    return false;
  }
}

const exited = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once("exit", resolve));

describe("a lock", () => {
  it("is there while work is done, says whose it is, and is gone afterwards", async () => {
    const lock = newLock();
    const release = await take(lock);
    const owner = JSON.parse(readFileSync(lock, "utf8")) as LockOwner;
    expect(owner).toMatchObject({ pid: process.pid, host: os.hostname() });
    expect(Math.abs(Date.parse(owner.since) - Date.now())).toBeLessThan(60_000);
    await release();
    expect(existsSync(lock)).toBe(false);
  });

  it("is had by one of many at a time, who each are told once", async () => {
    const lock = newLock();
    let [inside, most] = [0, 0];
    const told: LockOwner[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const release = await take(lock, { onWait: (owner) => told.push(owner) });
        most = Math.max(most, ++inside);
        await wait(30);
        inside--;
        await release();
      }),
    );
    expect(most).toBe(1);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(10);
    expect(told[0].pid).toBe(process.pid);
  });

  it("of another process is waited for until that ends, however it ends", async () => {
    const lock = newLock();
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    await put(lock, { pid: child.pid ?? 0 });
    const told: LockOwner[] = [];
    const taking = take(lock, { onWait: (owner) => told.push(owner) });
    await wait(500);
    expect(told.map(({ pid }) => pid)).toEqual([child.pid]);
    child.kill("SIGKILL");
    await exited(child);
    await (
      await taking
    )();
  });

  it("of a process that ended is nobody's", async () => {
    const lock = newLock();
    const child = spawn(process.execPath, ["-e", ""]);
    await exited(child);
    await put(lock, { pid: child.pid ?? 0 });
    expect(await isFree(lock)).toBe(true);
    // a process may get the number of one that ended
    await put(lock, { pid: process.pid });
    expect(await isFree(lock)).toBe(true);
  });

  it("of another computer counts as long as that gives signs of life", async () => {
    const lock = newLock();
    await put(lock, { host: "elsewhere" }, 20);
    expect(await isFree(lock)).toBe(false);
    await put(newLock(), {});
    const old = newLock();
    await put(old, { host: "elsewhere" }, 90);
    expect(await isFree(old)).toBe(true);
  });

  it("that was never written to the end counts for a moment only", async () => {
    const fresh = newLock();
    await put(fresh, '{"pid":');
    expect(await isFree(fresh)).toBe(false);
    const old = newLock();
    await put(old, "", 30);
    expect(await isFree(old)).toBe(true);
  });

  it("is not waited for any longer once the run is interrupted", async () => {
    const lock = newLock();
    const release = await take(lock);
    const stop = new AbortController();
    const taking = take(lock, { signal: stop.signal });
    stop.abort();
    await expect(taking).rejects.toMatchObject({ code: "interrupted" });
    await release();
    expect(await isFree(lock)).toBe(true);
  });

  it("of a process that ended is taken by one of many others at a time", { timeout: 60_000 }, async () => {
    const lock = newLock();
    const gone = spawn(process.execPath, ["-e", ""]);
    await exited(gone);
    await put(lock, { pid: gone.pid ?? 0 });
    const log = path.join(path.dirname(lock), "log");
    const script = `
      const { takeLock } = require(${JSON.stringify(path.resolve(__dirname, "../../dist/store/lock.js"))});
      const { appendFileSync } = require("node:fs");
      (async () => {
        for (let i = 0; i < 5; i++) {
          const release = await takeLock(${JSON.stringify(lock)}, { what: "", onWait() {} });
          appendFileSync(${JSON.stringify(log)}, "in " + process.pid + "\\n");
          await new Promise((resolve) => setTimeout(resolve, 5));
          appendFileSync(${JSON.stringify(log)}, "out " + process.pid + "\\n");
          await release();
        }
      })();`;
    const children = Array.from({ length: 4 }, () => spawn(process.execPath, ["-e", script], { stdio: "inherit" }));
    await Promise.all(children.map(exited));
    const lines = readFileSync(log, "utf8").trim().split("\n");
    expect(lines).toHaveLength(40);
    for (let i = 0; i < lines.length; i += 2)
      expect([lines[i], lines[i + 1]]).toEqual([lines[i], lines[i].replace("in", "out")]);
  });
});
