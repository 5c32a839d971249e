import { expect, it } from "vitest";
import { duration, progressHtml, progressText, progressWords, type StepView } from "../../src/kernel/progress";

const step: StepView = {
  name: "embed",
  done: 1200,
  total: 5000,
  unit: "texts",
  note: "",
  elapsedMs: 4000,
  finished: false,
  summary: "",
};

it("a running step says how much is done, how fast, and how long it will take", () => {
  expect(progressWords(step)).toBe("1,200 of 5,000 texts · 300/s · 13 s left");
});

it("a step that has just begun promises nothing", () => {
  expect(progressWords({ ...step, done: 0, elapsedMs: 100 })).toBe("0 of 5,000 texts");
  expect(progressWords({ ...step, done: 0, total: 0, elapsedMs: 0 })).toBe("…");
});

it("a finished step says what came of it", () => {
  const finished = { ...step, finished: true, summary: "4,981 distinct texts", elapsedMs: 65_000 };
  expect(progressWords(finished)).toBe("4,981 distinct texts · 1 min 5 s");
  expect(progressText([finished, { ...step, name: "umap" }])).toMatch(/^✓ embed .*\n… umap /);
});

it("durations are as people say them", () => {
  expect([340, 9_940, 59_400, 60_000, 185_000].map(duration)).toEqual([
    "0.3 s",
    "9.9 s",
    "59 s",
    "1 min 0 s",
    "3 min 5 s",
  ]);
});

it("what a step says is text in HTML, too", () => {
  const html = progressHtml([{ ...step, note: "<img src=x onerror=alert(1)>" }]);
  expect(html).not.toContain("<img");
  expect(html).toContain("&#60;img");
});
