import { PNG } from "pngjs";

/** Colours are rounded to multiples of this, which no eye sees. */
const STEP = 4;

/** A picture that looks the same, without transparency, in about half of the bytes that a browser needs for it. */
export function smallPng(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  picture.data.forEach((value, i) => (picture.data[i] = Math.min(255, Math.round(value / STEP) * STEP)));
  return PNG.sync.write(picture, { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 });
}
