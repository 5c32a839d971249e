/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { dequantise } from "../../src/scope";
import { inPolygon } from "./support/in-polygon";
import { blobs } from "./support/blobs";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import {
  attribute,
  box,
  colouredPixels,
  drag,
  kernelLabel,
  kernelSelection,
  map,
  openView,
  shows,
  transform,
  type Options,
  type Start,
} from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

/** A page that shows one view. */
const open = (start: Start, options: Options = {}): Promise<Page> => watched(openView(laboratory(), start, options));

/** Rows inside a polygon of the map area, and those so near its edge that rounding may put them on either side. */
async function expected(
  page: Page,
  positions: Uint16Array,
  polygon: number[],
): Promise<{ inside: number[]; edge: Set<number> }> {
  const [scaleX, scaleY, offsetX, offsetY] = await transform(page);
  const inside: number[] = [];
  const edge = new Set<number>();
  for (let row = 0; row < positions.length / 2; row++) {
    const x = scaleX * dequantise(positions[2 * row]) + offsetX;
    const y = scaleY * dequantise(positions[2 * row + 1]) + offsetY;
    if (inPolygon(polygon, x, y)) inside.push(row);
    for (let i = 0; i < polygon.length; i += 2) {
      const [ax, ay] = [polygon[i], polygon[i + 1]];
      const [bx, by] = [polygon[(i + 2) % polygon.length] - ax, polygon[(i + 3) % polygon.length] - ay];
      const along = Math.min(1, Math.max(0, ((x - ax) * bx + (y - ay) * by) / (bx * bx + by * by)));
      if (Math.hypot(x - ax - along * bx, y - ay - along * by) < 1.5) edge.add(row);
    }
  }
  return { inside, edge };
}

const without = (rows: readonly number[], edge: ReadonlySet<number>) => rows.filter((row) => !edge.has(row));

test("the map is there at once as a picture, while the kernel is still busy, and pans and zooms", async () => {
  const page = await open({ rows: 5000, clusters: 30 }, { busy: true });
  await map(page).waitFor();
  expect(await attribute(page, "status")).toBe("busy");
  expect(await colouredPixels(page)).toBeGreaterThan(2000);
  expect(await page.locator(".ls-label").count()).toBeGreaterThan(5);
  const before = await transform(page);
  await drag(page, [
    [0.5, 0.5],
    [0.6, 0.5],
  ]);
  await page.waitForFunction(
    (old) => document.querySelector(".ls-map")?.getAttribute("data-transform") !== old,
    before.join(),
  );
  expect((await transform(page))[2] - before[2]).toBeCloseTo(0.1 * (await box(map(page))).width, -1);
  // the kernel is done with its cell: the application takes over, with its own size of the map, and looks at the same place
  const centre = async () => {
    const [scaleX, scaleY, offsetX, offsetY] = await transform(page);
    const { width, height } = await box(map(page));
    return [(width / 2 - offsetX) / scaleX, (height / 2 - offsetY) / scaleY];
  };
  const [x, y] = await centre();
  await page.evaluate(() => window.lab.kernel.idle());
  await page.waitForSelector(".ls-app:not([data-waiting])");
  await shows(page, "status", "ready");
  expect(await page.locator(".ls-map").count()).toBe(1);
  expect((await centre())[0]).toBeCloseTo(x, 2);
  expect((await centre())[1]).toBeCloseTo(y, 2);
});

test("without a kernel the picture stays and says so; when one answers after all, the application comes", async () => {
  const page = await open({ rows: 500, clusters: 5, kernel: "gone" });
  await page.getByText(/^No kernel/).waitFor({ timeout: 10_000 });
  expect(await attribute(page, "status")).toBe("offline");
  await page.evaluate(() => (window.lab.kernel.alive = true));
  await page.waitForSelector(".ls-app:not([data-waiting])", { timeout: 25_000 });
  await shows(page, "status", "ready");
  expect(await page.getByText(/^No kernel/).count()).toBe(0);
}, 60_000);

