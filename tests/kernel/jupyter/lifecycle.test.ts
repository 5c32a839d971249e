import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ROOT, type KernelClient } from "../../support/jupyter-client";
import { FIRST_CELL, KERNELS, startKernel, TRANSPORT } from "./kernels";
import { ofType, printed } from "./messages";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Said from a timer, so that the synchronous part of the cell, which takes interrupts itself, is over. */
const SAY_WAITING = `setTimeout(() => console.log("waiting"), 50);`;

describe.each(KERNELS)("the life of the %s kernel", (name) => {
  let kernel: KernelClient | undefined;
  afterEach(() => kernel?.close());

  test("an interrupt aborts work that listens and ends the awaiting cell, again and again, and comms go on", async () => {
    kernel = await startKernel(name);
    const first = await kernel.execute(
      `${FIRST_CELL};\nlet aborted = 0; const stop = jupyter.onInterrupt(() => { aborted += 1; });`,
    );
    const comm = ofType(first.messages, "comm_open")[0].content.comm_id;
    for (let round = 1; round <= 2; round++) {
      const cell = await kernel.startCell(
        `${SAY_WAITING} await new Promise((resolve) => setTimeout(resolve, 20_000)); "not reached"`,
      );
      await kernel.message((m) => m.parent === cell && m.type === "stream", "the cell to wait");
      const interrupted = performance.now();
      await kernel.interrupt();
      const outcome = await kernel.cellEnd(cell);
      expect(performance.now() - interrupted).toBeLessThan(20_000);
      expect(outcome.reply?.content).toMatchObject({ status: "error", ename: "Interrupted" });
      expect(ofType(outcome.messages, "error")).toHaveLength(1);
      await wait(300); // tslab aborts what comes right after a failing cell
      expect(printed(await kernel.execute("aborted"))).toBe(`${round}\n`);
    }
    expect(printed(await kernel.execute("stop(); aborted"))).toBe("2\n");
    const state = await kernel.send("comm_msg", { comm_id: comm, data: { method: "request_state" } });
    expect(ofType(state.messages, "comm_msg")).toHaveLength(1);
  });

  test("an interrupt ends a cell that computes", async () => {
    kernel = await startKernel(name);
    await kernel.execute(FIRST_CELL);
    const cell = await kernel.startCell(
      "console.log('computing'); for (const end = Date.now() + 30_000; Date.now() < end; ) {}",
    );
    await kernel.message((m) => m.parent === cell && m.content.execution_state === "busy", "the cell to run");
    await wait(1500); // nothing comes from a cell that computes
    await kernel.interrupt();
    const outcome = await kernel.cellEnd(cell, 10_000);
    expect(outcome.reply?.content).toMatchObject({ status: "error", ename: "Interrupted" });
  });

  test("the same cell works again in a restarted kernel, which has no older comms", async () => {
    kernel = await startKernel(name);
    await kernel.execute(FIRST_CELL);
    await kernel.restart();
    const again = await kernel.execute(FIRST_CELL);
    const opened = ofType(again.messages, "comm_open");
    expect(opened).toHaveLength(1);
    const { comms } = await kernel.request("comm_info", {});
    expect(Object.keys(comms)).toEqual([opened[0].content.comm_id]);
    expect(ofType(again.messages, "display_data")).toHaveLength(2);
  });

  test("waiting displays and unref'd work do not hold up a shutdown", async () => {
    kernel = await startKernel(name);
    await kernel.execute(`${FIRST_CELL};
      const bar = new jupyter.CellDisplay(); setTimeout(() => { for (let i = 0; i < 100; i++) bar.html(String(i), String(i)); }, 0).unref();
      new (await import("node:worker_threads")).Worker("setInterval(() => {}, 1000)", { eval: true }).unref();`);
    const { seconds, code } = await kernel.shutdown();
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(20);
  });
});

describe("the life of our own kernel", () => {
  let kernel: KernelClient | undefined;
  afterEach(() => kernel?.close());

  test("interrupted work may end its cell with its own error", async () => {
    kernel = await startKernel("latentscope");
    await kernel.execute(`import * as jupyter from ${JSON.stringify(TRANSPORT)}; import { interrupted } from ${JSON.stringify(path.join(ROOT, "dist", "scope"))};
      const work = () => new Promise((_, reject) => { const off = jupyter.onInterrupt(() => setTimeout(() => { off(); reject(interrupted("Embedding")); }, 50)); });`);
    const cell = await kernel.startCell(`${SAY_WAITING} await work();`);
    await kernel.message((m) => m.parent === cell && m.type === "stream", "the cell to wait");
    await kernel.interrupt();
    const { reply } = await kernel.cellEnd(cell);
    expect(reply?.content.ename).toBe("LatentScopeError [interrupted]");
    expect(reply?.content.evalue).toMatch(/^Embedding was interrupted\./);
  });

  test("pages come and go, and a new one gets 20,000 messages of one tick in order", async () => {
    kernel = await startKernel("latentscope");
    await kernel.execute(FIRST_CELL);
    for (let page = 0; page < 25; page++) {
      await kernel.reconnect();
      expect(printed(await kernel.execute("1 + 1"))).toBe("2\n");
    }
    const code = "for (let i = 0; i < 20000; i++) w.send(i);";
    const outcome = await kernel.execute(code, { timeoutMs: 120_000 });
    const numbers = ofType(outcome.messages, "comm_msg").map(({ content }) => content.data.content);
    expect(numbers).toEqual(Array.from({ length: 20000 }, (_, i) => i));
  }, 150_000);

  test("an interrupt may come as a message, where there are no signals", async () => {
    kernel = await startKernel("latentscope");
    const cell = await kernel.startCell(`${SAY_WAITING} await new Promise(() => {});`);
    await kernel.message((m) => m.parent === cell && m.type === "stream", "the cell to wait");
    const { reply } = await kernel.send("interrupt_request", {}, { channel: "control" });
    expect(reply?.content.status).toBe("ok");
    expect((await kernel.cellEnd(cell)).reply?.content.ename).toBe("Interrupted");
  });

  test("comms are answered before the library is imported", async () => {
    kernel = await startKernel("latentscope");
    await kernel.send("comm_open", { comm_id: "control", target_name: "jupyter.widget.control", data: {} });
    const { messages } = await kernel.send("comm_msg", { comm_id: "control", data: { method: "request_states" } });
    expect(ofType(messages, "comm_msg")[0].content.data).toEqual({
      method: "update_states",
      states: {},
      buffer_paths: [],
    });
  });

  test("a timer that a cell has left does not hold up a shutdown", async () => {
    kernel = await startKernel("latentscope");
    await kernel.execute("setInterval(() => {}, 1000);");
    const { seconds, code } = await kernel.shutdown();
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(20);
  });
});
