import fc from "fast-check";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { InputColumns, MOST_CATEGORIES } from "../../src/kernel/columns";
import { NO_CATEGORY } from "../../src/scope";
import { codeOf } from "./scopes";

const dates = [new Date("1865-04-14T12:00:00Z"), null, new Date("1790-01-08T00:00:00.250Z"), new Date("2024-02-29")];
const input = pl.DataFrame([
  pl.Series("text", ["War and peace", "peace (1.0)", null, "Straße ÄRGER"], pl.Utf8),
  pl.Series("party", ["Whig", "Whig", null, "Federalist"], pl.Utf8),
  pl.Series("year", [1865, 1790, 1790, 2024]).cast(pl.Int64),
  pl.Series("share", [0.5, null, NaN, -1], pl.Float64),
  pl.Series("said", dates, pl.Datetime("ms")).cast(pl.Datetime("us")),
  pl.Series("first", [true, false, null, true], pl.Bool),
  pl.Series("nothing", [null, null, null, null], pl.Utf8),
  pl.Series("list", [[1, 2], [3], [], [4]], pl.List(pl.Float64)),
]);
const columns = new InputColumns(input, "text");

describe("columns of the input on the map", () => {
  it("are numbers, dates, categories, or texts that are only read", async () => {
    const kinds = Object.fromEntries((await columns.infos()).map(({ name, kind }) => [name, kind]));
    expect(kinds).toEqual({
      ...{ text: "text", party: "category", year: "number", share: "number", said: "date", first: "category" },
      ...{ nothing: "category", list: "text" },
    });
    expect((await columns.infos()).filter(({ mapped }) => mapped).map(({ name }) => name)).toEqual(["text"]);
    const many = Array.from({ length: 3 * MOST_CATEGORIES }, (_, i) => i);
    const long = new InputColumns(
      pl.DataFrame({
        text: many.map(String),
        code: many.map((i) => `code ${i % MOST_CATEGORIES}`),
        id: many.map((i) => `id ${i % (MOST_CATEGORIES + 1)}`),
        half: many.map((i) => `half ${i >> 1}`),
      }),
      "text",
    );
    expect((await long.infos()).map(({ kind }) => kind)).toEqual(["text", "category", "text", "text"]);
  });

  it("give numbers and dates as they are, NaN where there is none", async () => {
    expect([...(await columns.values("year")).values]).toEqual([1865, 1790, 1790, 2024]);
    expect([...(await columns.values("share")).values]).toEqual([0.5, NaN, NaN, -1]);
    const said = await columns.values("said");
    expect(said.column).toEqual({ name: "said", kind: "date" });
    expect([...said.values]).toEqual(dates.map((date) => date?.getTime() ?? NaN));
  });

  it("give categories the most frequent first, equally frequent ones by name", async () => {
    const party = await columns.values("party");
    expect(party.column).toEqual({ name: "party", kind: "category", categories: ["Whig", "Federalist"] });
    expect([...party.values]).toEqual([0, 0, NO_CATEGORY, 1]);
    const first = await columns.values("first");
    expect(first.column).toMatchObject({ categories: ["true", "false"] });
    expect([...first.values]).toEqual([0, 1, NO_CATEGORY, 0]);
    const nothing = await columns.values("nothing");
    expect(nothing.column).toMatchObject({ categories: [] });
    expect([...nothing.values]).toEqual(new Array(4).fill(NO_CATEGORY));
  });

  it("are not there, are texts, or have no order: typed errors that say so", async () => {
    await expect(columns.values("parti")).rejects.toThrow('There is no column "parti". Did you mean "party"?');
    expect(await codeOf(() => columns.values("parti"))).toBe("no-such-column");
    expect(await codeOf(() => columns.values("text"))).toBe("bad-option");
    expect(await codeOf(() => columns.order("list", false))).toBe("bad-option");
    expect(await codeOf(() => columns.order("parti", false))).toBe("no-such-column");
  });
});

describe("orders", () => {
  it("put rows without a value last, either way, and equal ones as they are", async () => {
    expect([...(await columns.order("year", false))]).toEqual([1, 2, 0, 3]);
    expect([...(await columns.order("year", true))]).toEqual([3, 0, 1, 2]);
    expect([...(await columns.order("share", false))]).toEqual([3, 0, 1, 2]);
    expect([...(await columns.order("share", true))]).toEqual([0, 3, 1, 2]);
    expect([...(await columns.order("said", true))]).toEqual([3, 0, 2, 1]);
    expect([...(await columns.order("text", false))]).toEqual([1, 3, 0, 2]);
  });

  it("are permutations in which no value comes before a smaller one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.string({ maxLength: 3 })), { minLength: 1 }), async (texts) => {
        const table = new InputColumns(pl.DataFrame([pl.Series("t", texts, pl.Utf8)]), "t");
        const order = [...(await table.order("t", false))];
        expect([...order].sort((a, b) => a - b)).toEqual(texts.map((_, row) => row));
        const found = order.map((row) => texts[row]);
        const given = found.filter((text) => text !== null);
        expect(found.slice(given.length).every((text) => text === null)).toBe(true);
        const keys = given.map((text) => Buffer.from(text.toLowerCase()));
        for (let i = 1; i < keys.length; i++) expect(Buffer.compare(keys[i - 1], keys[i])).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("finding texts", () => {
  it("finds what contains a text, whatever the case, and takes no sign for a pattern", async () => {
    expect([...(await columns.find("PEACE"))]).toEqual([0, 1]);
    expect([...(await columns.find("(1.0)"))]).toEqual([1]);
    expect([...(await columns.find("ärger"))]).toEqual([3]);
    expect([...(await columns.find(".*"))]).toEqual([]);
    expect([...(await columns.find("  "))]).toEqual([]);
  });

  it("finds the same rows as JavaScript, for any text", async () => {
    const word = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom("a.b", "(", "[x", "\\", "a b", "é", "👍", "$", "^"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 20 }), word, async (texts, wanted) => {
        const table = new InputColumns(pl.DataFrame([pl.Series("t", texts, pl.Utf8)]), "t");
        const key = wanted.trim().toLowerCase();
        const rows = texts.flatMap((text, row) => (key && text.toLowerCase().includes(key) ? [row] : []));
        expect([...(await table.find(wanted))]).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });
});
