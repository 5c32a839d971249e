import { afterEach, describe, expect, test } from "vitest";
import type { KernelClient } from "../../support/jupyter-client";
import { KERNELS, startKernel, TRANSPORT } from "./kernels";
import { ofType } from "./messages";

const SHOW = `
new jupyter.CellDisplay().later(new Promise((resolve) => setTimeout(() => resolve({ "text/plain": "made" }), 1000)));`;
const FAIL = `new jupyter.CellDisplay().later(Promise.reject(new Error("not to be made")));`;

describe.each(KERNELS)("what is shown later in the %s kernel", (name) => {
  let kernel: KernelClient | undefined;
  afterEach(() => kernel?.close());

  test("comes before the end of its cell when no page is there", async () => {
    kernel = await startKernel(name);
    await kernel.execute(`import * as jupyter from ${JSON.stringify(TRANSPORT)}; jupyter.attach();`);
    const { messages } = await kernel.execute(SHOW);
    expect(ofType(messages, "display_data").map(({ content }) => content.data)).toEqual([{ "text/plain": "made" }]);
  });

  test("does not hold up its cell when there is a page, and is an output of it all the same", async () => {
    kernel = await startKernel(name);
    await kernel.execute(`import * as jupyter from ${JSON.stringify(TRANSPORT)}; jupyter.attach();`);
    await kernel.request("comm_info", {});
    const cell = await kernel.startCell(SHOW);
    const { messages } = await kernel.cellEnd(cell);
    expect(ofType(messages, "display_data")).toEqual([]);
    await kernel.message((m) => m.parent === cell && m.type === "display_data", "the display");
  });

  test("is reported on stderr when it fails, and the kernel goes on", async () => {
    kernel = await startKernel(name);
    await kernel.execute(`import * as jupyter from ${JSON.stringify(TRANSPORT)}; jupyter.attach();`);
    const { messages, reply } = await kernel.execute(FAIL);
    expect(JSON.stringify(ofType(messages, "stream"))).toContain("not to be made");
    expect(reply?.content.status).toBe("ok");
  });
});
