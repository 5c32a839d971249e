import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as pipeline from "../../src/pipeline";
import { newDataDir, sentences } from "./support";

/**
 * Models of node-llama-cpp, which is installed nowhere here and would need a model to be downloaded: the built library beside a package that stands
 * in for it. What is tested is all of ours: the process, what it asks of the package, and what becomes of its answers and failures.
 */
const root = path.resolve(__dirname, "../..");
const home = newDataDir();
let library: typeof pipeline;

beforeAll(() => {
  cpSync(path.join(root, "dist"), path.join(home, "dist"), { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(home, "package.json"));
  symlinkSync(path.join(root, "models"), path.join(home, "models"));
  const modules = path.join(home, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, "node_modules")))
    if (name !== "node-llama-cpp") symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
  cpSync(path.resolve(__dirname, "../fixtures/llama-stand-in"), path.join(modules, "node-llama-cpp"), {
    recursive: true,
  });
  library = createRequire(path.join(home, "test.js"))("./dist/pipeline/index.js") as typeof pipeline;
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Call {
  readonly pid: number;
  readonly call: "loadModel" | "createContext" | "prompt";
  readonly systemPrompt: string;
  readonly text: string;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Behaviour {
  load?: "fails";
  tokensPerCharacter?: number;
  prompts?: ("answers" | "throws" | "dies" | "hangs" | "endless")[];
}

/** Five clusters of the sentences, named by a model that behaves so. */
function setUp(behaviour: Behaviour, dataDir = newDataDir()) {
  const log = path.join(newDataDir(), "calls.jsonl");
  const file = path.join(newDataDir(), "tiny.gguf");
  writeFileSync(file, JSON.stringify({ log, ...behaviour }));
  const calls = (): Call[] =>
    existsSync(log)
      ? readFileSync(log, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Call)
      : [];
  const run = (hooks: pipeline.RunHooks = {}) =>
    library.runPipeline(
      sentences.map((text) => ({ text })),
      "text",
      {
        ...{ name: "speeches", dataDir, embed: { model: "static" }, umap: { nEpochs: 20 } },
        ...{ cluster: { method: "kmeans", nClusters: 5 }, label: { model: `gguf:${file}` } },
      },
      hooks,
    );
  return { run, calls, prompts: () => calls().filter(({ call }) => call === "prompt") };
}

const inside = (result: pipeline.RunResult) => result.saved.clusters.filter(({ id }) => id >= 0);
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a model in a file", () => {
  it("names clusters in a process of its own, held to a grammar, and nothing leaves the machine", async () => {
    const { run, calls, prompts } = setUp({});
    const result = await run();
    expect(inside(result).map(({ label }) => label)).toEqual([1, 2, 3, 4, 5].map((n) => `Matter ${n}`));
    for (const { labelSource, labelModel, labelOrigin } of inside(result)) {
      expect([labelSource, labelModel]).toEqual(["llm", "gguf-tiny"]);
      expect(labelOrigin).toMatchObject({ tokens: 120, parameters: { temperature: 0 } });
    }
    const [load, context] = calls();
    expect(load).toMatchObject({ call: "loadModel", options: { gpu: false, build: "never", logLevel: "disabled" } });
    // a core is left to the kernel
    expect(context).toMatchObject({ call: "createContext", options: { threads: 1 } });
    for (const { options, systemPrompt } of prompts()) {
      expect(systemPrompt).toMatch(/^You name groups of texts/);
      expect(options).toMatchObject({ temperature: 0, maxTokens: 256 });
      expect(options["grammar"]).toMatchObject({
        schema: { properties: { label: { type: "string" }, description: { type: "string" } } },
      });
    }
    const [pid] = new Set(calls().map((call) => call.pid));
    expect(pid).not.toBe(process.pid);
    await expect.poll(() => lives(pid)).toBe(false);
    const report = result.steps.find(({ step }) => step === "label");
    expect(report?.summary).toBe("5 labels, gguf:tiny, 600 tokens");
    expect(report?.sent).toBeUndefined();
    await run();
    expect(prompts()).toHaveLength(5);
  });

  it("that cannot be loaded keeps keywords, and says why", async () => {
    const result = await setUp({ load: "fails" }).run();
    expect(inside(result).every(({ labelSource }) => labelSource === "keywords")).toBe(true);
    expect(inside(result)[0].labelError).toMatch(
      /tiny\.gguf cannot be loaded: unknown architecture\. Give a chat model/,
    );
    expect(result.warnings).toHaveLength(1);
  });

  it("that fails for one cluster, or answers without end, names the others", async () => {
    const { run } = setUp({ prompts: ["throws", "endless", "endless"] });
    const result = await run();
    const errors = inside(result).map(({ labelError }) => labelError);
    expect(errors[0]).toBe("llama.cpp failed: out of memory.");
    expect(errors[1]).toMatch(/too long for a label.*cut for its length/);
    expect(errors.slice(2)).toEqual([null, null, null]);
  });

  it("whose process dies keeps keywords, and the next run goes on from there", async () => {
    const dataDir = newDataDir();
    const { run, prompts } = setUp({ prompts: ["answers", "answers", "dies"] }, dataDir);
    const result = await run();
    expect(inside(result).map(({ labelSource }) => labelSource)).toEqual([
      ...["llm", "llm", "keywords", "keywords", "keywords"],
    ]);
    expect(inside(result)[4].labelError).toMatch(/broke off: it was ended by SIGKILL.*smaller model/);
    expect(prompts()).toHaveLength(3);
    const again = await run();
    // the third of the new process dies as well, but by then it is not needed
    expect(inside(again).filter(({ labelSource }) => labelSource === "llm").length).toBeGreaterThan(2);
  });

  it("that takes fewer tokens gets shorter prompts", async () => {
    const { run, prompts } = setUp({ tokensPerCharacter: 1 });
    const result = await run();
    expect(inside(result).every(({ labelSource }) => labelSource === "llm")).toBe(true);
    for (const { text, systemPrompt } of prompts()) expect(text.length + systemPrompt.length).toBeLessThan(2820 - 256);
  });

  it("that is interrupted ends at once, with its process", async () => {
    const { run, calls } = setUp({ prompts: ["answers", "hangs"] });
    const controller = new AbortController();
    let waiting: NodeJS.Timeout | undefined;
    const running = run({
      signal: controller.signal,
      onProgress({ step, done }) {
        if (step !== "label" || done !== 1) return;
        waiting ??= setInterval(() => {
          if (calls().filter(({ call }) => call === "prompt").length === 2) controller.abort();
        }, 20);
      },
    });
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    clearInterval(waiting);
    await expect.poll(() => lives(calls()[0].pid)).toBe(false);
  });
});
