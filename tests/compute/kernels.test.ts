import path from "node:path";
import { describe, expect, it } from "vitest";
import { soloTeam } from "../../src/compute/kernels/kernels";
import { defaultThreads } from "../../src/compute/kernels/threads";
import { runInWorker } from "../../src/compute/worker-task";
import { solo } from "./hdbscan-kernels";
import { leavesNothingBehind } from "./idle";

const file = path.join(__dirname, "workers", "kernels.mjs");
const run = <Output>(input: unknown): Promise<Output> =>
  runInWorker<unknown, Output>(file, input, { what: "The loop" });

describe("threads", () => {
  it.each([1, 2, 3])("are %i in all, the calling one among them", async (threads) => {
    expect(await run({ do: "start", threads })).toEqual({ threads, started: threads - 1 });
  });

  it.each([1, 2, 4])("all take pieces of a loop when there are %i", async (threads) => {
    expect(await run({ do: "use every thread", threads })).toBe(threads);
  });

  it("end with the calling one", async () => {
    await leavesNothingBehind(() => run({ do: "use every thread", threads: 4 }));
  });

  it.each([1, 3])("make a failing kernel a typed error when there are %i, and end", async (threads) => {
    const error = await leavesNothingBehind(() => run({ do: "fail", threads }).catch((reason: unknown) => reason));
    expect(error).toMatchObject({ code: "worker-failed", message: expect.stringMatching("The loop failed") as string });
  });

  it("are no more by default than 16", () => {
    expect(defaultThreads()).toBeGreaterThanOrEqual(1);
    expect(defaultThreads()).toBeLessThanOrEqual(16);
  });
});

describe("a loop on two threads", () => {
  it("gives each piece to one of them, and is done when both are", async () => {
    expect(await run({ do: "lead" })).toEqual({ byLeader: 1, byHelper: 1, finishedByHelper: 1 });
  });

  it("fails when only the helper's piece fails, and names the kernel", async () => {
    await expect(run({ do: "lead", failing: "helper" })).rejects.toMatchObject({
      code: "worker-failed",
      message: expect.stringContaining("The kernel test failed") as string,
    });
  });

  it("fails as the leader's piece fails", async () => {
    await expect(run({ do: "lead", failing: "leader" })).rejects.toThrow("the leader's kernel failed");
  });
});

describe("memory", () => {
  it("is taken back after what is scoped, also when that throws", () => {
    const kernels = solo();
    const next = (): number => kernels.scoped(() => kernels.allocate(0));
    const before = next();
    kernels.scoped(() => {
      kernels.put(new Float32Array(1000));
      expect(next()).toBeGreaterThanOrEqual(before + 4000);
    });
    expect(next()).toBe(before);
    const failing = (): void =>
      kernels.scoped(() => {
        kernels.allocate(1000);
        throw new Error("a failure");
      });
    expect(failing).toThrow("a failure");
    expect(next()).toBe(before);
  });

  it("grows, and keeps what it holds", () => {
    const kernels = solo();
    kernels.scoped(() => {
      const kept = kernels.put(Float32Array.of(1, 2, 3));
      const size = kernels.memory.buffer.byteLength;
      kernels.allocate(size + 1);
      expect(kernels.memory.buffer.byteLength).toBeGreaterThan(size);
      expect([...kernels.float32(kept, 3)]).toEqual([1, 2, 3]);
    });
  });

  it("is allocated on cache lines, one array after the other", () => {
    const kernels = solo();
    kernels.scoped(() => {
      const [first, second] = [kernels.allocate(3), kernels.allocate(65)];
      expect([first % 64, second - first, kernels.allocate(0) - second]).toEqual([0, 64, 128]);
    });
  });

  it("of more than 4 GiB is refused with a RangeError", () => {
    expect(() => solo().scoped(() => solo().allocate(2 ** 33))).toThrow(RangeError);
  });
});

it("runs the pieces of a loop in order on one thread, and none of an empty loop", () => {
  const pieces: number[][] = [];
  const piece = (...values: number[]): number => pieces.push(values);
  const team = soloTeam({ piece });
  team.run({ kernel: "piece", count: 5, grain: 2, args: [7, 8] }, 64, 0);
  team.run({ kernel: "piece", count: 0, grain: 2, args: [] }, 64, 0);
  expect(pieces).toEqual([
    [0, 2, 64, 7, 8],
    [2, 4, 64, 7, 8],
    [4, 5, 64, 7, 8],
  ]);
});
