import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ensureWritable, removeLeftovers, writeAtomically, writeTextAtomically } from "../../src/store";

const folder = (): string => mkdtempSync(path.join(os.tmpdir(), "latentscope-"));

describe("an atomic write", () => {
  it("shows a reader the old file until the new one is whole", async () => {
    const file = path.join(folder(), "a.json");
    await writeTextAtomically(file, "old");
    await writeAtomically(file, async (temporary) => {
      await writeFile(temporary, "half of the n");
      expect(readFileSync(file, "utf8")).toBe("old");
      await writeFile(temporary, "new");
    });
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(readdirSync(path.dirname(file))).toEqual(["a.json"]);
  });

  it("leaves the old file and nothing else when it fails", async () => {
    const file = path.join(folder(), "a.json");
    await writeTextAtomically(file, "old");
    const failing = writeAtomically(file, async (temporary) => {
      await writeFile(temporary, "half");
      throw new Error("the disk fell out");
    });
    await expect(failing).rejects.toThrow("the disk fell out");
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(readdirSync(path.dirname(file))).toEqual(["a.json"]);
  });

  it("replaces a folder by a folder", async () => {
    const target = path.join(folder(), "table.lance");
    for (const name of ["one", "two"])
      await writeAtomically(target, async (temporary) => {
        await mkdir(temporary);
        await writeFile(path.join(temporary, name), name);
      });
    expect(readdirSync(target)).toEqual(["two"]);
  });

  it("says what to do when the disk refuses", async () => {
    const file = path.join(folder(), "file");
    writeFileSync(file, "");
    await expect(writeTextAtomically(path.join(file, "a.json"), "")).rejects.toMatchObject({
      code: "data-dir-not-writable",
      message: expect.stringMatching(/Could not write .*a\.json.*LATENT_SCOPE_DATA/s) as string,
    });
    await expect(ensureWritable(path.join(file, "data"))).rejects.toMatchObject({ code: "data-dir-not-writable" });
  });
});

it("old temporary files are removed, new ones stay", async () => {
  const where = folder();
  for (const name of [".old.json.1-aa.tmp", ".new.json.2-bb.tmp", "kept.json"])
    writeFileSync(path.join(where, name), "");
  const longAgo = Date.now() / 1000 - 2 * 3600;
  utimesSync(path.join(where, ".old.json.1-aa.tmp"), longAgo, longAgo);
  await removeLeftovers(where);
  expect(readdirSync(where).sort()).toEqual([".new.json.2-bb.tmp", "kept.json"]);
});
