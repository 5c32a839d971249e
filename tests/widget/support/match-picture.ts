/// <reference types="node" />
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { expect } from "vitest";
import { pictureFile } from "../../support/chromium";
import { smallPng } from "../../support/small-png";

const REFERENCES = path.resolve(__dirname, "../pictures");
/** How far apart the colours of a pixel may be, from 0 to 1: pixelmatch's own value. Antialiasing does not count. */
const THRESHOLD = 0.1;
/** On one machine no pixel differs. These are left to the rounding of another processor. */
const MOST_PIXELS = 40;

/**
 * Compares a picture with `tests/widget/pictures/<name>.png` as an eye does. Where they differ, what came and where it differs are written to
 * `test-results`. `vitest run … -u` replaces the references that differ; one that is missing is written, but not in CI.
 */
export function expectPicture(actual: Buffer, name: string): void {
  const file = path.join(REFERENCES, `${name}.png`);
  const found = existsSync(file) ? compare(PNG.sync.read(actual), PNG.sync.read(readFileSync(file))) : null;
  if (found && found.pixels <= MOST_PIXELS) return;
  const { snapshotUpdateState: update } = expect.getState().snapshotState;
  if (update === "all" || (update === "new" && !found)) {
    mkdirSync(REFERENCES, { recursive: true });
    return writeFileSync(file, smallPng(actual));
  }
  const written = [pictureFile(`${name}-actual`)];
  writeFileSync(written[0], actual);
  if (found?.differences) {
    written.push(pictureFile(`${name}-differences`));
    writeFileSync(written[1], PNG.sync.write(found.differences));
  }
  expect.fail(`The picture "${name}" ${found?.what ?? "has no reference"}: see ${written.join(" and ")}.`);
}

interface Comparison {
  readonly pixels: number;
  readonly what: string;
  /** Where the two differ, in red. */
  readonly differences?: PNG;
}

function compare(actual: PNG, reference: PNG): Comparison {
  const { width, height } = reference;
  if (actual.width !== width || actual.height !== height)
    return { pixels: Infinity, what: `is ${actual.width} × ${actual.height} large, not ${width} × ${height}` };
  const differences = new PNG({ width, height });
  const pixels = pixelmatch(actual.data, reference.data, differences.data, width, height, { threshold: THRESHOLD });
  return { pixels, what: `differs from its reference in ${pixels} pixels`, differences };
}
