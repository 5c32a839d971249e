/// <reference types="node" />
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { inBrowser } from "./support/in-browser";
import { openStage } from "./support/stage";
import type { Maps } from "./support/stage-page";
import { colouredPixels } from "./support/view";

declare const window: Window & { maps: Maps };

const { laboratory, watched } = inBrowser();

async function open(start: Parameters<Maps["mount"]>[0], options: BrowserContextOptions = {}): Promise<Page> {
  const page = await watched(openStage(laboratory(), options));
  await page.evaluate((s) => window.maps.mount(s), start);
  return page;
}

test("badges stand over their rows, and stay there while one pans and zooms", async () => {
  const page = await open({ rows: 2000, clusters: 8 });
  const offsets = () =>
    page.evaluate(async () => {
      const { stage } = window.maps;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const area = stage.element.getBoundingClientRect();
      return [...stage.element.querySelectorAll(".ls-mark")].map((mark, i) => {
        const box = mark.getBoundingClientRect();
        const [x, y] = stage.project(stage.marks[i].row);
        return [
          mark.textContent,
          Math.abs(Math.round(box.left - area.left - x)),
          Math.abs(Math.round(box.top - area.top - y)),
        ];
      });
    });
  await page.evaluate(
    () =>
      (window.maps.stage.marks = [
        { row: 7, text: "1" },
        { row: 900, text: "2" },
      ]),
  );
  const there = [
    ["1", 0, 0],
    ["2", 0, 0],
  ];
  expect(await offsets()).toEqual(there);
  await page.evaluate(() => (window.maps.stage.view = { x: 0.1, y: -0.1, zoom: 1.3 }));
  expect(await offsets()).toEqual(there);
  await page.evaluate(() => (window.maps.stage.marks = []));
  expect(await offsets()).toEqual([]);
});

test("contours of outlined, selected and hovered clusters are drawn once each, around their rows, at every view", async () => {
  const page = await open({ rows: 3000, clusters: 8 });
  const shown = () =>
    page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return [...document.querySelectorAll<SVGGElement>(".ls-contours g[data-cluster]")].map((group) => [
        Number(group.dataset.cluster),
        group.dataset.reason,
      ]);
    });
  await page.evaluate(() => {
    const { stage, contours } = window.maps;
    stage.outlined = new Set([1, 2, -1, 99]);
    contours.show("selected", [2]);
    contours.show("hovered", [5]);
    stage.view = { x: 0, y: 0, zoom: 0.7 };
  });
  expect((await shown()).sort()).toEqual([
    [1, "outlined"],
    [2, "selected"],
    [5, "hovered"],
  ]);
  const distance = await page.evaluate(() => {
    const { stage } = window.maps;
    const box = document.querySelector('[data-cluster="5"] .ls-outer')?.getBoundingClientRect();
    const area = stage.element.getBoundingClientRect();
    const { starts, order } = stage.geometry;
    const [x, y] = stage.project(order[(starts[7] + starts[8]) >> 1]);
    return box && Math.hypot(box.x + box.width / 2 - area.x - x, box.y + box.height / 2 - area.y - y) / box.width;
  });
  expect(distance).toBeLessThan(1);
  await page.evaluate(() => {
    window.maps.stage.outlined = new Set();
    window.maps.contours.show("hovered", []);
  });
  expect(await shown()).toEqual([[2, "selected"]]);
});

test("no label is cut by the edge of the map, wherever one looks", async () => {
  const page = await open({ rows: 3000, clusters: 8, webgl: false });
  const looks = await page.evaluate(async () => {
    const { stage } = window.maps;
    const area = stage.element.getBoundingClientRect();
    const found: { cut: number; labels: number }[] = [];
    for (const zoom of [0.4, 1, 1.7])
      for (let x = -0.9; x <= 0.9; x += 0.3) {
        stage.view = { x, y: x / 2, zoom };
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const boxes = [...stage.element.querySelectorAll(".ls-label")].map((label) => label.getBoundingClientRect());
        const cut = boxes.filter(
          ({ left, right, top, bottom }) =>
            left < area.left || right > area.right || top < area.top || bottom > area.bottom,
        );
        found.push({ cut: cut.length, labels: boxes.length });
      }
    return found;
  });
  expect(looks.reduce((sum, { cut }) => sum + cut, 0)).toBe(0);
  expect(looks.reduce((sum, { labels }) => sum + labels, 0)).toBeGreaterThan(30);
});

