import { drawPoints, type PointPicture, type Points } from "../../picture/draw-points";

/** One picture while the rows may be on their way. */
export interface MovingPicture extends PointPicture {
  /** How far the rows have come from where they were before, 0 to 1; 1 when they are where they belong. */
  readonly progress: number;
}

/** Draws the points of a map. Two do: WebGL, and a 2-D canvas where there is none. */
export interface PointRenderer {
  /** Quantised x, y pairs. With those `before`, pictures say how far the rows have come from there; without, they are at their places. */
  setPositions(positions: Uint16Array, before?: Uint16Array): void;
  /** Palette slot of each row. */
  setSlots(slots: Uint16Array): void;
  /** Flags of the rows (see `Emphasis`); `any` says whether some stand out. */
  setFlags(flags: Uint8Array, any: boolean): void;
  /** RGBA bytes for each slot. Slot 0 holds the outliers, slot 1 the deleted rows; what has no opacity at all is not drawn. */
  setPalette(rgba: Uint8Array): void;
  draw(picture: MovingPicture): void;
  destroy(): void;
}

/** Draws points in a 2-D canvas; rows do not move but jump. */
export class CanvasPoints implements PointRenderer, Points {
  positions: Uint16Array;
  slots: Uint16Array = new Uint16Array(0);
  flags: Uint8Array = new Uint8Array(0);
  anyOutstanding = false;
  palette: Uint8Array = new Uint8Array(4);
  private readonly context: CanvasRenderingContext2D;
  private newest: MovingPicture | null = null;
  /** Of the next step, while a picture is being drawn. */
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    positions: Uint16Array,
  ) {
    this.positions = positions;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser gives no 2-D canvas.");
    this.context = context;
  }

  setPositions(positions: Uint16Array, _before?: Uint16Array): void {
    this.positions = positions;
  }

  setSlots(slots: Uint16Array): void {
    this.slots = slots;
  }

  setFlags(flags: Uint8Array, any: boolean): void {
    this.flags = flags;
    this.anyOutstanding = any;
  }

  setPalette(rgba: Uint8Array): void {
    this.palette = rgba;
  }

  /** Of many rows, while one picture is being drawn others wait; the newest comes next. */
  draw(picture: MovingPicture): void {
    this.newest = picture;
    if (this.timer) return;
    const { size, pixelRatio } = picture;
    const width = Math.max(1, Math.round(size.width * pixelRatio));
    const height = Math.max(1, Math.round(size.height * pixelRatio));
    const image = this.context.createImageData(width, height);
    const steps = drawPoints(image, this, picture);
    const step = () => {
      this.timer = steps.next().done ? null : setTimeout(step);
      if (this.timer) return;
      if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
      this.context.putImageData(image, 0, 0);
      if (this.newest && this.newest !== picture) this.draw(this.newest);
    };
    step();
  }

  destroy(): void {
    clearTimeout(this.timer ?? 0);
    Object.assign(this.canvas, { width: 0, height: 0 });
  }
}