test("points are drawn with WebGL, and labels do not overlap at any zoom", async () => {
  const page = await open({ rows: 5000, clusters: 60 });
  expect(await page.evaluate(() => document.querySelector("canvas")?.getContext("2d"))).toBeNull();
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(2000);
  const counts: number[] = [];
  await map(page).focus();
  for (let step = 0; step < 4; step++) {
    const boxes = await page
      .locator(".ls-label")
      .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().toJSON() as DOMRect));
    counts.push(boxes.length);
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1))
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
    });
    await page.keyboard.press("+");
    await page.waitForTimeout(60);
  }
  expect(counts[0]).toBeGreaterThan(8);
});

test("shift and a drag select exactly the rows inside the lasso; lasso and box add with shift and remove with alt", async () => {
  const data = blobs(5000, 30);
  const page = await open({ rows: 5000, clusters: 30 });
  await page.keyboard.down("Shift");
  const first = await drag(page, [
    [0.2, 0.2],
    [0.7, 0.15],
    [0.6, 0.7],
    [0.3, 0.8],
  ]);
  await page.keyboard.up("Shift");
  const lasso = await expected(page, data.positions, first);
  await shows(page, "status", "ready");
  const selected = await kernelSelection(page);
  expect(without(selected, lasso.edge)).toEqual(without(lasso.inside, lasso.edge));
  expect(selected.length).toBeGreaterThan(300);
  expect(selected).toEqual([...selected].sort((a, b) => a - b));
  expect(await attribute(page, "selected")).toBe(String(selected.length));

  await page.getByRole("button", { name: "Box" }).click();
  await page.keyboard.down("Shift");
  const [x0, y0, x1, y1] = await drag(page, [
    [0.65, 0.5],
    [0.95, 0.95],
  ]);
  await page.keyboard.up("Shift");
  const added = await expected(page, data.positions, [x0, y0, x1, y0, x1, y1, x0, y1]);
  await shows(page, "status", "ready");
  const both = await kernelSelection(page);
  expect(both.slice(0, selected.length)).toEqual(selected);
  const more = added.inside.filter((row) => !selected.includes(row));
  expect(without(both.slice(selected.length), added.edge)).toEqual(without(more, added.edge));

  await page.getByRole("button", { name: "Lasso" }).click();
  await page.keyboard.down("Alt");
  const hole = await drag(page, [
    [0.25, 0.25],
    [0.65, 0.25],
    [0.65, 0.6],
    [0.25, 0.6],
  ]);
  await page.keyboard.up("Alt");
  const removed = await expected(page, data.positions, hole);
  await shows(page, "status", "ready");
  const rest = both.filter((row) => !removed.inside.includes(row));
  expect(without(await kernelSelection(page), removed.edge)).toEqual(without(rest, removed.edge));

  await map(page).focus();
  await page.keyboard.press("Escape");
  await shows(page, "selected", "0");
  await expect.poll(() => kernelSelection(page)).toEqual([]);
});

test("a click selects the nearest point, a click on a label or in the list the rows of the cluster", async () => {
  const data = blobs(3000, 12);
  const page = await open({ rows: 3000, clusters: 12 });
  const area = await box(map(page));
  const [scaleX, scaleY, offsetX, offsetY] = await transform(page);
  const labels = await page
    .locator(".ls-label")
    .evaluateAll((found) => found.map((l) => l.getBoundingClientRect().toJSON() as DOMRect));
  const places = Array.from({ length: 3000 }, (_, row) => [
    scaleX * dequantise(data.positions[2 * row]) + offsetX,
    scaleY * dequantise(data.positions[2 * row + 1]) + offsetY,
  ]);
  // a row that stands alone, and under no label
  const row = places.findIndex(
    ([x, y], i) =>
      places.every(([ox, oy], j) => i === j || Math.hypot(x - ox, y - oy) > 8) &&
      labels.every(
        (l) =>
          area.x + x < l.left - 4 || area.x + x > l.right + 4 || area.y + y < l.top - 4 || area.y + y > l.bottom + 4,
      ),
  );
  await page.mouse.click(area.x + places[row][0] + 2, area.y + places[row][1] + 1);
  await expect.poll(() => kernelSelection(page)).toEqual([row]);
  await page.getByRole("button", { name: "Close card" }).click();

  const rowsOf = (id: number) => Array.from(data.assignment.keys()).filter((r) => data.assignment[r] === id);
  const label = page.locator(".ls-label").first();
  const id = Number(await label.getAttribute("data-cluster"));
  await label.click();
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(id));

  const other = id === 3 ? 4 : 3;
  await page.locator(`[role=row][data-cluster="${other}"]`).click();
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(other));
  expect(await page.locator(`[role=row][data-cluster="${other}"]`).getAttribute("aria-selected")).toBe("true");
});