test("a flight ends where it should; another view ends it; with less motion it is there at once", async () => {
  const page = await open({ rows: 500, clusters: 5, webgl: false });
  const flown = await page.evaluate(async () => {
    const { stage } = window.maps;
    const goal = stage.viewOf(Uint32Array.of(3, 4));
    stage.flyTo(goal);
    const before = stage.view === goal;
    while (stage.view !== goal) await new Promise((resolve) => requestAnimationFrame(resolve));
    stage.flyTo(stage.home);
    const own = { x: 0.3, y: 0.3, zoom: 2 };
    stage.view = own;
    for (let i = 0; i < 5; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    return { before, interrupted: stage.view === own };
  });
  expect(flown).toEqual({ before: false, interrupted: true });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const calm = await page.evaluate(() => {
    const { stage } = window.maps;
    stage.flyTo(stage.home);
    return stage.view === stage.home;
  });
  expect(calm).toBe(true);
});

test.for([true, false])("rows move to other places (WebGL %s), and are hit there", async (webgl) => {
  const page = await open({ rows: 3000, clusters: 8, webgl });
  const before = await colouredPixels(page);
  const there = await page.evaluate(async () => {
    const { maps } = window;
    const places = maps.otherPlaces(5);
    maps.stage.moveTo(places);
    const moving = "moving" in maps.stage.element.dataset;
    // once more, on the way
    await new Promise((resolve) => requestAnimationFrame(resolve));
    maps.stage.moveTo(places.slice());
    while ("moving" in maps.stage.element.dataset) await new Promise((resolve) => requestAnimationFrame(resolve));
    const { stage } = maps;
    const [x, y] = stage.project(11);
    const hit = stage.rowAt(x, y);
    const [hitX, hitY] = stage.project(hit ?? -1);
    return { moving, same: stage.positions[22] === places[22], distance: Math.hypot(hitX - x, hitY - y) };
  });
  expect(there.moving).toBe(true);
  expect(there.same).toBe(true);
  expect(there.distance).toBeLessThan(1);
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(before / 3);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(
    await page.evaluate(() => {
      window.maps.stage.moveTo(window.maps.otherPlaces(6));
      return "moving" in window.maps.stage.element.dataset;
    }),
  ).toBe(false);
});

test("new colours fade in, one picture at a time; a selection, a view and less motion do not wait", async () => {
  const page = await open({ rows: 2000, clusters: 8, webgl: false });
  const kept = await page.evaluate(async () => {
    const { stage } = window.maps;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const count = () => document.querySelectorAll(".ls-before").length;
    const colouring = () => ({
      slots: new Uint16Array(2000).map((_, row) => 2 + (row % 3)),
      slotCount: 5,
      colourOf: (slot: number) => [slot * 40, 90, 90] as const,
    });
    await frame();
    window.maps.select([1, 2, 3]);
    const selecting = count();
    stage.colouring = colouring();
    stage.filter = new Uint8Array(2000).fill(1, 500);
    const fading = count();
    stage.view = { x: 0, y: 0, zoom: 1 };
    const moved = count();
    stage.filter = null;
    while (count()) await frame();
    return { selecting, fading, moved };
  });
  expect(kept).toEqual({ selecting: 0, fading: 1, moved: 0 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(
    await page.evaluate(() => {
      window.maps.stage.colouring = null;
      return document.querySelectorAll(".ls-before").length;
    }),
  ).toBe(0);
});

test("each picture is drawn once, as it is asked for", async () => {
  const page = await open({ rows: 3000, clusters: 8 });
  const drawn = await page.evaluate(async () => {
    const { stage } = window.maps;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let i = 0; i < 3; i++) await frame();
    let calls = 0;
    const gl = WebGL2RenderingContext.prototype;
    const original = Object.getOwnPropertyDescriptor(gl, "drawArrays")?.value as (...args: unknown[]) => void;
    gl.drawArrays = function (...args) {
      calls++;
      original.apply(this, args);
    };
    for (let i = 0; i < 5; i++) {
      stage.view = { x: 0, y: 0, zoom: 0.2 * i };
      await frame();
    }
    for (let i = 0; i < 3; i++) await frame();
    gl.drawArrays = original;
    return calls;
  });
  expect(drawn).toBe(5);
});
