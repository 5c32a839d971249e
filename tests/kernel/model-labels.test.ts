import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as latentscope from "../../src";
import type { LabelOptions } from "../../src/pipeline";
import { ChatEndpoint, saying, TOKENS, type ChatRequest, type Misbehaviour } from "../support/chat-endpoint";
import { serveEachTest } from "../support/serve-each-test";
import { clusterRow, clustersOf, codeOf, column, idsOf, newDataDir, quickScope, sentences } from "./scopes";

const KEY = "sk-proj-Zq7RtW93LmXc51VbNpAs";

let endpoint: ChatEndpoint;
let dataDir: string;
serveEachTest(
  () => ChatEndpoint.start(),
  (started) => (endpoint = started),
);
beforeEach(() => void (dataDir = newDataDir()));
afterEach(() => void vi.restoreAllMocks());

const byModel = (more: LabelOptions = {}): LabelOptions => ({
  ...{ model: "openai:namer", baseURL: endpoint.url, apiKey: KEY },
  ...more,
});
const six = { cluster: { method: "kmeans", nClusters: 6 } } as const;
const failure = (status: number, message: string): Misbehaviour => ({ status, body: { error: { message } } });

const labelsOf = (scope: latentscope.Scope): string[] => column(scope.clusters, "label");
/** Moves a row from one cluster to another: both are stale then. */
function makeStale(scope: latentscope.Scope, from: number, to: number): void {
  scope.assign([clustersOf(scope).indexOf(from)], to);
}
/** The sentences of the rows of a cluster, by `ls_index`; row 0 has no text. */
const textsOf = (scope: latentscope.Scope, cluster: number): string[] =>
  clustersOf(scope).flatMap((id, row) => (id === cluster && row ? [sentences[row - 1]] : []));
/** Which cluster a request is about. */
const clusterOf = (scope: latentscope.Scope, { texts }: ChatRequest): number | undefined =>
  idsOf(scope).find((id) => textsOf(scope, id).some((text) => text.startsWith(texts[0])));