test("a cluster is renamed in the list by keys, and undone and redone; what is typed means nothing to the notebook", async () => {
  const page = await open({ rows: 1000, clusters: 6 });
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    document.addEventListener("keydown", (event) => heard.push(event.key));
    // as JupyterLab's: in the capturing phase, unless the attribute is above the focus
    document.addEventListener(
      "keydown",
      (event) => {
        if (!(event.target as Element).closest("[data-lm-suppress-shortcuts]")) heard.push(event.key);
      },
      true,
    );
  });
  const row = page.locator('[role=row][data-cluster="2"]');
  const before = await kernelLabel(page, 2);
  await row.focus();
  await page.keyboard.press("F2");
  const input = page.getByRole("textbox", { name: "Label of cluster 2" });
  await input.fill("never");
  await page.keyboard.press("Escape");
  expect(await kernelLabel(page, 2)).toBe(before);
  await row.hover();
  await page.getByRole("button", { name: "Rename cluster 2" }).click();
  await page.keyboard.type("Ddx 0");
  await page.keyboard.press("Enter");
  await expect.poll(() => kernelLabel(page, 2)).toBe("Ddx 0");
  await shows(page, "revision", "1");
  await expect.poll(() => row.textContent()).toContain("Ddx 0");
  expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);

  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => kernelLabel(page, 2)).toBe(before);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect.poll(() => kernelLabel(page, 2)).toBe("Ddx 0");
  await map(page).focus();
  await page.keyboard.press("Control+z");
  await expect.poll(() => kernelLabel(page, 2)).toBe(before);
  // saving is still the notebook's
  await page.keyboard.press("Control+s");
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toContain("s");
});

test("a double click on a label renames it in place, also while the kernel is busy: then it is pending", async () => {
  const page = await open({ rows: 2000, clusters: 8 });
  await page.evaluate(() => (window.lab.kernel.busy = true));
  const label = page.locator(".ls-label").first();
  const id = Number(await label.getAttribute("data-cluster"));
  await label.dblclick();
  await page.getByRole("textbox", { name: `Label of cluster ${id}` }).fill("Renamed on the map");
  await page.keyboard.press("Enter");
  await shows(page, "status", "pending");
  await expect
    .poll(() => page.locator(`.ls-label[data-cluster="${id}"]`).getAttribute("title"))
    .toBe("Renamed on the map");
  expect(await page.locator(".ls-status").first().textContent()).toMatch(/waiting/);
  await page.evaluate(() => window.lab.kernel.idle());
  await shows(page, "status", "ready");
  expect(await kernelLabel(page, id)).toBe("Renamed on the map");
});

test("an edit and a selection made in a cell are on every view, and what a view says is said aloud", async () => {
  const page = await open({ rows: 1000, clusters: 6 });
  await page.evaluate(() => window.lab.show({ width: 700 }));
  await page.waitForFunction(() => document.querySelectorAll(".ls-app:not([data-waiting])").length === 2);
  expect(await page.evaluate(() => window.lab.kernel.received.filter((m) => m.type === "app").length)).toBe(1);
  await page.evaluate(() => {
    window.lab.kernel.select([4, 2, 900]);
    window.lab.kernel.edit({ kind: "rename", cluster: 1 as never, label: "From a cell" });
  });
  for (const view of await page.locator("[data-latentscope]").all()) {
    await expect.poll(() => view.getAttribute("data-selected")).toBe("3");
    await expect.poll(() => view.locator('[role=row][data-cluster="1"]').textContent()).toContain("From a cell");
  }
  await expect.poll(() => page.locator(".ls-spoken").first().textContent()).toMatch(/now called From a cell/);
});

