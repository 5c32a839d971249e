import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { drawingOf, type PictureInput } from "../../src/kernel/picture/drawing";
import { indexedPng } from "../../src/kernel/picture/indexed-png";
import { svgOf } from "../../src/kernel/picture/svg";
import { directionOf, textMeasure } from "../../src/kernel/picture/text";
import { picture } from "../../src/kernel/picture";
import { initialState, rowSet, savedContent, type Cluster, type ClusterId } from "../../src/scope";
import { codeOf } from "./scopes";

const cluster = (id: number, label: string): Cluster => ({
  ...{ id: id as ClusterId, label, description: "", labelSource: "keywords", labelModel: null },
  ...{ labelError: null, stale: false, swatch: null },
});

/** Rows in round clusters on a circle, one for each label. */
function blobs(
  labels: readonly string[],
  each = 40,
): { clusters: Cluster[]; assignment: Int32Array; coordinates: Float32Array } {
  const rows = labels.length * each;
  const assignment = Int32Array.from({ length: rows }, (_, row) => row % labels.length);
  const coordinates = new Float32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const angle = (2 * Math.PI * assignment[row]) / labels.length;
    coordinates[2 * row] = 0.8 * Math.cos(angle) + 0.1 * Math.sin(row * 7.3);
    coordinates[2 * row + 1] = 0.8 * Math.sin(angle) + 0.1 * Math.cos(row * 3.1);
  }
  return { clusters: labels.map((label, id) => cluster(id, label)), assignment, coordinates };
}

const source = (of: ReturnType<typeof blobs>, deleted?: Uint8Array) => ({
  title: "a title",
  state: initialState(savedContent(of.clusters, of.assignment, { deleted })),
  coordinates: of.coordinates,
  ...{ themes: [], savedAssignment: of.assignment },
});
const input = (of: ReturnType<typeof blobs>, more: Partial<PictureInput> = {}): PictureInput => ({
  ...of,
  clusters: savedContent(of.clusters, of.assignment).clusters,
  deleted: new Uint8Array(of.assignment.length),
  shown: null,
  ...{ themes: [], savedAssignment: of.assignment },
  ...{ theme: "light", width: 960, height: 560, pixelRatio: 1 },
  ...more,
});
const svg = (of: ReturnType<typeof blobs>, more: Partial<PictureInput> = {}): string =>
  svgOf(drawingOf(input(of, more), textMeasure()), "a title");
const count = (text: string, what: string): number => text.split(what).length - 1;

/** The pixels of a PNG file. */
async function pixels(bytes: Uint8Array): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  const image = await loadImage(Buffer.from(bytes));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

/** Part of the pixels that have another colour than the corner. */
async function inked(bytes: Uint8Array): Promise<number> {
  const { data } = await pixels(bytes);
  let other = 0;
  for (let at = 0; at < data.length; at += 4)
    other += Number(data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2]);
  return other / (data.length / 4);
}

const UGLY = [
  "שלום עולם",
  "اقتصاد وتجارة",
  "🧑‍🚀 emoji 👩‍👩‍👧",
  `<img src=x onerror="alert(1)">`,
  "word ".repeat(60),
  "x".repeat(300),
  "a & b",
  "a\u0000b\ud800",
];

