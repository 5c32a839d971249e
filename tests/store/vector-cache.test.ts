import { appendFileSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { textHash, VectorCache } from "../../src/store";

const dataDir = (): string => mkdtempSync(path.join(os.tmpdir(), "latentscope-"));
const vectorOf = (text: string): Float32Array => Float32Array.of(text.length, text.charCodeAt(0), 0.25);
const flat = (texts: readonly string[]): Float32Array =>
  Float32Array.from(texts.flatMap((text) => [...vectorOf(text)]));

async function stored(
  cache: VectorCache,
  texts: readonly string[],
  dimensions?: number,
): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  const positions = new Map(texts.map((text, position) => [textHash(text), position]));
  await cache.read(positions, dimensions, (position, vector) => found.set(texts[position], [...vector]));
  return found;
}

async function filled(dir: string, ...batches: string[][]): Promise<VectorCache> {
  const cache = new VectorCache(dir, "model");
  for (const texts of batches) await cache.append(texts, flat(texts), 3);
  await cache.close();
  return cache;
}

const segments = (cache: VectorCache): string[] =>
  readdirSync(cache.folder)
    .filter((name) => name.endsWith(".vectors"))
    .map((name) => path.join(cache.folder, name));

describe("the cache of vectors", () => {
  it("knows the texts of every run, and no others", async () => {
    const dir = dataDir();
    await filled(dir, ["a", "bb"], ["ccc"]);
    await filled(dir, ["dd"]);
    const found = await stored(new VectorCache(dir, "model"), ["dd", "x", "a", "ccc"]);
    expect(found).toEqual(new Map(["dd", "a", "ccc"].map((text) => [text, [...vectorOf(text)]])));
    expect(await stored(new VectorCache(dir, "another model"), ["a"])).toEqual(new Map());
  });

  it("keeps what a run wrote before it was killed in the middle of a record", async () => {
    const dir = dataDir();
    const cache = await filled(dir, ["a", "bb", "ccc"]);
    const [file] = segments(cache);
    truncateSync(file, readFileSync(file).length - 5);
    expect([...(await stored(cache, ["a", "bb", "ccc"])).keys()]).toEqual(["a", "bb"]);
    await filled(dir, ["ccc"]);
    expect([...(await stored(cache, ["a", "bb", "ccc"])).keys()].sort()).toEqual(["a", "bb", "ccc"]);
  });

  it("skips a record whose bytes have changed, and files that are none of its own", async () => {
    const cache = await filled(dataDir(), ["a", "bb", "ccc"]);
    const [file] = segments(cache);
    const bytes = readFileSync(file);
    bytes[16 + 16 + 3 * 4 + 4 + 20] ^= 1;
    writeFileSync(file, bytes);
    writeFileSync(path.join(cache.folder, "0.vectors"), "something else");
    writeFileSync(path.join(cache.folder, "1.vectors"), "");
    expect([...(await stored(cache, ["a", "bb", "ccc"])).keys()]).toEqual(["a", "ccc"]);
  });

  it("gives no vectors of other dimensions than wanted", async () => {
    const cache = await filled(dataDir(), ["a"]);
    expect((await stored(cache, ["a"], 3)).size).toBe(1);
    expect((await stored(cache, ["a"], 4)).size).toBe(0);
  });

  it("reads more records than fit into one buffer", async () => {
    const dir = dataDir();
    const cache = new VectorCache(dir, "wide");
    const texts = Array.from({ length: 3000 }, (_, i) => `text ${i}`);
    const wide = new Float32Array(3000 * 512);
    texts.forEach((_, i) => wide.fill(i, i * 512, (i + 1) * 512));
    await cache.append(texts, wide, 512);
    await cache.close();
    appendFileSync(segments(cache)[0], Buffer.alloc(100));
    const found = await stored(cache, texts, 512);
    expect(found.size).toBe(3000);
    expect(texts.every((text, i) => found.get(text)?.every((value) => value === i))).toBe(true);
  });
});
