/** What attachment to a stock tslab kernel relies on. When one of these fails, tslab has changed: see src/kernel/jupyter/{attach,patch}.ts. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { connectionFile, zeromqOf, type TslabJupyter } from "../../../src/kernel/jupyter/tslab";
import { ROOT } from "../../support/jupyter-client";

const file = path.join(ROOT, "node_modules", "tslab", "dist", "jupyter.js");
const require = createRequire(file);
const jupyter = require(file) as TslabJupyter;
const dist = (name: string): string => readFileSync(path.join(path.dirname(file), name), "utf8");

describe("stock tslab", () => {
  test("is the version that was studied", () => {
    expect((require("tslab/package.json") as { version: string }).version).toBe("1.0.22");
  });

  test("has the methods that are replaced, on the prototypes where each message looks for them", () => {
    const { ZmqServer, JupyterHandlerImpl } = jupyter;
    for (const name of ["init", "close", "handleShellMessage", "handleExecute", "publishStatus"]) {
      expect(ZmqServer.prototype).toHaveProperty(name, expect.any(Function));
    }
    for (const name of ["handleExecute", "handleExecuteImpl", "createWriteToIopub", "handleKernel", "handleShutdown"]) {
      expect(JupyterHandlerImpl.prototype).toHaveProperty(name, expect.any(Function));
    }
    const source = dist("jupyter.js");
    for (const call of [
      "this.handleShellMessage(this.shell, ...msgs)",
      "this.handleShellMessage(this.control, ...msgs)",
      'this.publishStatus("idle", msg)',
      "this.handler.handleExecute(msg.content,",
      "this.handleExecuteImpl(req, writeStream, writeDisplayData)",
      'process.stderr.write = this.createWriteToIopub("stderr", writeStream)',
      "new ExecutionCount(++this.execCount)",
    ]) {
      expect(source).toContain(call);
    }
  });

  test("exports the display function of the newest cell, null before the first", () => {
    expect(jupyter.lastWriteDisplayData).toBeNull();
    expect(dist("jupyter.js")).toContain("exports.lastWriteDisplayData = writeDisplayData;");
  });

  test("has a zeromq whose Publisher inherits send, so that it can be shadowed and restored", () => {
    const { Publisher, Router } = zeromqOf(file);
    expect(Object.hasOwn(Publisher.prototype, "send")).toBe(false);
    for (const { prototype } of [Publisher, Router]) {
      expect(prototype.send).toBeTypeOf("function");
      expect(Object.isExtensible(prototype)).toBe(true);
    }
  });

  test("is started with its connection file on the command line", () => {
    expect(dist("main.js")).toContain('.option("--config-path <path>"');
    expect(connectionFile(["node", "tslab", "kernel", "--config-path", "/tmp/k.json"])).toBe("/tmp/k.json");
    expect(connectionFile(["node", "tslab", "kernel", "--config-path=/tmp/k.json"])).toBe("/tmp/k.json");
    expect(connectionFile(["node", "script.js"])).toBeUndefined();
  });

  test("keeps the last expression in an exports object that everybody can reach", () => {
    const executor = dist("executor.js");
    expect(executor).toContain("globalThis.__tslab__ = x;");
    expect(executor).toContain("exports[converted.lastExpressionVar] != null");
    expect(executor).toContain("delete exports[converted.lastExpressionVar];");
    expect(dist("converter.js")).toContain('const prefix = "tsLastExpr";');
  });
});
