import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KernelMessage } from "../../../src/scope";
import { ROOT, type JupyterMessage, type KernelClient, type Outcome } from "../../support/jupyter-client";
import { sentences } from "../scopes";
import { startKernel } from "./kernels";
import { ofType } from "./messages";

const VIEW = "application/vnd.jupyter.widget-view+json";

const folder = mkdtempSync(path.join(tmpdir(), "latentscope-look-"));
/** The model waits until this file is there. */
const done = path.join(folder, "done");
let kernel: KernelClient;
let cell: string;
let opened: JupyterMessage;
let outcome: Outcome;

const isOpening = ({ type, content }: JupyterMessage) =>
  type === "comm_open" && content.target_name === "jupyter.widget";
const isView = ({ content }: JupyterMessage) => content.data?.[VIEW] !== undefined;
const answerTo = (id: string) => (message: JupyterMessage) =>
  message.type === "comm_msg" && (message.content.data.content as { id?: string } | undefined)?.id === id;
const say = (content: object, buffers: Uint8Array[] = []) =>
  kernel.send("comm_msg", { comm_id: opened.content.comm_id, data: { method: "custom", content } }, { buffers });

beforeAll(async () => {
  kernel = await startKernel("latentscope");
  cell = await kernel.startCell(`
import * as latentscope from ${JSON.stringify(path.join(ROOT, "dist"))};
import { existsSync } from "node:fs";
const slow = {
  id: "slow",
  embed: async (texts: string[]) => {
    while (!existsSync(${JSON.stringify(done)})) await new Promise((resolve) => setTimeout(resolve, 50));
    return texts.map((text) => Float32Array.from({ length: 8 }, (_, i) => Math.sin(text.length * (i + 1))));
  },
};
const scope = await latentscope.run(${JSON.stringify(sentences.map((text) => ({ text })))}, "text", {
  name: "s", dataDir: ${JSON.stringify(folder)}, embed: { model: slow }, umap: { nEpochs: 10 },
});
scope`);
  opened = await kernel.message(isOpening, "a map while the model still works");
});
afterAll(() => kernel?.close());

test("a map is in the cell while the model still works; it can be selected in, and not edited", async () => {
  expect(opened.parent).toBe(cell);
  expect(opened.content.data.state).toMatchObject({ scope: "s/first-look", rows: sentences.length, from: null });
  const view = await kernel.message(isView, "the map in the cell");
  expect(view.content.data[VIEW]).toMatchObject({ model_id: opened.content.comm_id });
  await say({ type: "select", id: "chosen" }, [new Uint8Array(Uint32Array.of(3, 1).buffer)]);
  await kernel.message(answerTo("chosen"), "the selection");
  await say({ type: "edit", id: "wish", revision: 0, edit: { kind: "rename", cluster: 0, label: "Mine" } });
  const refused = await kernel.message(answerTo("wish"), "an answer to the edit");
  expect(refused.content.data.content as KernelMessage).toMatchObject({ type: "refused", code: "not-final" });
});

test("it goes when the run is over; the map comes from there, with what was selected", async () => {
  writeFileSync(done, "");
  outcome = await kernel.cellEnd(cell);
  expect(outcome.reply?.content.status).toBe("ok");
  const maps = kernel.messages.filter(isOpening);
  expect(maps).toHaveLength(2);
  expect(maps[1].content.data.state).toMatchObject({ scope: "s/scopes-001", rows: sentences.length });
  expect(maps[1].content.data.buffer_paths).toContainEqual(["from"]);
  const [shown] = kernel.messages.filter(isView);
  const gone = ofType(outcome.messages, "update_display_data").find(
    ({ content }) => content.transient.display_id === shown.content.transient.display_id,
  );
  expect(gone?.content.data).toEqual({ "text/plain": "", "text/html": "" });
  // no picture of what was only a first look
  const pictures = kernel.messages.filter(({ content }) => String(content.data?.["text/html"]).includes("first-look"));
  expect(pictures).toEqual([]);
  const selected = await kernel.execute("console.log(Array.from(scope.selectedIndices).join(' '))");
  expect(selected.messages.find(({ type }) => type === "stream")?.content.text).toBe("3 1\n");
});
