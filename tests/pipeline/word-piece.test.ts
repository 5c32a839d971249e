import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { readTokenizer } from "../../src/pipeline/embed/encoder/vocabulary";

const tokenizer = readTokenizer(path.resolve(__dirname, "../../models/gte-small-int8/vocab.txt"));
const reference = JSON.parse(readFileSync(path.resolve(__dirname, "../fixtures/embedding/wordpiece.json"), "utf8")) as {
  cases: { text: string; ids: number[] }[];
};

it("the tokenizer gives the reference's tokens for sentences, other scripts, emoji, control characters and overlong words", () => {
  expect(reference.cases.length).toBeGreaterThan(400);
  for (const { text, ids } of reference.cases)
    expect({ text, ids: tokenizer.encode(text, 512) }).toEqual({ text, ids });
});

it("a text is cut to the limit, with its end token", () => {
  const ids = tokenizer.encode("one two three four five six", 5);
  expect(ids).toEqual([...tokenizer.encode("one two three", 5)]);
  expect(ids).toHaveLength(5);
  expect(ids.at(-1)).toBe(102);
});
