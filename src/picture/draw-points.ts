import { DELETED_SLOT } from "./clusters";
import type { Size, Transform } from "./view";

/** What a renderer of points needs for one picture. */
export interface PointPicture {
  readonly transform: Transform;
  readonly size: Size;
  readonly pixelRatio: number;
  /** Diameter of a point in CSS pixels. */
  readonly diameter: number;
  /** Opacity of an ordinary point, 0 to 1. */
  readonly opacity: number;
}

/** What is drawn of each row. */
export interface Points {
  /** Quantised x, y pairs. */
  readonly positions: Uint16Array;
  /** Palette slot of each row. */
  readonly slots: Uint16Array;
  /** {@link OUTSTANDING}, {@link LEFT_OUT} or 0 for each row. */
  readonly flags: Uint8Array;
  /** Whether some stand out. */
  readonly anyOutstanding: boolean;
  /** RGBA bytes for each slot. */
  readonly palette: Uint8Array;
}

/** RGBA pixels, not premultiplied, row after row. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Flag of a row that stands out. */
export const OUTSTANDING = 1;
/** Flag of a row that a filter leaves out. */
export const LEFT_OUT = 2;

/** How much less the unselected show while something is selected. */
const UNSELECTED_ALPHA = 0.3;
/** How much less the rows show that a filter leaves out. */
const LEFT_OUT_ALPHA = 0.1;
/** Selected points are at least this solid, however sheer the others are. */
const SELECTED_OPACITY = 0.8;
/** Diameter of outliers against that of other points. */
export const OUTLIER_SIZE = 0.75;
/** Diameter of selected points against that of others. */
export const SELECTED_SIZE = 1.3;

/** Opacities of the points of one picture, 0 to 1. */
export interface Opacities {
  /** Of points that do not stand out. */
  readonly others: number;
  readonly selected: number;
  readonly leftOut: number;
}

/** How solid each kind of point is. @param opacity that of an ordinary point @param anyOutstanding whether some stand out */
export function opacities(opacity: number, anyOutstanding: boolean): Opacities {
  return {
    others: anyOutstanding ? opacity * UNSELECTED_ALPHA : opacity,
    selected: Math.max(SELECTED_OPACITY, opacity),
    leftOut: opacity * LEFT_OUT_ALPHA,
  };
}

/** Rows of a step: some tens of milliseconds. */
const STEP = 1 << 17;

/** Draws points by writing pixels: no path per point, so that 100,000 points take tens of milliseconds. Of more than {@link STEP} rows, a part with each step. */
export function* drawPoints(image: Pixels, points: Points, picture: PointPicture): Generator<void, void> {
  const { transform, pixelRatio, diameter } = picture;
  const { positions, slots, flags, anyOutstanding, palette } = points;
  const stamps = {
    outlier: stamp(diameter * pixelRatio * OUTLIER_SIZE),
    point: stamp(diameter * pixelRatio),
    selected: stamp(diameter * pixelRatio * SELECTED_SIZE),
  };
  const pass = function* (wanted: (row: number) => boolean, shape: Stamp, alpha: number) {
    for (let row = 0; row < slots.length; row++) {
      if (row && row % STEP === 0) yield;
      if (!wanted(row)) continue;
      const x = transform.scaleX * ((positions[2 * row] / 65535) * 2 - 1) + transform.offsetX;
      const y = transform.scaleY * ((positions[2 * row + 1] / 65535) * 2 - 1) + transform.offsetY;
      blend(image, shape, x * pixelRatio, y * pixelRatio, palette, 4 * slots[row], alpha);
    }
  };
  const { others, selected, leftOut } = opacities(picture.opacity, anyOutstanding);
  yield* pass((row) => flags[row] === LEFT_OUT, stamps.outlier, leftOut);
  yield* pass((row) => slots[row] <= DELETED_SLOT && !flags[row], stamps.outlier, others);
  yield* pass((row) => slots[row] > DELETED_SLOT && !flags[row], stamps.point, others);
  if (anyOutstanding) yield* pass((row) => flags[row] === OUTSTANDING, stamps.selected, selected);
}

/** Coverage (0 to 1) of the pixels of a disc. */
interface Stamp {
  readonly side: number;
  readonly coverage: Float32Array;
}

function stamp(diameter: number): Stamp {
  const side = Math.max(1, Math.ceil(diameter));
  const coverage = new Float32Array(side * side);
  const radius = Math.max(0.5, diameter / 2);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      coverage[y * side + x] = Math.min(
        1,
        Math.max(0, radius + 0.5 - Math.hypot(x - (side - 1) / 2, y - (side - 1) / 2)),
      );
  return { side, coverage };
}

function blend(
  image: Pixels,
  { side, coverage }: Stamp,
  x: number,
  y: number,
  palette: Uint8Array,
  colour: number,
  alpha: number,
): void {
  if (!palette[colour + 3]) return;
  const { data, width, height } = image;
  const left = Math.round(x - side / 2);
  const top = Math.round(y - side / 2);
  if (left < 0 || top < 0 || left + side > width || top + side > height) return;
  const opacity = Math.min(1, (palette[colour + 3] / 255) * alpha);
  for (let dy = 0; dy < side; dy++)
    for (let dx = 0; dx < side; dx++) {
      const source = coverage[dy * side + dx] * opacity;
      if (source <= 0) continue;
      const at = 4 * ((top + dy) * width + left + dx);
      if (data[at + 3] === 0) {
        data[at] = palette[colour];
        data[at + 1] = palette[colour + 1];
        data[at + 2] = palette[colour + 2];
        data[at + 3] = source * 255;
        continue;
      }
      const under = (data[at + 3] / 255) * (1 - source);
      const out = source + under;
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = (palette[colour + channel] * source + data[at + channel] * under) / out;
      data[at + 3] = out * 255;
    }
}