describe("relabel by a language model", () => {
  it("asks for clusters that are stale only, with their rows as they are now", async () => {
    const scope = await quickScope(dataDir, six);
    expect(await scope.relabel(undefined, byModel())).toBe(0);
    expect(endpoint.requests).toEqual([]);
    const [a, b, c] = idsOf(scope);
    makeStale(scope, a, b);
    const untouched = clusterRow(scope, c);
    expect(await scope.relabel(undefined, byModel())).toBe(2);
    expect(new Set(endpoint.requests.map((request) => clusterOf(scope, request)))).toEqual(new Set([a, b]));
    for (const request of endpoint.requests) {
      const own = textsOf(scope, clusterOf(scope, request) ?? -1);
      expect(request.texts.every((text) => own.some((sentence) => sentence.startsWith(text)))).toBe(true);
      expect(request.user).toContain(`The group has ${own.length} texts.`);
    }
    for (const id of [a, b])
      expect(clusterRow(scope, id)).toMatchObject({
        ...{ label: expect.stringMatching(/^About /) as string, label_source: "llm", label_model: "openai-namer" },
        ...{ label_error: null, stale: false },
      });
    expect(clusterRow(scope, c)).toEqual(untouched);
    expect(await scope.relabel(undefined, byModel())).toBe(0);
    expect(endpoint.requests).toHaveLength(2);
    scope.undo();
    expect(clusterRow(scope, a)).toMatchObject({ label_source: "keywords", stale: true });
  });

  it("never touches a label that a person gave, unless it is named", async () => {
    const scope = await quickScope(dataDir, six);
    const [a, b] = idsOf(scope);
    scope.rename(a, "Mine");
    makeStale(scope, a, b);
    expect(await scope.relabel(undefined, byModel())).toBe(1);
    expect(clusterRow(scope, a)).toMatchObject({ label: "Mine", label_source: "user" });
    // the others are told which names there are
    expect(endpoint.requests[0].user).toContain('"Mine"');
    expect(await scope.relabel([a], byModel())).toBe(1);
    expect(clusterRow(scope, a)).toMatchObject({ label_source: "llm" });
  });

  it("gives no label that another cluster has", async () => {
    const scope = await quickScope(dataDir, six);
    const [a, b] = idsOf(scope);
    scope.rename(a, "Trade");
    endpoint.label = ({ user }) => (user.includes("Another group got the label") ? "Tariffs" : "TRADE");
    await scope.relabel([b], byModel());
    expect(clusterRow(scope, b)["label"]).toBe("Tariffs");
    expect(endpoint.requests).toHaveLength(2);
  });

  it("keeps the error of the one cluster that failed", async () => {
    const scope = await quickScope(dataDir, six);
    const [a, b] = idsOf(scope);
    makeStale(scope, a, b);
    endpoint.script = (request) => (clusterOf(scope, request) === a ? { body: saying("") } : undefined);
    expect(await scope.relabel(undefined, byModel())).toBe(2);
    expect(clusterRow(scope, a)).toMatchObject({
      ...{ label_source: "keywords", label_model: null, stale: false },
      label_error: expect.stringMatching(/^The model gave/) as string,
    });
    expect(clusterRow(scope, b)).toMatchObject({ label_source: "llm", label_error: null });
    endpoint.script = () => undefined;
    expect(await scope.relabel([a], byModel())).toBe(1);
    expect(clusterRow(scope, a)).toMatchObject({ label_source: "llm", label_error: null });
  });

  it("that fails leaves labels that fit, and those of a person", async () => {
    const scope = await quickScope(dataDir, { ...six, label: byModel() });
    const [a, b] = idsOf(scope);
    scope.rename(b, "Mine");
    const { label } = clusterRow(scope, a);
    endpoint.requests.length = 0;
    endpoint.script = () => failure(401, `Incorrect API key provided: ${KEY}`);
    const printed = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    // other samples, for which no answer is kept
    expect(await scope.relabel([a, b], byModel({ samples: 3, concurrency: 1 }))).toBe(1);
    expect(endpoint.requests).toHaveLength(1);
    expect(clusterRow(scope, a)).toMatchObject({
      ...{ label, label_source: "llm", label_model: "openai-namer" },
      label_error: expect.stringMatching(/does not accept the key.*label\.apiKey/) as string,
    });
    expect(clusterRow(scope, b)).toMatchObject({ label: "Mine", label_source: "user" });
    const said = printed.mock.calls.map(([text]) => String(text)).join("");
    expect(said).toContain("1 cluster kept the label that a person gave");
    expect(said).toContain(`sent: 3 texts to ${endpoint.host}/v1 in 1 prompt`);
    const edits = scope.edits.height;
    const all = scope.relabel([b], byModel({ samples: 3 }));
    await expect(all).rejects.toMatchObject({
      code: "labelling-failed",
      message: expect.stringMatching(/^No label was changed: .*does not accept the key/) as string,
    });
    expect(scope.edits.height).toBe(edits);
    const shown = inspect([scope, scope.clusters.toRecords(), scope.edits.toRecords()], { depth: 9 });
    expect(said + shown).not.toContain(KEY.slice(8));
  });

  it("that is cancelled changes nothing, and is not paid for twice", async () => {
    const scope = await quickScope(dataDir, six);
    const before = scope.clusters.toRecords();
    const controller = new AbortController();
    endpoint.script = ({ number }) => {
      if (number < 2) return undefined;
      controller.abort();
      return { hang: true };
    };
    const ids = idsOf(scope);
    const options = byModel({ concurrency: 1 });
    expect(await codeOf(() => scope.relabel(ids, { ...options, signal: controller.signal }))).toBe("interrupted");
    expect(scope.clusters.toRecords()).toEqual(before);
    expect(scope.edits.height).toBe(0);
    endpoint.requests.length = 0;
    endpoint.script = () => undefined;
    expect(await scope.relabel(ids, options)).toBe(6);
    expect(endpoint.requests).toHaveLength(4);
  });

  it("leaves where its labels came from in the files, and the key in none", async () => {
    const scope = await quickScope(dataDir, six);
    const [a] = idsOf(scope);
    const key = "sk-proj-Aa1Bb2Cc3Dd4Ee5Ff6Gg";
    await scope.relabel([a], byModel({ apiKey: key, samples: 4, context: "Speeches" }));
    const [{ texts }] = endpoint.requests;
    await scope.save();
    for (const again of [scope, await latentscope.open("speeches", { dataDir })]) {
      expect(clusterRow(again, a)).toEqual(clusterRow(scope, a));
      expect(clusterRow(again, a)).toMatchObject({ label_source: "llm", label_model: "openai-namer" });
    }
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const contents = files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), "latin1"));
    expect(contents.filter((content) => content.includes(key.slice(8)))).toEqual([]);
    const origins = contents.filter((content) => content.includes('"promptHash"')).join("\n");
    const origin = /"labelOrigin":(\{[^}]*\}[^}]*\})/.exec(origins)?.[1] ?? "{}";
    const { rows, ...more } = JSON.parse(origin) as { rows: number[] };
    expect(rows.map((row) => sentences[row - 1])).toEqual(texts.map((text) => expect.stringContaining(text) as string));
    expect(more).toMatchObject({
      promptHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      tokens: TOKENS.prompt + TOKENS.answer,
      parameters: { samples: 4, temperature: 0 },
    });
  });
});