test("the wheel scrolls the page until the map has been clicked, then it zooms at the pointer", async () => {
  const page = await open({ rows: 1000, clusters: 6 });
  const area = await box(map(page));
  const before = await transform(page);
  await page.mouse.move(area.x + 200, area.y + 150);
  await page.mouse.wheel(0, -200);
  await page.getByText(/to zoom with the wheel/).waitFor();
  expect(await transform(page)).toEqual(before);
  await page.mouse.click(area.x + 3, area.y + 3);
  await page.mouse.move(area.x + 200, area.y + 150);
  await page.mouse.wheel(0, -200);
  await expect.poll(async () => (await transform(page))[0]).toBeGreaterThan(before[0] * 1.3);
  const after = await transform(page);
  expect((200 - after[2]) / after[0]).toBeCloseTo((200 - before[2]) / before[0], 4);
  expect((150 - after[3]) / after[1]).toBeCloseTo((150 - before[3]) / before[1], 4);
  await page.getByRole("button", { name: "Reset view" }).click();
  await expect.poll(async () => (await transform(page))[0]).toBeCloseTo(before[0], 6);
});

test("the pointer over a point shows its text, its cluster and its columns", async () => {
  const data = blobs(1000, 6);
  const page = await open({ rows: 1000, clusters: 6 });
  const area = await box(map(page));
  const [scaleX, scaleY, offsetX, offsetY] = await transform(page);
  const outlier = data.assignment.indexOf(-1);
  const x = area.x + scaleX * dequantise(data.positions[2 * outlier]) + offsetX;
  const y = area.y + scaleY * dequantise(data.positions[2 * outlier + 1]) + offsetY;
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  const card = page.locator(".ls-card");
  await expect.poll(() => card.textContent()).toMatch(/Unclustered#\d+.+year\d+president\w+party/);
  await page.mouse.move(5, 5);
  await expect.poll(() => card.count()).toBe(0);
});

test("labels are text: markup in them does nothing, however long, whatever their script", async () => {
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
  const labels = {
    0: evil,
    1: "تجارة خارجية ورسوم جمركية",
    2: "👩‍👩‍👧‍👦 families 🎉",
    3: "Wort".repeat(50),
    4: " ".repeat(3) + "x",
  };
  const page = await open({ rows: 2000, clusters: 5, labels });
  expect(await page.locator('[role=row][data-cluster="0"] .ls-name').textContent()).toBe(evil);
  await page.locator('[role=row][data-cluster="0"]').click();
  expect(await page.locator("[data-latentscope] img, [data-latentscope] script").count()).toBe(0);
  expect(await page.title()).toBe("Widget");
  const area = await box(map(page));
  for (const label of await page.locator(".ls-label").all())
    expect((await box(label)).width).toBeLessThan(area.width / 2);
});

test("without WebGL the map is drawn in a 2-D canvas, and says so", async () => {
  const page = await open({ rows: 3000, clusters: 12 }, { webgl: false });
  await page.getByText(/Drawn without WebGL/).waitFor();
  expect(await colouredPixels(page)).toBeGreaterThan(1500);
  await page.locator('[role=row][data-cluster="1"]').click();
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(5);
});

test("a graphics context that is taken away leaves a map that is drawn without, and says so", async () => {
  const page = await open({ rows: 3000, clusters: 12 });
  await page.evaluate(() => {
    const gl = document.querySelector("canvas")?.getContext("webgl2");
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  });
  await page.getByText(/Drawn without WebGL/).waitFor();
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(1500);
});

test("a view that ends gives its graphics context back and leaves nothing behind; a page may open any number in turn", async () => {
  const page = await open({ rows: 500, clusters: 5 });
  const lost = await page.evaluate(async () => {
    const gl = document.querySelector("canvas")?.getContext("webgl2");
    window.lab.views[0].end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [gl?.isContextLost(), window.lab.views[0].el.childElementCount, document.querySelectorAll("canvas").length];
  });
  expect(lost).toEqual([true, 0, 0]);
  for (let round = 0; round < 20; round++)
    await page.evaluate(async (last) => {
      const view = window.lab.views[await window.lab.show()];
      while (!view.el.querySelector(".ls-app:not([data-waiting])")) await new Promise((r) => requestAnimationFrame(r));
      if (!last) view.end();
    }, round === 19);
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(500);
}, 60_000);

test("forty maps on one page: all are drawn, with no more graphics contexts than a page may have, and none goes blank", async () => {
  const page = await open({ rows: 300, clusters: 5 });
  await page.evaluate(async () => {
    for (let i = 0; i < 39; i++) await window.lab.show({ width: 400 });
  });
  await page.waitForFunction(() => document.querySelectorAll(".ls-app:not([data-waiting])").length === 40, undefined, {
    timeout: 120_000,
  });
  const contexts = () =>
    page.evaluate(() => {
      const held = [...document.querySelectorAll("canvas")].map((canvas) => canvas.getContext("webgl2"));
      return {
        lost: held.filter((gl) => gl?.isContextLost()).length,
        alive: held.filter((gl) => gl && !gl.isContextLost()).length,
      };
    });
  const maps = page.locator(".ls-map");
  for (let index = 0; index < 40; index++) {
    await maps.nth(index).scrollIntoViewIfNeeded();
    const { lost, alive } = await contexts();
    expect(lost).toBe(0);
    expect(alive).toBeLessThanOrEqual(8);
  }
  for (const index of [39, 20, 3, 0]) {
    await maps.nth(index).scrollIntoViewIfNeeded();
    await expect.poll(async () => (await maps.nth(index).screenshot()).length).toBeGreaterThan(8000);
  }
}, 240_000);

test.for([
  { rows: 1, clusters: 0 },
  { rows: 1, clusters: 1 },
  { rows: 2, clusters: 1, same: true },
  { rows: 200, clusters: 0 },
  { rows: 300, clusters: 3, same: true },
  { rows: 6000, clusters: 500 },
  {
    rows: 900,
    clusters: 4,
    labels: { 0: "word ".repeat(60), 1: "👩‍👩‍👧‍👦".repeat(40), 2: "مرحبا بالعالم ".repeat(20), 3: "\u202e\u200b" },
  },
])("a scope of $rows rows in $clusters clusters is shown without an error", async (start) => {
  const page = await open(start);
  expect(await attribute(page, "rows")).toBe(String(start.rows));
  expect(await page.getByRole("treegrid", { name: "Clusters" }).count()).toBe(1);
  await page.getByRole("button", { name: "Lasso" }).click();
  await drag(page, [
    [0.02, 0.02],
    [0.98, 0.02],
    [0.98, 0.98],
    [0.02, 0.98],
  ]);
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(start.rows);
});

test("on a narrow output the clusters go below the map, and the keys walk them", async () => {
  const page = await open({ rows: 1000, clusters: 6 }, { width: 420, viewport: { width: 460, height: 640 } });
  const [area, list] = [await box(map(page)), await box(page.getByRole("treegrid", { name: "Clusters" }))];
  expect(list.y).toBeGreaterThanOrEqual(area.y + area.height);
  expect(area.width).toBeGreaterThan(400);
  const rows = page.getByRole("treegrid").getByRole("row");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => rows.nth(1).getAttribute("aria-selected")).toBe("true");
  await page.getByRole("searchbox", { name: "Filter clusters" }).fill("debt");
  expect(await rows.count()).toBe(1);
});
