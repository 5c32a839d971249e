/// <reference types="node" />
import type { Page } from "playwright-core";
import { beforeAll, test } from "vitest";
import { rowSet, type ClusterId, type ClusterTheme } from "../../src/scope";
import { pictureFont } from "../support/picture-font";
import { settledPicture } from "../support/settled-picture";
import { blobs } from "./support/blobs";
import { inBrowser } from "./support/in-browser";
import { expectPicture } from "./support/match-picture";
import type { Lab } from "./support/page";
import { openView, root, shows, type Start } from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();
const looks = [400, 1600].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);
let css = "";

beforeAll(async () => {
  css = await pictureFont();
});

/** A view as the pictures show it: in a font of its own and without movements. */
function open(start: Start, { width, colorScheme }: (typeof looks)[number]): Promise<Page> {
  const viewport = { width: width + 32, height: 620 };
  return watched(openView(laboratory(), start, { width, colorScheme, viewport, css, reducedMotion: "reduce" }));
}

/** The clusters by the quarter of the map that they are in. */
function quarters(rows: number, clusters: number): ClusterTheme[] {
  const { positions, assignment } = blobs(rows, clusters);
  const names = ["Money, trade and taxes", "War and peace", "Land, roads and harbours", "The house at home"];
  const themes = names.map((label) => ({ label, clusters: [] as ClusterId[] }));
  for (let id = 0; id < clusters; id++) {
    const row = assignment.indexOf(id);
    const [right, low] = [positions[2 * row] > 32768, positions[2 * row + 1] > 32768];
    themes[2 * Number(right) + Number(low)].clusters.push(id as ClusterId);
  }
  return themes;
}

test.for(looks)("many clusters and their themes, $width px wide, $colorScheme", async (look) => {
  const page = await open({ rows: 6000, clusters: 40, themes: quarters(6000, 40) }, look);
  expectPicture(await settledPicture(root(page)), `themes-${look.width}-${look.colorScheme}`);
});

test.for(looks)("a cluster selected and another hovered, $width px wide, $colorScheme", async (look) => {
  const page = await open({ rows: 2000, clusters: 8 }, look);
  const { assignment } = blobs(2000, 8);
  const rowsIn = (...ids: number[]) => Array.from(assignment.keys()).filter((row) => ids.includes(assignment[row]));
  await page.evaluate(
    ([selected, near]) => {
      window.lab.kernel.select(selected);
      window.lab.kernel.tell({ type: "zoom", rows: near });
    },
    [rowsIn(1), rowSet(rowsIn(1, 3, 4))] as const,
  );
  await shows(page, "selected", String(rowsIn(1).length));
  await page.locator(".ls-label[data-cluster='3']").hover();
  await page.locator(".ls-contours [data-cluster='3']").waitFor();
  expectPicture(await settledPicture(root(page)), `selection-${look.width}-${look.colorScheme}`);
});
