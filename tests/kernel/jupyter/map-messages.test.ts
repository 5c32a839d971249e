import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CATEGORY, type KernelMessage, type MapMessage } from "../../../src/scope";
import { ROOT, type JupyterMessage, type KernelClient } from "../../support/jupyter-client";
import { sentences } from "../scopes";
import { startKernel } from "./kernels";
import { ofType } from "./messages";

/** What the map asks of a real kernel, and what it gets. */
const rows = sentences.map((text, i) => ({ text, year: 1790 + i, party: i % 3 ? "Whig" : null, note: `note ${i}` }));

let kernel: KernelClient;
let comm: string;
let asked = 0;

type Question<M = MapMessage> = M extends { id: string } ? Omit<M, "id"> : never;
type Answer = KernelMessage & { readonly id: string };
const messageOf = (message: JupyterMessage): KernelMessage | undefined =>
  message.type === "comm_msg" ? (message.content.data.content as KernelMessage | undefined) : undefined;

/** Says something as a map does. */
function say(content: MapMessage): Promise<unknown> {
  return kernel.send("comm_msg", { comm_id: comm, data: { method: "custom", content } });
}

/** Asks something; the answer, and the bytes of its parts. */
async function ask(question: Question): Promise<{ answer: Answer; bytes: Buffer }> {
  const id = `q${asked++}`;
  await say({ ...question, id });
  const isAnswer = (message: JupyterMessage) => (messageOf(message) as Answer | undefined)?.id === id;
  const found = await kernel.message(isAnswer, `an answer to ${question.type}`);
  return { answer: messageOf(found) as Answer, bytes: Buffer.concat(found.buffers) };
}

const uint32 = (bytes: Buffer) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));

beforeAll(async () => {
  kernel = await startKernel("latentscope");
  const dataDir = mkdtempSync(path.join(tmpdir(), "latentscope-map-"));
  const outcome = await kernel.execute(`
import * as latentscope from ${JSON.stringify(path.join(ROOT, "dist"))};
const scope = await latentscope.run(${JSON.stringify(rows)}, "text", {
  name: "s", dataDir: ${JSON.stringify(dataDir)}, embed: { model: "static" }, umap: { nEpochs: 10 },
});
scope.show();`);
  expect(outcome.reply?.content.status).toBe("ok");
  comm = ofType(outcome.messages, "comm_open")[0].content.comm_id;
});
afterAll(() => kernel?.close());

test("columns, and the values of those that colours can show", async () => {
  const { answer } = await ask({ type: "columns" });
  expect(answer).toMatchObject({
    columns: [
      { name: "text", kind: "text" },
      { name: "year", kind: "number" },
      { name: "party", kind: "category" },
      { name: "note", kind: "text" },
    ],
  });
  const year = await ask({ type: "column", name: "year" });
  expect(year.answer).toMatchObject({ column: { name: "year", kind: "number" }, part: 0, parts: 1 });
  expect(rows.map((_, i) => year.bytes.readDoubleLE(8 * i))).toEqual(rows.map((row) => row.year));
  const party = await ask({ type: "column", name: "party" });
  expect(party.answer).toMatchObject({ column: { kind: "category", categories: ["Whig"] } });
  expect(rows.map((_, i) => party.bytes.readUInt16LE(2 * i))).toEqual(rows.map((row) => (row.party ? 0 : NO_CATEGORY)));
});

test("what has no colours or is not there is refused, with the reason", async () => {
  const texts = await ask({ type: "column", name: "note" });
  expect(texts.answer).toMatchObject({ type: "refused", code: "bad-option" });
  const none = await ask({ type: "column", name: "jear" });
  expect(none.answer).toMatchObject({ type: "refused", code: "no-such-column" });
  expect((await ask({ type: "neighbors", row: 4000, k: 3 })).answer).toMatchObject({
    type: "refused",
    code: "bad-rows",
  });
});

test("rows in an order, and rows with a text", async () => {
  const order = await ask({ type: "order", name: "year", descending: true });
  expect(uint32(order.bytes)).toEqual(rows.map((_, i) => rows.length - 1 - i));
  const found = await ask({ type: "find", text: "CONGRESS" });
  expect(found.answer).toMatchObject({ type: "found", part: 0, parts: 1 });
  const wanted = rows.flatMap(({ text }, row) => (text.toLowerCase().includes("congress") ? [row] : []));
  expect(wanted.length).toBeGreaterThan(3);
  expect(uint32(found.bytes)).toEqual(wanted);
  expect((await ask({ type: "find", text: "no row says this" })).bytes).toHaveLength(0);
});

test("how near each row is to a text, and the rows nearest to a row", async () => {
  const { answer, bytes } = await ask({ type: "search", query: rows[7].text });
  expect(answer).toMatchObject({ type: "similarities", parts: 1 });
  const similarities = rows.map((_, i) => bytes.readFloatLE(4 * i));
  expect(similarities.indexOf(Math.max(...similarities))).toBe(7);
  expect(similarities[7]).toBeCloseTo(1, 4);
  const near = (await ask({ type: "neighbors", row: 7, k: 5 })).answer as Answer & { rows: number[] };
  const best = rows.map((_, i) => i).sort((a, b) => similarities[b] - similarities[a]);
  expect(near.rows).toEqual(best.slice(1, 6));
});

test("rows as a file, in the order asked", async () => {
  const id = "file";
  await kernel.send(
    "comm_msg",
    { comm_id: comm, data: { method: "custom", content: { type: "export", id, format: "csv" } } },
    { buffers: [new Uint8Array(Uint32Array.of(5, 2).buffer)] },
  );
  const isAnswer = (message: JupyterMessage) => (messageOf(message) as Answer | undefined)?.id === id;
  const found = await kernel.message(isAnswer, "the file");
  expect(messageOf(found)).toMatchObject({ type: "file", part: 0, parts: 1 });
  const [head, first, second] = Buffer.concat(found.buffers).toString("utf8").split("\n");
  expect(head.split(",").slice(0, 2)).toEqual(["ls_index", "text"]);
  expect([first, second].map((line) => line.split(",")[0])).toEqual(["5", "2"]);
});

test("a look from a cell reaches the map, one from the map every view and the pages that come later", async () => {
  const since = kernel.messages.length;
  const told = (type: string) =>
    kernel.messages
      .slice(since)
      .map(messageOf)
      .filter((message) => message?.type === type);
  await kernel.execute(`scope.colorBy("year"); scope.filter([1, 2, 3, 9]); scope.zoomTo({ cluster: 0 });`);
  expect(told("look")).toEqual([
    { type: "look", look: { colorBy: { column: "year" }, filter: null } },
    { type: "look", look: { colorBy: { column: "year" }, filter: "1-3 9" } },
  ]);
  expect(told("zoom")).toHaveLength(1);
  await say({ type: "look", look: { colorBy: "tags", filter: null } });
  expect(told("look")).toHaveLength(3);
  const state = await kernel.send("comm_msg", { comm_id: comm, data: { method: "request_state" } });
  const [update] = ofType(state.messages, "comm_msg");
  expect(update.content.data.state.look).toEqual({ colorBy: "tags", filter: null });
  const wrong = await kernel.execute(
    `const codes = []; for (const act of [() => scope.colorBy("jear"), () => scope.filter([4000]), () => scope.zoomTo([])])
       try { act(); } catch (error) { codes.push(error.code); }
     console.log(codes.join(" "));`,
  );
  expect(wrong.messages.find(({ type }) => type === "stream")?.content.text).toBe("no-such-column bad-rows bad-rows\n");
});
