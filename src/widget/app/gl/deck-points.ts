import { Deck, OrthographicView } from "@deck.gl/core";
import type { MovingPicture, PointRenderer } from "../../map/canvas-points";
import { PointsLayer } from "./points-layer";

/** No more device pixels than this for a CSS pixel: a third power of two of them would cost more than it shows. */
const MAX_PIXEL_RATIO = 2;

/** Selected points smaller than this (in CSS pixels) get no ring: where they lie close, rings would be all that one sees. */
const SMALLEST_WITH_RING = 4;

/** Draws at once, not at deck.gl's next frame: labels and points move together, and each frame is drawn once only. */
class PromptDeck extends Deck<OrthographicView[]> {
  drawNow(layer: PointsLayer): void {
    this.setProps({ layers: [layer] });
    this.layerManager?.updateLayers();
    this.redraw("now");
  }
}

/** Draws points with deck.gl on WebGL2. */
export class DeckPoints implements PointRenderer {
  private readonly gl: WebGL2RenderingContext;
  private readonly deck: PromptDeck;
  private readonly codes: Uint16Array;
  private codesVersion = 0;
  private palette: Uint8Array = new Uint8Array(4);
  private anySelected = false;
  private before: Uint16Array | null = null;
  private picture: MovingPicture | null = null;
  private ended = false;
  private alive = false;

  /**
   * @param onDrawn called after the first picture
   * @param onFailed called once when WebGL fails or its context is lost; this renderer is then of no more use
   * @throws when there is no WebGL2
   */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private positions: Uint16Array,
    private readonly ring: () => readonly [number, number, number, number],
    private readonly onDrawn: () => void,
    private readonly onFailed: (reason: string) => void,
  ) {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false, premultipliedAlpha: true });
    if (!gl) throw new Error("This browser gives no WebGL2.");
    this.gl = gl;
    this.codes = new Uint16Array(positions.length);
    canvas.addEventListener("webglcontextlost", this.lost);
    // deck.gl finds the context that the canvas has already
    this.deck = new PromptDeck({
      canvas,
      views: [new OrthographicView({ id: "map", flipY: false })],
      viewState: { map: { target: [0, 0, 0], zoom: 0 } },
      controller: false,
      useDevicePixels: Math.min(MAX_PIXEL_RATIO, devicePixelRatio || 1),
      layers: [],
      onLoad: () => {
        this.alive = true;
        if (this.picture) this.draw(this.picture);
      },
      onError: (error) => this.fail(error.message),
    });
  }

  setPositions(positions: Uint16Array, before?: Uint16Array): void {
    this.positions = positions;
    this.before = before ?? null;
  }

  setSlots(slots: Uint16Array): void {
    for (let row = 0; row < slots.length; row++) this.codes[2 * row] = slots[row];
    this.codesVersion++;
  }

  setFlags(flags: Uint8Array, any: boolean): void {
    for (let row = 0; row < flags.length; row++) this.codes[2 * row + 1] = flags[row];
    this.codesVersion++;
    this.anySelected = any;
  }

  setPalette(rgba: Uint8Array): void {
    this.palette = rgba;
  }

  draw(picture: MovingPicture): void {
    this.picture = picture;
    if (!this.alive || this.ended) return;
    const { transform, size, pixelRatio, diameter, opacity, progress } = picture;
    const { scaleX, scaleY, offsetX, offsetY } = transform;
    const { width, height } = size;
    const ratio = Math.min(MAX_PIXEL_RATIO, pixelRatio);
    const layer = new PointsLayer({
      id: "points",
      view: [
        (4 * scaleX) / width,
        (-4 * scaleY) / height,
        (2 * (offsetX - scaleX)) / width - 1,
        1 - (2 * (offsetY - scaleY)) / height,
      ],
      positions: this.positions,
      before: this.before,
      progress: this.before ? progress : 1,
      codes: this.codes,
      codesVersion: this.codesVersion,
      palette: this.palette,
      anySelected: this.anySelected,
      diameter: diameter * ratio,
      opacity,
      ringWidth: diameter < SMALLEST_WITH_RING ? 0 : Math.min(1.5, diameter * 0.16) * ratio,
      ring: this.ring(),
    });
    this.deck.drawNow(layer);
    this.onDrawn();
  }

  destroy(): void {
    if (this.ended) return;
    this.ended = true;
    this.canvas.removeEventListener("webglcontextlost", this.lost);
    this.deck.finalize();
    // finalize() keeps the context, and browsers take the oldest beyond 16: those maps would go blank
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private readonly lost = (event: Event) => {
    event.preventDefault();
    this.fail("The browser has taken the graphics context away.");
  };

  private fail(reason: string): void {
    if (!this.ended) this.onFailed(reason);
  }
}
