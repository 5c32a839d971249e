import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, type KernelClient, type Outcome } from "../../support/jupyter-client";
import { KERNELS, startKernel, TRANSPORT } from "./kernels";
import { ofType, own, printed } from "./messages";

// eslint-disable-next-line no-control-regex
const plain = (lines: readonly string[]): string => lines.join("\n").replace(/\u001b\[\d+m/g, "");

const IMPORT = `
import * as jupyter from ${JSON.stringify(TRANSPORT)};
import { LatentScopeError } from ${JSON.stringify(path.join(ROOT, "dist", "scope"))};
import pl from "nodejs-polars";
`;

describe.each(KERNELS)("cells in the %s kernel", (name) => {
  let kernel: KernelClient;
  let first: Outcome;
  const run = (code: string): Promise<Outcome> => kernel.execute(code, { stopOnError: false });
  /** The one error message of a failing cell, which its reply repeats. */
  const failure = async (code: string): Promise<{ ename: string; evalue: string; traceback: string }> => {
    const outcome = await run(code);
    const errors = ofType(own(outcome), "error");
    expect(errors).toHaveLength(1);
    expect(printed(outcome, "stderr")).toBe("");
    expect(outcome.reply?.content).toMatchObject({ ...errors[0].content, status: "error" });
    return { ...errors[0].content, traceback: plain(errors[0].content.traceback) };
  };

  beforeAll(async () => {
    kernel = await startKernel(name);
    first = await kernel.execute(
      `${IMPORT}\njupyter.attach();\nthrow new LatentScopeError("bad-name", "The name is bad.");`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300)); // tslab aborts what comes right after a failing cell
    await run(IMPORT + "jupyter.attach();");
  });
  afterAll(() => kernel?.close());

  test("even the first cell ends with a proper error message", () => {
    expect(first.reply?.content.status).toBe("error");
    expect(printed(first, "stderr")).toBe("");
    const errors = ofType(own(first), "error");
    expect(errors.map(({ content }) => [content.ename, content.evalue])).toEqual([
      ["LatentScopeError [bad-name]", "The name is bad."],
    ]);
  });

  test("a thrown error has its name, its message and no frames of the kernel", async () => {
    const { ename, evalue, traceback } = await failure(`const f = () => { throw new TypeError("boo"); };\n\nf();`);
    expect([ename, evalue]).toEqual(["TypeError", "boo"]);
    expect(traceback).toMatch(/^TypeError: boo\n {4}at f\b/);
    expect(traceback).not.toMatch(/tslab|node:|node_modules|evalmachine/);
  });

  test("an error after an await is the same", async () => {
    const { ename, evalue } = await failure(`await Promise.resolve();\nthrow new RangeError("late");`);
    expect([ename, evalue]).toEqual(["RangeError", "late"]);
  });

  test("an error of this library shows its code, its message and no internals", async () => {
    const { ename, evalue, traceback } = await failure(
      `const g = () => { throw new LatentScopeError("no-such-column", "No column \\"txt\\".\\nDid you mean \\"text\\"?"); }; g();`,
    );
    expect(ename).toBe("LatentScopeError [no-such-column]");
    expect(evalue).toBe('No column "txt".\nDid you mean "text"?');
    expect(traceback).not.toContain("dist");
  });

  test("anything may be thrown", async () => {
    expect(await failure("throw { a: 1 };")).toMatchObject({ ename: "Uncaught", evalue: "{ a: 1 }" });
  });

  test("the compiler's complaints are an error message with line and column", async () => {
    const { ename, evalue, traceback } = await failure(`const one = 1;\nconst wrong: number = "text";`);
    expect([ename, evalue]).toEqual(["TypeScriptError", "Type 'string' is not assignable to type 'number'."]);
    expect(traceback).toContain(`at cell:2:7\n    const wrong: number = "text";`);
  });

  test("what a cell itself prints to stderr stays there", async () => {
    const outcome = await run(`console.error("mine", new Error("also mine").message);`);
    expect(printed(outcome, "stderr")).toBe("mine also mine\n");
    expect(ofType(outcome.messages, "error")).toEqual([]);
  });

  test("Run All stops at a failing cell, unless the client says otherwise", async () => {
    const stopping = [
      await kernel.startCell("throw new Error('stop here')"),
      await kernel.startCell("console.log('not run')"),
    ];
    const [, aborted] = await Promise.all(stopping.map((id) => kernel.cellEnd(id)));
    expect(aborted.reply?.content.status).toBe("aborted");
    expect(printed(aborted)).toBe("");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const going = [
      await kernel.startCell("throw new Error('go on')", { stopOnError: false }),
      await kernel.startCell("console.log('run')"),
    ];
    const [, next] = await Promise.all(going.map((id) => kernel.cellEnd(id)));
    expect(next.reply?.content.status).toBe("ok");
    expect(printed(next)).toBe("run\n");
  });

  test("a DataFrame as last expression is a table in which nothing of the data is markup", async () => {
    const outcome = await run(
      `const df = pl.DataFrame({ "<b>t</b>": ["<img src=x onerror=alert(1)>", null, "x".repeat(500)], height: [1, 2.5, 3], tags: [["<i>"], [], null] }); df`,
    );
    const [{ content }] = ofType(outcome.messages, "display_data");
    const html = String(content.data["text/html"]);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(html).toContain("&lt;b&gt;t&lt;/b&gt;");
    expect(html).toContain("&lt;i&gt;");
    expect(html).not.toMatch(/<img|<b>|<i>|x{201}/);
    expect(html).toContain("3 rows, 3 columns");
    expect(content.data["text/plain"]).toContain("shape: (3, 3)");
    expect(printed(outcome)).toBe("");
  });

  test("a long DataFrame shows both ends", async () => {
    const outcome = await run(`pl.DataFrame({ i: Array.from({ length: 1000 }, (_, i) => i) })`);
    const html = String(ofType(outcome.messages, "display_data")[0].content.data["text/html"]);
    const values = [...html.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text);
    expect(values).toHaveLength(21);
    expect([values[0], values[9], values[10], values[11], values[20]]).toEqual(["0", "9", "…", "990", "999"]);
    expect(html).toContain("1,000 rows, 1 column");
  });

  test("a Series as last expression is a table too, and a printed DataFrame is text", async () => {
    const series = await run(`pl.Series("s", ["<b>"])`);
    expect(ofType(series.messages, "display_data")[0].content.data["text/html"]).toContain("&lt;b&gt;");
    const text = await run("console.log(df); [df].length");
    expect(ofType(text.messages, "display_data")).toEqual([]);
    expect(printed(text)).toContain("shape: (3, 3)");
  });

  test("an object with Jupyter's display symbol shows its bundle, also when it has to be waited for", async () => {
    const outcome = await run(
      `({ async [Symbol.for("Jupyter.display")]() { await new Promise((r) => setTimeout(r, 50)); return { "text/html": "<b>mine</b>" }; } })`,
    );
    expect(ofType(own(outcome), "display_data").map(({ content }) => content.data)).toEqual([
      { "text/html": "<b>mine</b>" },
    ]);
    expect(printed(outcome)).toBe("");
  });

  test("an object whose display fails is printed, and the failure said", async () => {
    const outcome = await run(`({ n: 1, [Symbol.for("Jupyter.display")]() { throw new Error("no picture"); } })`);
    expect(outcome.reply?.content.status).toBe("ok");
    expect(printed(outcome)).toContain("n: 1");
    expect(printed(outcome, "stderr")).toContain("no picture");
  });

  test("other last expressions are printed, null is not", async () => {
    expect(printed(await run("[1, 'two']"))).toBe("[ 1, 'two' ]\n");
    expect(printed(await run("null"))).toBe("");
    expect(printed(await run("let late = 1; late"))).toBe("1\n");
  });

  test("history has the inputs of this session: tail, range and search", async () => {
    await run("const inHistory = 1;");
    await run("const alsoInHistory = 2;");
    const ask = async (request: object): Promise<readonly (readonly unknown[])[]> =>
      (await kernel.request("history", { output: false, raw: true, ...request })).history;
    const tail = await ask({ hist_access_type: "tail", n: 2 });
    expect(tail.map(([, , input]) => input)).toEqual(["const inHistory = 1;", "const alsoInHistory = 2;"]);
    const line = tail[1][1] as number;
    expect(await ask({ hist_access_type: "range", session: 0, start: line, stop: line + 1 })).toEqual([tail[1]]);
    expect(await ask({ hist_access_type: "search", pattern: "const in*", n: 5 })).toEqual([tail[0]]);
    const withOutput = await ask({ hist_access_type: "tail", n: 1, output: true });
    expect(withOutput[0][2]).toEqual(["const alsoInHistory = 2;", null]);
  });

  test("messages that this kernel does not know make no noise", async () => {
    const before = kernel.messages.length;
    await kernel.send("usage_thing", {}, { channel: "control" });
    await kernel.send("debug_thing", {});
    await run("0");
    expect(ofType(kernel.messages.slice(before), "stream").map(({ content }) => content.text)).toEqual(["0\n"]);
  });

  test("kernel_info says the language", async () => {
    const { language_info: language } = await kernel.request("kernel_info", {});
    expect(language).toMatchObject({ name: "typescript", file_extension: ".ts" });
  });
});

