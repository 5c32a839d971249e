import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ClusterId, LogEntry } from "../../src/scope";
import { Dataset } from "../../src/store";

const entry = (revision: number, label = `Label ${revision}`): LogEntry => ({
  revision,
  id: `edit-${revision}`,
  time: "2026-11-22T10:00:00.000Z",
  actor: "code",
  edit: { kind: "rename", cluster: 0 as ClusterId, label },
});

describe("the edit log of a scope", () => {
  let dataset: Dataset;
  let file: string;
  beforeEach(() => {
    dataset = new Dataset(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "d");
    mkdirSync(dataset.path("scopes"), { recursive: true });
    file = dataset.path("scopes", "scopes-001-edits.jsonl");
  });

  it("is empty before the first edit", () => {
    expect(dataset.editLog("scopes-001").read()).toEqual([]);
  });

  it("gives back what was appended, one entry a line", () => {
    const entries = [
      entry(1),
      entry(2, 'two\nlines, "quotes" and 👍'),
      { ...entry(3), edit: { kind: "undo" } as const },
    ];
    for (const e of entries) dataset.editLog("scopes-001").append(e);
    expect(dataset.editLog("scopes-001").read()).toEqual(entries);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
  });

  it("drops a line that a crash has torn, and goes on after it", () => {
    dataset.editLog("scopes-001").append(entry(1));
    appendFileSync(file, JSON.stringify(entry(2)).slice(0, -5));
    expect(dataset.editLog("scopes-001").read()).toEqual([entry(1)]);
    dataset.editLog("scopes-001").append(entry(2, "again"));
    expect(dataset.editLog("scopes-001").read()).toEqual([entry(1), entry(2, "again")]);
  });

  it("is damaged when a line before the last is broken, is no edit, or is missing", () => {
    const lines = [entry(1), entry(2), entry(3)].map((e) => JSON.stringify(e));
    for (const broken of [
      [lines[0], lines[1].slice(3), lines[2]],
      [lines[0], '{"revision":2}', lines[2]],
      [lines[0], lines[2]],
    ]) {
      writeFileSync(file, `${broken.join("\n")}\n`);
      expect(() => dataset.editLog("scopes-001").read()).toThrow(
        expect.objectContaining({
          code: "damaged-file",
          message: expect.stringContaining("line 2") as string,
        }) as Error,
      );
    }
  });

  it("of several kernels has one order for all of them: each learns what the others appended, and when", () => {
    const [ours, theirs] = [dataset.editLog("scopes-001"), dataset.editLog("scopes-001")];
    expect(ours.append(entry(1, "ours"))).toEqual([entry(1, "ours")]);
    expect(theirs.append(entry(1, "theirs"))).toEqual([entry(1, "ours"), entry(1, "theirs")]);
    expect(theirs.append(entry(2, "theirs"))).toEqual([entry(2, "theirs")]);
    expect(ours.read()).toEqual([entry(1, "theirs"), entry(2, "theirs")]);
    expect(ours.read()).toEqual([]);
    expect(theirs.read()).toEqual([]);
    expect(dataset.editLog("scopes-001").read()).toHaveLength(3);
  });

  it("stays in the dataset's folder, whatever the id", () => {
    expect(() => dataset.editLog("../../x")).toThrow(expect.objectContaining({ code: "bad-name" }) as Error);
  });
});
