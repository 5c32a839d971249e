import path from "node:path";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { columnMetadata, Dataset, type ColumnMetadata } from "../../src/store";

const fixtures = path.resolve(__dirname, "../fixtures/latentscope-1.0");

describe("the description of a column", () => {
  it.each(["sotu150", "vectors60"])("is that of Latent Scope for its own %s, to the last key", async (name) => {
    const fixture = new Dataset(fixtures, name);
    const meta = await fixture.readMeta();
    const frame = await fixture.readInput();
    const described: Record<string, ColumnMetadata> = {};
    for (const column of frame.columns) described[column] = await columnMetadata(frame.getColumn(column));
    // of equally frequent texts, the order is open
    const settled = (columns: Record<string, ColumnMetadata> | undefined): unknown =>
      Object.entries(columns ?? {}).map(([name, column]) => [
        name,
        {
          ...column,
          categories: column.categories?.sort(
            (a, b) => (column.counts?.[b] ?? 0) - (column.counts?.[a] ?? 0) || (a < b ? -1 : 1),
          ),
        },
      ]);
    expect(settled(described)).toEqual(settled(meta?.column_metadata));
  });

  it("leaves nulls out, and survives a column of nothing else", async () => {
    expect(await columnMetadata(pl.Series("a", [null, 3, 1], pl.Float64))).toEqual({
      type: "number",
      unique_values_count: 2,
      extent: [1, 3],
    });
    expect(await columnMetadata(pl.Series("a", [null, null], pl.Float64))).toEqual({
      type: "number",
      unique_values_count: 0,
      extent: [null, null],
    });
    expect(await columnMetadata(pl.Series("a", [null], pl.Utf8))).toMatchObject({
      type: "string",
      unique_values_count: 0,
      categories: [],
    });
  });

  it("knows web addresses, and those of pictures", async () => {
    expect(await columnMetadata(pl.Series("a", ["http://a/b.png", "https://a/c.jpeg"], pl.Utf8))).toMatchObject({
      url: true,
      image: true,
      image_kind: "url",
    });
    expect(await columnMetadata(pl.Series("a", ["http://a/b", "x"], pl.Utf8))).not.toHaveProperty("url");
  });
});