describe("what our own kernel compiles and stock tslab does not", () => {
  let kernel: KernelClient;
  const result = async (code: string): Promise<string> => printed(await kernel.execute(code, { stopOnError: false }));

  beforeAll(async () => {
    kernel = await startKernel("latentscope");
  });
  afterAll(() => kernel?.close());

  test("shorthand properties of variables of earlier cells", async () => {
    await result("const df = 1; let other = 2;");
    expect(await result("({ df, other, g: ({ df }) => df })")).toBe("{ df: 1, other: 2, g: [Function: g] }\n");
    expect(await result("({ other } = { other: 5 }); other")).toBe("5\n");
  });

  test("await of a parenthesised expression at the top level", async () => {
    expect(await result("await (1 + 2)")).toBe("3\n");
    expect(await result("const v = await (async () => { return 7; })(); v")).toBe("7\n");
    expect(await result("v + (await (Promise.resolve(1)))")).toBe("8\n");
  });

  test("for await at the top level", async () => {
    expect(await result("for await (const x of [Promise.resolve('a'), 'b']) console.log(x);")).toBe("a\nb\n");
  });

  test("the library of Node 20", async () => {
    expect(await result("[1, 2, 3].findLast((x) => x < 3)")).toBe("2\n");
  });

  test("packages whose types are named in exports only", async () => {
    expect(await result(`import { schemes } from "preact/signals-that-do-not-exist"`)).toBe("");
    expect(await result(`import { signal } from "@preact/signals"; typeof signal`)).toBe("function\n");
  });

  test("a traceback names the line of the notebook where it can", async () => {
    const { reply } = await kernel.execute("// a comment\n\nconst a = 1;\nthrow new Error('here');", {
      stopOnError: false,
    });
    expect(plain(reply?.content.traceback ?? [])).toMatch(
      /^Error: here\n {4}at cell \d+, line 4: throw new Error\('here'\);$/,
    );
  });

  test("a column in the compiler's complaint is that of the cell as written", async () => {
    const { reply } = await kernel.execute("const o = { df, v, z: nowhere };", { stopOnError: false });
    expect(plain(reply?.content.traceback ?? [])).toContain("at cell:1:23\n");
  });
});
