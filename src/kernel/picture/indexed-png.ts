import { crc32, deflateSync } from "node:zlib";
import type { Pixels } from "../../picture/draw-points";

/** Colours are told apart by so many bits of each channel. */
const BITS = 5;
const MOST_COLOURS = 256;

/**
 * Opaque pixels as a PNG file of at most 256 colours: those that most pixels have, and for the others the nearest of them. A quarter of the size
 * of one with all colours, and hardly to be told from it: a map has a few dozen colours and their blends.
 */
export function indexedPng({ data, width, height }: Pixels): Buffer {
  const { palette, indexOf } = choosePalette(data);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to++; // each line begins with its filter: 0, none
    for (let x = 0; x < width; x++, from += 4) lines[to++] = indexOf[binOf(data, from)];
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // eight bits a pixel, which are indices
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** RGB bytes of the palette, and the index for each bin of colours. */
function choosePalette(data: Uint8ClampedArray): { palette: Buffer; indexOf: Uint8Array } {
  const bins = 2 ** (3 * BITS);
  const counts = new Float64Array(bins);
  const sums = new Float64Array(3 * bins);
  for (let at = 0; at < data.length; at += 4) {
    const bin = binOf(data, at);
    counts[bin]++;
    for (let channel = 0; channel < 3; channel++) sums[3 * bin + channel] += data[at + channel];
  }
  const mean = (bin: number): number[] => [0, 1, 2].map((channel) => sums[3 * bin + channel] / counts[bin]);
  const used = [...counts.keys()].filter((bin) => counts[bin]);
  const kept = used.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, MOST_COLOURS);
  const palette = kept.map(mean);
  const indexOf = new Uint8Array(bins);
  for (const bin of used) indexOf[bin] = nearest(palette, mean(bin));
  return { palette: Buffer.from(palette.flat().map(Math.round)), indexOf };
}

function binOf(data: Uint8ClampedArray, at: number): number {
  const shift = 8 - BITS;
  return ((data[at] >> shift) << (2 * BITS)) | ((data[at + 1] >> shift) << BITS) | (data[at + 2] >> shift);
}

function nearest(palette: readonly (readonly number[])[], [red, green, blue]: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  palette.forEach(([r, g, b], index) => {
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** A chunk of a PNG file (https://www.w3.org/TR/png-3/#5Chunk-layout). */
function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
