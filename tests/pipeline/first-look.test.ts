import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { FirstLook, RunOptions } from "../../src/pipeline";
import { runPipeline } from "../../src/pipeline";
import { newDataDir, sentences } from "./support";

const table = [{ text: null }, ...sentences.map((text) => ({ text }))];

/** A model that takes its time: vectors that say which text it is. */
function slowModel(msPerText: number): NonNullable<RunOptions["embed"]> {
  const embed = async (texts: readonly string[], { signal }: { signal?: AbortSignal }) => {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      await wait(msPerText, undefined, { signal });
      vectors.push(Float32Array.from({ length: 8 }, (_, i) => Math.sin(text.length * (i + 1))));
    }
    return vectors;
  };
  return { model: { id: "slow", embed }, batchSize: 2 };
}

async function looksOf(embed: RunOptions["embed"]): Promise<{ looks: FirstLook[]; steps: string[]; rows: number }> {
  const looks: FirstLook[] = [];
  const steps: string[] = [];
  const result = await runPipeline(
    table,
    "text",
    { dataDir: newDataDir(), embed, umap: { nEpochs: 10 } },
    {
      onFirstLook: (look) => {
        looks.push(look);
        steps.push("look");
      },
      onStep: ({ step }) => steps.push(step),
    },
  );
  expect(result.warnings).toEqual([]);
  return { looks, steps, rows: result.saved.assignment.length };
}

describe("a first look", () => {
  it("is there while a slow model still embeds: every row, labelled clusters, none of it in the files", async () => {
    const { looks, steps, rows } = await looksOf(slowModel(150));
    expect(looks).toHaveLength(1);
    expect(steps.indexOf("look")).toBeLessThan(steps.indexOf("embed"));
    const [{ coordinates, content, input, textColumn }] = looks;
    expect(coordinates).toHaveLength(2 * rows);
    expect(coordinates.every((v) => v >= -1 && v <= 1)).toBe(true);
    expect([...coordinates.slice(0, 2)]).toEqual([-1, -1]);
    expect(content.assignment).toHaveLength(rows);
    expect(content.assignment[0]).toBe(-1);
    const used = new Set(content.assignment);
    expect(content.clusters.map(({ id }) => id as number).sort((a, b) => a - b)).toEqual(
      [-1, ...used].sort((a, b) => a - b).filter((id, i, all) => id !== all[i - 1]),
    );
    expect(used.size).toBeGreaterThan(2);
    for (const { label } of content.clusters) expect(label.trim()).not.toBe("");
    expect(input.height).toBe(rows);
    expect(textColumn).toBe("text");
  });

  it("is not made where embedding takes a moment", async () => {
    expect((await looksOf({ model: "static" })).looks).toEqual([]);
    expect((await looksOf(slowModel(1))).looks).toEqual([]);
  });

  it("ends with the run that it belongs to", async () => {
    const controller = new AbortController();
    const looks: FirstLook[] = [];
    const running = runPipeline(
      table,
      "text",
      { dataDir: newDataDir(), embed: slowModel(400) },
      { signal: controller.signal, onFirstLook: (look) => looks.push(look) },
    );
    setTimeout(() => controller.abort(), 2300);
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(looks).toEqual([]);
  });
});