describe("a picture of a map", () => {
  it.each([
    ["light", [255, 255, 255]],
    ["dark", [21, 24, 29]],
  ] as const)(
    "is a PNG in the %s theme, two pixels for each, with the same bytes each time",
    async (theme, background) => {
      const of = source(blobs(["Trade", "War", "Peace"]));
      const { bytes, labelled } = await picture(of, "png", { theme, width: 480, height: 300 });
      const { data, width, height } = await pixels(bytes);
      expect([width, height]).toEqual([960, 600]);
      expect([...data.subarray(0, 3)]).toEqual(background);
      expect(await inked(bytes)).toBeGreaterThan(0.005);
      expect(labelled).toBe(true);
      expect((await picture(of, "png", { theme, width: 480, height: 300 })).bytes).toEqual(bytes);
    },
  );

  it("is drawn for one point, points in one place, rows that are all deleted, 500 clusters, and labels of every kind", async () => {
    const one = { clusters: [cluster(0, "One")], assignment: Int32Array.of(0), coordinates: Float32Array.of(0.3, -1) };
    const same = { clusters: [cluster(0, "All")], assignment: new Int32Array(50), coordinates: new Float32Array(100) };
    const many = blobs(
      Array.from({ length: 500 }, (_, i) => `Cluster ${i}`),
      4,
    );
    for (const of of [one, same, many, blobs(UGLY)])
      expect(await inked((await picture(source(of), "png", { width: 400, height: 300 })).bytes)).toBeGreaterThan(0);
    const gone = source(same, new Uint8Array(50).fill(1));
    expect(await inked((await picture(gone, "png")).bytes)).toBe(0);
  });

  it("of some rows draws the others faintly", () => {
    const of = blobs(["Trade", "War"], 10);
    const shown = svg(of, { shown: rowSet([0, 2]) });
    expect(shown).toMatch(/opacity="0.3"/);
  });

  it.each([
    [{ width: 50 }],
    [{ height: 1.5 }],
    [{ theme: "blue" as "dark" }],
    [{ pixelRatio: 9 }],
    [{ width: 8000, height: 8000 }],
  ])("refuses %j", async (options) => {
    expect(await codeOf(() => picture(source(blobs(["A"])), "png", options))).toBe("bad-option");
  });

  it("can be interrupted", async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(() => picture(source(blobs(["A"])), "png", {}, signal))).toBe("interrupted");
    const later = new AbortController();
    setImmediate(() => later.abort());
    expect(await codeOf(() => picture(source(blobs(["A", "B"], 50_000)), "png", {}, later.signal))).toBe("interrupted");
  });
});

describe("an SVG of a map", () => {
  it("has a circle for each row, grouped by colour, and labels as text that can only be text", () => {
    const of = blobs(UGLY);
    const text = svg(of);
    expect(count(text, "<circle ")).toBe(of.assignment.length);
    expect(count(text, "<g fill=")).toBe(UGLY.length);
    expect(text).not.toMatch(/<img|onerror="/);
    expect(text).toContain("&#60;img");
    expect(text).toContain('direction="rtl"');
    expect(count(text, "<title>")).toBe(1 + drawingOf(input(of), textMeasure()).labels.length);
  });

  it("has no characters that XML may not have", () => {
    const text = svg(blobs(["a\u0000b\u0008\ud800c\uffff"]));
    expect(text).toContain("abc");
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\ud800\uffff]/);
  });

  it("has one picture in place of more than 20,000 circles", () => {
    const text = svg(blobs(["A", "B"], 10_001));
    expect(count(text, "<circle ")).toBe(0);
    expect(text).toContain("data:image/png;base64,");
  });
});

describe("a small PNG", () => {
  it("keeps up to 256 colours as they are", async () => {
    const data = Uint8ClampedArray.from({ length: 4 * 64 }, (_, at) =>
      at % 4 === 3 ? 255 : ((Math.floor(at / 4) * 8) % 256) ^ (at % 4 === 1 ? 0x80 : 0),
    );
    const decoded = await pixels(indexedPng({ data, width: 16, height: 4 }));
    expect([decoded.width, decoded.height]).toEqual([16, 4]);
    expect([...decoded.data]).toEqual([...data]);
  });

  it("takes the nearest of 256 for others", async () => {
    const data = Uint8ClampedArray.from({ length: 4 * 4096 }, (_, at) => {
      const pixel = Math.floor(at / 4);
      return [(pixel & 15) * 17, ((pixel >> 4) & 15) * 17, (pixel >> 8) * 17, 255][at % 4];
    });
    const { data: decoded } = await pixels(indexedPng({ data, width: 64, height: 64 }));
    expect(new Set(new Uint32Array(decoded.buffer)).size).toBe(256);
  });
});

it.each([
  ["Trade שלום", "ltr"],
  ["… שלום Trade", "rtl"],
  ["123 اقتصاد", "rtl"],
  ["123", "ltr"],
])("the direction of %s is %s", (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});
