import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { runInWorker, TaskWorker, workerFile } from "../../src/compute/worker-task";

const file = path.join(__dirname, "workers", "task.mjs");
const what = "The task";

describe("runInWorker", () => {
  it("gives what the task returns", async () => {
    expect(await runInWorker(file, { do: "echo", value: { a: [1, 2] } }, { what })).toEqual({ a: [1, 2] });
  });

  it("hands on what the task posts, in order and before the result", async () => {
    const posted: unknown[] = [];
    await runInWorker(file, { do: "post", times: 50 }, { what, onMessage: (message) => posted.push(message) });
    expect(posted).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it("shares memory instead of copying it", async () => {
    const values = new Int32Array(new SharedArrayBuffer(8));
    values.set([1, 41]);
    await runInWorker(file, { do: "add one to each", memory: values.buffer }, { what });
    expect([...values]).toEqual([2, 42]);
  });

  it("moves the buffers that are given away", async () => {
    const memory = new ArrayBuffer(8);
    await runInWorker(file, { do: "add one to each", memory }, { what, transfer: [memory] });
    expect(memory.byteLength).toBe(0);
  });

  it("keeps code and message of a typed error", async () => {
    await expect(runInWorker(file, { do: "throw typed" }, { what })).rejects.toMatchObject({
      name: "LatentScopeError",
      code: "bad-vectors",
      message: "row 3 is not finite",
    });
  });

  it.each([
    ["throws", { do: "throw" }, "The task failed: a bug"],
    ["ends the thread", { do: "exit" }, "The task failed: The worker thread ended with code 3."],
    ["throws outside of the task", { do: "throw later" }, "The task failed: outside of the task"],
    ["returns what cannot be cloned", { do: "return a function" }, /The task failed: .*could not be cloned/],
  ])("rejects as worker-failed when the worker %s", async (_, input, message) => {
    const error = await runInWorker(file, input, { what }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "LatentScopeError", code: "worker-failed" });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it("rejects as worker-failed when there is no such file", async () => {
    await expect(runInWorker(`${file}.missing`, {}, { what })).rejects.toMatchObject({ code: "worker-failed" });
  });

  it("does not start when it was aborted before", async () => {
    const signal = AbortSignal.abort();
    await expect(runInWorker(`${file}.missing`, {}, { what, signal })).rejects.toMatchObject({ code: "interrupted" });
  });

  it("ends a worker in an endless loop within a second of the abort", async () => {
    const controller = new AbortController();
    let aborted = 0;
    const running = runInWorker(
      file,
      { do: "spin" },
      {
        what,
        signal: controller.signal,
        onMessage: () => {
          aborted = performance.now();
          controller.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - aborted).toBeLessThan(5_000);
    await expectNoLoad();
  });

  it("keeps a plain script alive until the task is done, and no longer", async () => {
    const { stdout, elapsed } = await runScript(`
      runInWorker(file, { do: "wait", ms: 300 }, { what: "x" }).then(console.log);
    `);
    expect(stdout.trim()).toBe("waited");
    expect(elapsed).toBeLessThan(10_000);
  });
});

describe("TaskWorker", () => {
  it("keeps what it loaded between tasks", async () => {
    const worker = new TaskWorker<unknown, number>(file);
    expect(await worker.run({ do: "count" }, { what })).toBe(1);
    expect(await worker.run({ do: "count" }, { what })).toBe(2);
    await worker.close();
  });

  it("goes on after a task that threw", async () => {
    const worker = new TaskWorker<unknown, unknown>(file);
    await expect(worker.run({ do: "throw" }, { what })).rejects.toThrow("a bug");
    expect(await worker.run({ do: "echo", value: 7 }, { what })).toBe(7);
    await worker.close();
  });

  it("refuses a second task at the same time, and an input that cannot be cloned, and goes on", async () => {
    const worker = new TaskWorker<unknown, unknown>(file);
    const first = worker.run({ do: "wait", ms: 100 }, { what });
    await expect(worker.run({ do: "count" }, { what })).rejects.toThrow("still at another task");
    expect(await first).toBe("waited");
    await expect(worker.run({ do: () => 1 }, { what })).rejects.toThrow("could not be cloned");
    expect(await worker.run({ do: "echo", value: 7 }, { what })).toBe(7);
    await worker.close();
  });

  it("rejects a running task and every later one when it is closed", async () => {
    const worker = new TaskWorker<unknown, unknown>(file);
    const running = worker.run({ do: "spin" }, { what, onMessage: () => void worker.close() });
    await expect(running).rejects.toMatchObject({ code: "worker-failed" });
    await expect(worker.run({ do: "count" }, { what })).rejects.toMatchObject({ code: "worker-failed" });
  });

  it("does not keep a script alive while it is idle", async () => {
    const { stdout } = await runScript(`
      const worker = new TaskWorker(file);
      worker.run({ do: "wait", ms: 50 }, { what: "x" }).then(console.log);
    `);
    expect(stdout.trim()).toBe("waited");
  });
});

describe("workerFile", () => {
  it("finds the built file of a source folder", () => {
    const root = path.join(__dirname, "..", "..");
    expect(workerFile(path.join(root, "src", "compute", "engines"), "x.js")).toBe(
      path.join(root, "dist", "compute", "engines", "x.js"),
    );
  });
});

/** Waits until this process, with all its threads, uses next to no processor time: nothing spins any more. */
async function expectNoLoad(): Promise<void> {
  await expect
    .poll(
      async () => {
        const before = process.cpuUsage();
        await new Promise((resolve) => setTimeout(resolve, 100));
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 100_000;
      },
      { timeout: 5000 },
    )
    .toBeLessThan(0.5);
}

async function runScript(body: string): Promise<{ stdout: string; elapsed: number }> {
  const built = path.join(__dirname, "..", "..", "dist", "compute", "worker-task.js");
  const head = `const { runInWorker, TaskWorker } = require(${JSON.stringify(built)}); const file = ${JSON.stringify(file)};`;
  const started = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", head + body], { timeout: 20_000 });
  return { stdout, elapsed: performance.now() - started };
}