describe("new clusters", () => {
  it("of a split are named by the model that is asked for, others by keywords", async () => {
    const scope = await quickScope(dataDir, { cluster: { method: "kmeans", nClusters: 2 } });
    const [a, b] = idsOf(scope);
    const parts = await scope.split(a, { parts: 3, label: byModel() });
    expect(endpoint.requests).toHaveLength(3);
    for (const id of parts) {
      const row = clusterRow(scope, id);
      expect(row).toMatchObject({ label_source: "llm", label_model: "openai-namer", label_error: null });
      const shown = endpoint.requests.find((request) => clusterOf(scope, request) === id);
      expect(shown?.texts.length).toBeGreaterThan(0);
    }
    expect(new Set(labelsOf(scope)).size).toBe(labelsOf(scope).length);
    await scope.split(b, { parts: 2 });
    expect(endpoint.requests).toHaveLength(3);
    // asked for once
    scope.undo();
    scope.undo();
    await scope.split(a, { parts: 3, label: byModel() });
    expect(endpoint.requests).toHaveLength(3);
  });

  it("for which the model fails keep keywords and the reason, after reopening, too", async () => {
    const scope = await quickScope(dataDir, { cluster: { method: "kmeans", nClusters: 2 } });
    const [a] = idsOf(scope);
    endpoint.script = ({ number }) => (number === 0 ? undefined : failure(401, `no ${KEY}`));
    const parts = await scope.split(a, { parts: 2, label: byModel({ concurrency: 1 }) });
    const rows = parts.map((id) => clusterRow(scope, id));
    expect(rows.map((row) => row["label_source"]).sort()).toEqual(["keywords", "llm"]);
    const failed = rows.find((row) => row["label_source"] === "keywords");
    expect(failed?.["label_error"]).toMatch(/does not accept the key/);
    const again = await latentscope.open("speeches", { dataDir });
    expect(parts.map((id) => clusterRow(again, id))).toEqual(rows);
    expect(inspect(rows)).not.toContain(KEY.slice(8));
  });

  it("that a person makes keep the person's label until they are named", async () => {
    const scope = await quickScope(dataDir, six);
    const id = scope.assign([3, 4, 5], "My findings");
    expect(await scope.relabel(undefined, byModel())).toBeGreaterThan(0);
    expect(clusterRow(scope, id)).toMatchObject({ label: "My findings", label_source: "user" });
    await scope.relabel([id], byModel());
    expect(clusterRow(scope, id)).toMatchObject({ label_source: "llm" });
  });
});
