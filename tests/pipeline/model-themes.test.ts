import { describe, expect, it } from "vitest";
import type { LabelOptions, RunHooks, RunResult } from "../../src/pipeline";
import { ChatEndpoint, type ChatRequest } from "../support/chat-endpoint";
import { serveEachTest } from "../support/serve-each-test";
import { newDataDir, quickRun, recorded, sentences } from "./support";

const rows = sentences.map((text) => ({ text }));
const CLUSTERS = 40;
const SET = "clusters/cluster-001-labels-001.json";

let endpoint: ChatEndpoint;
serveEachTest(
  () => ChatEndpoint.start(),
  (started) => (endpoint = started),
);

function run(dataDir: string, label: LabelOptions = {}, hooks: RunHooks = {}): Promise<RunResult> {
  const model = { model: "openai:namer", baseURL: endpoint.url, apiKey: "none" } as const;
  const cluster = { method: "kmeans", nClusters: CLUSTERS };
  return quickRun(rows, dataDir, { name: "speeches", cluster, label: { ...model, ...label } }, hooks);
}

const isAboutTheme = ({ user }: ChatRequest): boolean => user.includes("smaller groups have in common");
const aboutThemes = (): ChatRequest[] => endpoint.requests.filter(isAboutTheme);
/** Each cluster another label, each theme, too. */
function nameAll(): void {
  const known = new Map<string, string>();
  endpoint.label = (request) => {
    const key = request.texts.join();
    const name =
      known.get(key) ??
      `${isAboutTheme(request) ? "Theme" : "Group"} ${"abcdefghijklmnopqrstuvwxyz"[known.size % 26]}${known.size}`;
    known.set(key, name);
    return name;
  };
}

describe("themes of clusters that a language model names", () => {
  it("are named by it, too, by what it has called their clusters, the largest first", async () => {
    nameAll();
    const dataDir = newDataDir();
    const notes: string[] = [];
    const result = await run(dataDir, {}, { onProgress: ({ note }) => note !== undefined && notes.push(note) });
    const { themes, saved } = result;
    expect(themes.length).toBeGreaterThan(3);
    const labels = new Map(saved.clusters.map(({ id, label }) => [id, label]));
    const sizes = new Map(saved.clusters.map(({ id }) => [id, saved.assignment.filter((own) => own === id).length]));
    for (const { label, clusters } of themes) {
      const bySize = [...clusters].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
      if (clusters.length === 1) {
        expect(label).toBe(labels.get(clusters[0]));
        continue;
      }
      expect(label).toMatch(/^Theme /);
      const asked = aboutThemes().find(
        ({ texts }) =>
          texts.length === clusters.length &&
          texts.every((text) => bySize.some((id) => text.startsWith(`${labels.get(id)}: Texts about`))),
      );
      expect(
        asked?.texts.map((text) =>
          sizes.get([...labels].find(([, name]) => text.startsWith(`${name}:`))?.[0] ?? (-2 as never)),
        ),
      ).toEqual(bySize.map((id) => sizes.get(id)));
    }
    expect(new Set(themes.map(({ label }) => label)).size).toBe(themes.length);
    const { themes: written } = (await recorded(result.dataset, SET)) as { themes: Record<string, unknown>[] };
    for (const { source, model, promptHash } of written)
      expect([source, model, promptHash]).toEqual(["llm", "openai-namer", expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(notes).toContain("naming themes");
    const several = themes.filter(({ clusters }) => clusters.length > 1).length;
    expect(aboutThemes()).toHaveLength(several);
    expect(endpoint.requests).toHaveLength(CLUSTERS + several);
    const texts = endpoint.requests.filter((request) => !isAboutTheme(request)).flatMap((request) => request.texts);
    const sent = result.steps.find(({ step }) => step === "label")?.sent;
    expect(sent).toBe(`${texts.length} texts to ${endpoint.host}/v1 in ${CLUSTERS + several} prompts`);

    const { requests } = endpoint;
    const again = await run(dataDir);
    expect(endpoint.requests).toHaveLength(requests.length);
    expect(again.themes).toEqual(themes);
  });

  it("get no name twice", async () => {
    let asked = 0;
    endpoint.label = (request) =>
      isAboutTheme(request) ? "Politics" : `Group ${String.fromCharCode(97 + (asked % 26))}${asked++}`;
    const { themes } = await run(newDataDir());
    const named = themes.filter(({ clusters }) => clusters.length > 1).map(({ label }) => label);
    expect(named).toContain("Politics");
    expect(new Set(named).size).toBe(named.length);
  });

  it("keep keywords as names where it fails, with a warning, and the clusters keep theirs", async () => {
    nameAll();
    endpoint.script = (request) =>
      isAboutTheme(request) ? { status: 400, body: { error: { message: "Too abstract." } } } : undefined;
    const result = await run(newDataDir());
    expect(result.themes.every(({ label }) => label !== "" && !label.startsWith("Theme "))).toBe(true);
    expect(result.saved.clusters.filter(({ id }) => id >= 0).every(({ label }) => label.startsWith("Group "))).toBe(
      true,
    );
    expect(result.warnings).toEqual([expect.stringMatching(/themes kept keywords as names.*Too abstract/)]);
    const { failed, themes } = await recorded(result.dataset, SET);
    expect(failed).toBe(0);
    expect(themes).toContainEqual(expect.objectContaining({ source: "keywords", model: null, promptHash: null }));
  });

  it("are not asked for when the model has failed for all clusters", async () => {
    endpoint.script = () => ({ status: 401, body: { error: { message: "No." } } });
    const { themes, warnings } = await run(newDataDir());
    expect(aboutThemes()).toEqual([]);
    expect(themes.length).toBeGreaterThan(3);
    expect(warnings).toHaveLength(1);
  });
});
