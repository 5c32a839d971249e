import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KernelClient, Outcome } from "../../support/jupyter-client";
import { FIRST_CELL, KERNELS, startKernel, TRANSPORT } from "./kernels";
import { ofType, own, printed } from "./messages";

const VIEW = "application/vnd.jupyter.widget-view+json";

describe.each(KERNELS)("comms in the %s kernel", (name) => {
  let kernel: KernelClient;
  let first: Outcome;
  let comm: string;
  const run = (code: string): Promise<Outcome> => kernel.execute(code, { stopOnError: false });
  const sendComm = (data: object, buffers: Uint8Array[] = []): Promise<Outcome> =>
    kernel.send("comm_msg", { comm_id: comm, data }, { buffers });

  beforeAll(async () => {
    kernel = await startKernel(name);
    first = await run(FIRST_CELL);
    comm = ofType(first.messages, "comm_open")[0]?.content.comm_id;
  });
  afterAll(() => kernel?.close());

  test("a widget opens in the very first cell, as an anywidget of widget protocol 2", () => {
    expect(first.reply?.content).toMatchObject({ status: "ok", execution_count: 1 });
    const opened = ofType(first.messages, "comm_open");
    expect(opened).toHaveLength(1);
    expect(opened[0].metadata).toEqual({ version: "2.1.0" });
    expect(opened[0].content.target_name).toBe("jupyter.widget");
    expect(opened[0].content.data.state).toMatchObject({ _model_module: "anywidget", _view_module: "anywidget", n: 1 });
  });

  test("binary values leave the state and travel as buffers", () => {
    const [{ content, buffers }] = ofType(first.messages, "comm_open");
    expect(content.data.buffer_paths).toEqual([["bin"], ["nested", "a", 0]]);
    expect(content.data.state).not.toHaveProperty("bin");
    expect(content.data.state.nested).toEqual({ a: [null, 2] });
    expect(buffers.map((buffer) => [...buffer])).toEqual([
      [...new Uint8Array(new Float32Array([1, 2, 3]).buffer)],
      [9],
    ]);
  });

  test("all that a cell causes has the cell as its parent, and is there before its idle", () => {
    expect(own(first)).toHaveLength(first.messages.length);
    const types = first.messages.map(({ type }) => type);
    expect(types.indexOf("comm_open")).toBeLessThan(types.indexOf("display_data"));
    expect(ofType(first.messages, "comm_msg").map(({ content }) => content.data)).toEqual([
      { method: "update", state: { n: 2 }, buffer_paths: [] },
    ]);
  });

  test("display() and the last expression each show a view of the same model, and nothing is printed", () => {
    const views = ofType(first.messages, "display_data");
    expect(views.map(({ content }) => content.data)).toEqual([
      { "text/plain": "a widget", [VIEW]: { version_major: 2, version_minor: 1, model_id: comm } },
      { "text/plain": "a widget", [VIEW]: { version_major: 2, version_minor: 1, model_id: comm } },
    ]);
    expect(ofType(first.messages, "stream")).toEqual([]);
  });

  test("a widget that is printed or part of another value is text", async () => {
    const outcome = await run("console.log(w); console.log([w]); ({ inside: w })");
    expect(ofType(outcome.messages, "display_data")).toEqual([]);
    expect(printed(outcome)).toBe("a widget\n[ a widget ]\n{ inside: a widget }\n");
  });

  test("further views and further models live side by side", async () => {
    const outcome = await run(
      `const w2 = new jupyter.WidgetModel({ esm: "", text: "second", state: { n: 7 } }); w2.display(); w.display(); w2.update({ n: 8 }); w.update({ n: 3 }); w.update({ n: 2 });`,
    );
    const [opened] = ofType(outcome.messages, "comm_open");
    expect(ofType(outcome.messages, "display_data").map(({ content }) => content.data[VIEW])).toEqual([
      { version_major: 2, version_minor: 1, model_id: opened.content.comm_id },
      { version_major: 2, version_minor: 1, model_id: comm },
    ]);
    expect(ofType(outcome.messages, "comm_msg").map(({ content }) => [content.comm_id, content.data.state])).toEqual([
      [opened.content.comm_id, { n: 8 }],
      [comm, { n: 2 }],
    ]);
    const closing = await run("w2.close()");
    expect(ofType(closing.messages, "comm_close")[0].content.comm_id).toBe(opened.content.comm_id);
  });

  test("comm_info lists the comms of a target, with status ok", async () => {
    expect(await kernel.request("comm_info", { target_name: "jupyter.widget" })).toEqual({
      status: "ok",
      comms: { [comm]: { target_name: "jupyter.widget" } },
    });
    expect(await kernel.request("comm_info", { target_name: "elsewhere" })).toEqual({ status: "ok", comms: {} });
  });

  test("request_state is answered by an update with the request as parent, between its busy and idle", async () => {
    const outcome = await sendComm({ method: "request_state" });
    expect(own(outcome).map(({ type, content }) => content.execution_state ?? type)).toEqual([
      "busy",
      "comm_msg",
      "idle",
    ]);
    const [update] = ofType(outcome.messages, "comm_msg");
    expect(update.content.data).toMatchObject({ method: "update", state: { n: 2, _model_module: "anywidget" } });
    expect(update.content.data.buffer_paths).toEqual([["bin"], ["nested", "a", 0]]);
    expect(update.buffers[0].readFloatLE(8)).toBe(3);
  });

  test("a change in the page is echoed with its buffers, then listeners run, all before idle", async () => {
    await run(`const seen: unknown[] = [];
      w.onChange((changed) => {
        if (changed.n !== undefined) { seen.push(changed.n); w.update({ n: changed.n * 10 }); }
        if (changed.sel) seen.push([changed.sel.byteLength, changed.sel.getUint8(1)]);
      });`);
    const data = { method: "update", state: { n: 5 }, buffer_paths: [["sel"]] };
    const outcome = await sendComm(data, [Uint8Array.of(1, 2, 3)]);
    const answers = ofType(own(outcome), "comm_msg");
    expect(answers.map(({ content }) => [content.data.method, content.data.state])).toEqual([
      ["echo_update", { n: 5 }],
      ["update", { n: 50 }],
    ]);
    expect(answers.map(({ buffers }) => buffers.map((buffer) => [...buffer]))).toEqual([[[1, 2, 3]], []]);
    expect(printed(await run("JSON.stringify([w.state.n, seen])"))).toBe("[50,[5,[3,2]]]\n");
  });

  test("custom messages carry buffers both ways, and idle waits for an async handler", async () => {
    await run(`w.onMessage(async (message, buffers) => {
      if (message.q !== "abc") return;
      await new Promise((resolve) => setTimeout(resolve, 100));
      w.send({ re: message, got: buffers.map((view) => view.byteLength) }, [new Uint8Array([7, 8])]);
    });`);
    const outcome = await sendComm({ method: "custom", content: { q: "abc" } }, [Buffer.from("xyz")]);
    const [answer] = ofType(outcome.messages, "comm_msg");
    expect(answer.content.data).toEqual({ method: "custom", content: { re: { q: "abc" }, got: [3] } });
    expect([...answer.buffers[0]]).toEqual([7, 8]);
  });

  test("what is changed silently is not sent, but a page that comes later gets it", async () => {
    const cell = await run("w.updateSilently({ n: 99 })");
    expect(ofType(cell.messages, "comm_msg")).toEqual([]);
    const [update] = ofType((await sendComm({ method: "request_state" })).messages, "comm_msg");
    expect(update.content.data.state.n).toBe(99);
  });

  test("the control comm hands over the states of all models", async () => {
    await kernel.send(
      "comm_open",
      { comm_id: "control", target_name: "jupyter.widget.control", data: {} },
      { metadata: { version: "1.0.0" } },
    );
    const outcome = await kernel.send("comm_msg", { comm_id: "control", data: { method: "request_states" } });
    const [states] = ofType(own(outcome), "comm_msg");
    expect(states.content.data.method).toBe("update_states");
    expect(states.content.data.states[comm]).toMatchObject({
      model_name: "AnyModel",
      model_module: "anywidget",
      state: { n: 99 },
    });
    expect(states.content.data.buffer_paths).toEqual([
      [comm, "state", "bin"],
      [comm, "state", "nested", "a", 0],
      [comm, "state", "sel"],
    ]);
    expect(states.buffers.map(({ length }) => length)).toEqual([12, 1, 3]);
    await kernel.send("comm_close", { comm_id: "control", data: {} });
    const { comms } = await kernel.request("comm_info", {});
    expect(Object.keys(comms)).toEqual([comm]);
  });

  test("an unknown comm target is closed at once", async () => {
    const outcome = await kernel.send("comm_open", { comm_id: "zzz", target_name: "nope", data: {} });
    expect(ofType(own(outcome), "comm_close").map(({ content }) => content.comm_id)).toEqual(["zzz"]);
  });

  test("a message for an unknown comm, and one with paths that lead nowhere, leave the kernel alive", async () => {
    const unknown = await kernel.send("comm_msg", { comm_id: "gone", data: { method: "request_state" } });
    expect(own(unknown).map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
    await sendComm({ method: "update", state: {}, buffer_paths: [["__proto__", "x"]] }, [Uint8Array.of(1)]);
    await kernel.message((m) => m.type === "stream" && /not in its state/.test(m.content.text), "the report");
    expect(printed(await run("(({}) as any).x === undefined"))).toBe("true\n");
  });

  test("listeners that throw, reject, or throw later are reported on stderr, and the kernel goes on", async () => {
    await run(`w.onMessage((message) => { if (message.boom === 1) throw new Error("exploded at once"); });
      w.onMessage(async (message) => { if (message.boom === 2) throw new Error("exploded while waiting"); });
      w.onMessage((message) => { if (message.boom === 3) setTimeout(() => { throw new Error("exploded in a timer"); }, 10); });`);
    for (const [boom, text] of [
      [1, "exploded at once"],
      [2, "exploded while waiting"],
      [3, "exploded in a timer"],
    ] as const) {
      await sendComm({ method: "custom", content: { boom } });
      await kernel.message(
        (m) => m.type === "stream" && m.content.name === "stderr" && m.content.text.includes(text),
        text,
      );
    }
    expect(printed(await run("1 + 1"))).toBe("2\n");
  });

  test("a display stays with its cell while others run", async () => {
    const a = await run(`const later = new jupyter.CellDisplay(); later.html("<b>begun</b>", "begun");
      setTimeout(() => later.html("<b>done</b>", "done"), 400);`);
    await run("console.log('cell B')");
    const done = await kernel.message(
      (m) => m.content.data?.["text/plain"] === "done",
      "the last state of the display",
    );
    expect([done.type, done.parent]).toEqual(["update_display_data", a.id]);
    const begun = ofType(a.messages, "display_data")[0];
    expect(begun.content.data).toEqual({ "text/html": "<b>begun</b>", "text/plain": "begun" });
    expect(done.content.transient.display_id).toBe(begun.content.transient.display_id);
  });

  test("a progress display is updated at most ten times a second, and its last state arrives before the cell ends", async () => {
    const outcome = await run(`const bar = new jupyter.CellDisplay();
      const begun = Date.now();
      for (let i = 0; Date.now() - begun < 1000; i++) { bar.html("<i>" + i + "</i>", String(i)); await new Promise(setImmediate); }
      bar.bundle({ "text/plain": "the end", "text/html": "<p>the end</p>" });`);
    const updates = own(outcome).filter(({ type }) => type.endsWith("display_data"));
    expect(updates.length).toBeGreaterThan(3);
    expect(updates.length).toBeLessThanOrEqual(12);
    expect(updates.at(-1)?.content.data["text/plain"]).toBe("the end");
  });

  test("20,000 messages of one tick all arrive, in order, and so does idle", async () => {
    const code = "for (let i = 0; i < 20000; i++) w.send(i);";
    const outcome = await kernel.execute(code, { timeoutMs: 120_000 });
    const numbers = ofType(outcome.messages, "comm_msg").map(({ content }) => content.data.content);
    expect(numbers).toEqual(Array.from({ length: 20000 }, (_, i) => i));
  }, 150_000);

  test("20,000 updates of one tick are sent as one, the newest", async () => {
    const outcome = await run("for (let i = 0; i < 20000; i++) w.update({ n: i });");
    expect(ofType(outcome.messages, "comm_msg").map(({ content }) => content.data.state)).toEqual([{ n: 19999 }]);
  });

  test("600 printed lines all arrive, and so does idle", async () => {
    const outcome = await run("for (let i = 0; i < 600; i++) console.log(i);");
    expect(printed(outcome)).toBe(Array.from({ length: 600 }, (_, i) => `${i}\n`).join(""));
  });

  test("large buffers arrive unchanged in both directions", async () => {
    const size = 5_000_000;
    await run(`w.onMessage((message, [view]) => {
      if (!message.sum) return;
      let sum = 0;
      for (let i = 0; i < view.byteLength; i++) sum += view.getUint8(i);
      w.send({ sum }, [new Uint8Array(${size}).fill(sum % 251)]);
    });`);
    const bytes = Uint8Array.from({ length: size }, (_, i) => i % 250);
    const outcome = await sendComm({ method: "custom", content: { sum: true } }, [bytes]);
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    const [answer] = ofType(outcome.messages, "comm_msg");
    expect(answer.content.data.content).toEqual({ sum });
    expect(answer.buffers[0].equals(Buffer.alloc(size, sum % 251))).toBe(true);
  });
});

test("a stock kernel whose connection is not found during its first cell gets everything at the end of that cell", async () => {
  const kernel = await startKernel("tslab");
  try {
    const first = await kernel.execute(`
      const fs = require("fs"), os = require("os"), path = require("path");
      const other = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "connection-")), "kernel.json");
      fs.writeFileSync(other, JSON.stringify({ key: "another key" }));
      const at = process.argv.indexOf("--config-path") + 1;
      process.argv[at] = other;
      const jupyter = require(${JSON.stringify(TRANSPORT)});
      const w = new jupyter.WidgetModel({ esm: "", text: "late", state: { n: 1 } });
      w.update({ n: 2 });
      console.log(jupyter.attach());
      fs.rmSync(path.dirname(other), { recursive: true });
      w`);
    expect(printed(first)).toBe("deferred\n");
    expect(own(first).map(({ type, content }) => content.execution_state ?? type)).toEqual([
      "busy",
      "stream",
      "comm_open",
      "display_data",
      "comm_msg",
      "idle",
    ]);
  } finally {
    await kernel.close();
  }
});
